"""Choices of the firm that numbers depend on: each with its author and the day it was made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_noop as _

from vitalfew.ground.errors import Missing
from vitalfew.ledger.declared import ChoiceRefused, Number, Word, numbers_declared
from vitalfew.ledger.models import Setting
from vitalfew.ledger.tree import LEVELS
from vitalfew.trust import audit, versions
from vitalfew.trust.actors import Actor

ACCOUNT_LEVEL = "account_level"
FIRM_NAME = "firm_name"
STEP = "ledger"  # where the two choices in words are told of
_WORDS = {
    word.name: word
    for word in (
        Word(
            ACCOUNT_LEVEL,
            "customer",
            LEVELS,
            _("at which level of the customer tree an account is managed"),
            _("What an account is"),
        ),
        Word(
            FIRM_NAME,
            "",
            (),
            _("what your firm is called in mail and surveys that customers read"),
            _("Name of your firm"),
        ),
    )
}


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: what holds now, what is usual, what it decides; `since` is None while nobody has chosen.

    Words may be one of `could_be`, or any where that is empty; a number lies from `least` to `most` (None for words)
    and is `whole` or not. `version` is 0 while nobody has chosen.
    """

    name: str
    called: str
    step: str
    value: str | float
    usual: str | float
    decides: str
    could_be: tuple[str, ...]
    least: float | None
    most: float | None
    whole: bool
    unit: str
    since: datetime | None
    chosen_by: str
    version: int

    @property
    def is_number(self) -> bool:
        return self.least is not None


def account_level() -> str:
    """The level of an account: each customer by itself, its firm, or its group."""
    return _chosen(ACCOUNT_LEVEL)


def firm_name() -> str:
    """What our firm is called before customers; "" while nobody has said."""
    return _chosen(FIRM_NAME)


def _chosen(name: str) -> str:
    row = Setting.objects.filter(name=name).first()
    return str(row.value) if row else _WORDS[name].usual


def number(name: str) -> float:
    """What a threshold stands at. Raises KeyError for one that no step declares."""
    return numbers(name)[name]


def numbers(*names: str) -> dict[str, float]:
    """What these thresholds stand at, by name; one query however many. Raises KeyError for one that no step declares."""
    usual = {name: numbers_declared()[name].number.usual for name in names}
    return usual | dict(Setting.objects.filter(name__in=names).values_list("name", "value"))


def choices() -> tuple[Choice, ...]:
    """Every choice there is, step by step."""
    rows = {row.name: row for row in Setting.objects.all()}
    return tuple(_told(step, what, rows.get(name)) for name, (step, what) in _known().items())


def choice(name: str) -> Choice:
    """One choice. Raises Missing where there is none of this name."""
    found = _known().get(name)
    if found is None:
        raise Missing(f"There is no setting “{name[:80]}”. Settings: {', '.join(_known())}.")
    return _told(*found, Setting.objects.filter(name=name).first())


@transaction.atomic
def choose(*, name: str, value: str | float, by: Actor, at: datetime, version: int | None = None) -> None:
    """Make a choice; the next refresh follows it. What was found before keeps the choice of its time.

    `version` is what the chooser saw, 0 where nobody had chosen yet; None always writes. Raises ChoiceRefused for a name
    nobody knows or a value that will not do, StaleRecord where somebody else has chosen meanwhile.
    """
    known = _known()
    if name not in known:
        raise ChoiceRefused(f"There is no setting “{name}”. Settings: {', '.join(known)}. Nothing was changed.")
    _step, what = known[name]
    chosen = what.read(" ".join(str(value).split()))
    row, made = Setting.objects.get_or_create(
        name=name, defaults={"value": what.usual, "since": at, "chosen_by": by.name}
    )
    stood = versions.save(row, expected=None if made else version, value=chosen, since=at, chosen_by=by.name)
    before = {"value": stood["value"]}
    audit.record(by=by, at=at, verb="ledger.choose", target=f"setting:{name}", before=before, after={"value": chosen})


def _known() -> Mapping[str, tuple[str, Word | Number]]:
    """What can be chosen by name, each with its step: the words, then every number that a step declares."""
    words: dict[str, tuple[str, Word | Number]] = {name: (STEP, word) for name, word in _WORDS.items()}
    return words | {name: (found.step, found.number) for name, found in numbers_declared().items()}


def _told(step: str, what: Word | Number, row: Setting | None) -> Choice:
    threshold = what if isinstance(what, Number) else None
    return Choice(
        name=what.name,
        called=what.called or what.name.replace("_", " ").capitalize(),
        step=step,
        value=row.value if row else what.usual,
        usual=what.usual,
        decides=what.decides,
        could_be=what.could_be if isinstance(what, Word) else (),
        least=threshold.least if threshold else None,
        most=threshold.most if threshold else None,
        whole=threshold is not None and threshold.whole,
        unit=threshold.unit if threshold else "",
        since=row.since if row else None,
        chosen_by=row.chosen_by if row else "",
        version=row.version if row else 0,
    )
