"""Account > Process over the steps: the stage with its gate, what it waits for, plays that fit and run, the dates of the year."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from vitalfew.brief.account import chips
from vitalfew.ledger.visibility import let_see
from vitalfew.playbook.gathering import gather
from vitalfew.playbook.loop import AccountLoop, loop_of
from vitalfew.playbook.plays.fitting import Fit, fits
from vitalfew.playbook.plays.queries import running_of
from vitalfew.playbook.plays.runs import RunShown
from vitalfew.playbook.plays.shelf import shelf
from vitalfew.playbook.plays.standing import missing_kinds
from vitalfew.playbook.situation import Situation
from vitalfew.playbook.thresholds import Thresholds, thresholds
from vitalfew.playbook.told import StageTold, told
from vitalfew.relationship.evidence.listing import StatementShown, statements_of
from vitalfew.relationship.level.told import LevelShown
from vitalfew.relationship.models import Contact
from vitalfew.trust.models import Person

ASKED_SHOWN = 25
_CONTACT = re.compile(r"contact:(\d{1,18})(?!\d)")


@dataclass(frozen=True, slots=True)
class Silence:
    """How long nobody spoke with a decision maker: since `began`; `last` is the last day on which a word still helps.

    `left` are the days until then, below zero when it has passed, `most` those there were.
    `spoken` is False where it counts from the designation.
    """

    began: date
    last: date
    left: int
    most: int
    spoken: bool
    deciders: int


@dataclass(frozen=True, slots=True)
class ProcessPage:
    """All that the page tells. `silence` and `loop` are None for an account that is not key.

    `level` is how they see us as their chip draws it. `asked` are the newest statements put to its people,
    `names` what those of its people are called who are named as a source, by the number of the contact.
    """

    name: str
    names: Mapping[int, str]
    level: LevelShown | None
    told: StageTold
    silence: Silence | None
    fits: tuple[Fit, ...]
    runs: tuple[RunShown, ...]
    loop: AccountLoop | None
    asked: tuple[StatementShown, ...]


def process_page(account: int, person: Person | None, today: date) -> ProcessPage:
    """Where one account stands and what its next stage waits for. Raises Missing for one that is hidden or does not exist."""
    let_see(account, person)
    found, chosen = gather([account], today=today), thresholds()
    situation, key, level = found.situations[account], found.designations.get(account), found.levels.get(account)
    answered, stage = level.newest_answer if level else None, told(found, account, chosen)
    return ProcessPage(
        name=key.name if key else chips([account], person, levels={}, stages={})[account].name,
        level=level,
        told=stage,
        names=_names(stage),
        silence=silence(situation, chosen),
        fits=fits(shelf().plays.values(), situation, missing=missing_kinds(situation, chosen)),
        runs=running_of(account=account, person=person, today=today),
        loop=loop_of(key, situation.stage, answered, chosen, today) if key else None,
        asked=statements_of(account=account, person=person, size=ASKED_SHOWN).rows,
    )


def _names(stage: StageTold) -> dict[int, str]:
    """What the contacts are called who said something that a gate or a move stands on; a query where there are any."""
    items = stage.gate.items if stage.gate else ()
    sources = [piece.source for item in items for piece in item.pieces]
    sources += [piece["source"] for move in stage.moves for piece in move.pieces]
    said = {int(found[1]) for source in sources if (found := _CONTACT.match(source))}
    return dict(Contact.objects.filter(pk__in=said).values_list("pk", "name")) if said else {}


def silence(situation: Situation, chosen: Thresholds) -> Silence | None:
    """The silence by which a key account falls back from stage 1 on, and which keeps it from going there; None for others."""
    if situation.designated_on is None:
        return None
    spoken = situation.people.decider_touch
    began = max(day for day in (spoken, situation.designated_on) if day)
    last = began + timedelta(days=chosen.silence_days)
    return Silence(
        began, last, (last - situation.today).days, chosen.silence_days, spoken == began, situation.people.deciders
    )
