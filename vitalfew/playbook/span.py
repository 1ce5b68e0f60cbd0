"""Span of control by stage: a deeper stage takes more of a manager, so fewer such accounts fit into one pair of hands."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _

from vitalfew.playbook import stages
from vitalfew.playbook.thresholds import Thresholds
from vitalfew.selection.designated import Designated
from vitalfew.trust.access import sees_everything
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class Span:
    """What one manager leads: accounts by stage, and the sum of each one's part of its limit (1 is full).

    `words` says in one sentence why it is too much; "" where it is not.
    """

    person: int
    name: str
    by_stage: Mapping[int, int]
    load: float
    words: str

    @property
    def accounts(self) -> int:
        return sum(self.by_stage.values())

    @property
    def too_much(self) -> bool:
        return bool(self.words)


def spans_of(
    keys: Mapping[int, Designated], reached: Mapping[int, int], chosen: Thresholds, *, person: Person | None
) -> tuple[Span, ...]:  # fmt: skip
    """The span of every manager of these key accounts, the fullest first; `reached` is the stage of each.

    Whoever does not see every account is told of their own only.
    """
    names = {key.manager: key.manager_name for key in keys.values() if key.manager is not None}
    whole = person is None or sees_everything(person)
    found = [
        span(one, name, [reached[key.account] for key in keys.values() if key.manager == one], chosen)
        for one, name in names.items()
        if whole or (person is not None and one == person.pk)
    ]
    return tuple(sorted(found, key=lambda one: (-one.load, one.name, one.person)))


def span(person: int, name: str, led: Iterable[int], chosen: Thresholds) -> Span:
    """The span of one manager who leads accounts in these stages."""
    counted = dict(sorted(Counter(led).items()))
    load = sum((Fraction(count, limit(stage, chosen)) for stage, count in counted.items()), Fraction(0))
    return Span(person, name, counted, float(load), _too_much(name, counted, chosen) if load > 1 else "")


def limit(stage: int, chosen: Thresholds) -> int:
    """How many accounts one manager can lead where all of them stand in a stage."""
    if stage >= stages.PARTNER:
        return chosen.span_partner
    return chosen.span_deliver if stage == stages.DELIVER else chosen.span_early


def _too_much(name: str, counted: Mapping[int, int], chosen: Thresholds) -> str:
    parts = [
        _("{count} in “{stage}”, where {limit} would be all").format(
            count=count, stage=stages.STAGES[stage].title, limit=limit(stage, chosen)
        )
        for stage, count in counted.items()
    ]
    return _("{name} leads more than one person can: {parts}.").format(name=name, parts="; ".join(parts))
