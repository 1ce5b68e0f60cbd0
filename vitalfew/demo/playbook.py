"""The work of the demo firm's key accounts: what was learnt, promised and confirmed on the way through the stages, and what came between.

What later steps will write as evidence of their own (promises, the plan, tenders) is noted here by hand until they do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from vitalfew.demo.scene.names import person_names
from vitalfew.demo.scene.streams import stream
from vitalfew.playbook.judging import judge_stages
from vitalfew.playbook.moving import pass_gate
from vitalfew.playbook.plays import operations as plays
from vitalfew.playbook.plays.queries import plays_fitting
from vitalfew.playbook.told import stage_words
from vitalfew.relationship.evidence import statements
from vitalfew.relationship.evidence.noting import note_evidence
from vitalfew.relationship.level.told import LevelShown, level_of
from vitalfew.relationship.people import parts
from vitalfew.relationship.people.contacts import Who, Work, add_contact
from vitalfew.relationship.people.touches import note_touch
from vitalfew.trust.actors import Actor, clock_actor

# How far the accounts have come, those that think least of us first.
_STAGES = (0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 4, 5)
# Days before today on which each gate was passed, and how long before it its evidence came.
_PASSED = (330, 260, 190, 100, 20)
_BEFORE = 12
_TALKS = (342, 270, 200, 115, 40, 12)
_FUNCTIONS = (
    ("management", "Managing Director"),
    ("purchasing", "Head of Purchasing"),
    ("operations", "Operations Manager"),
)


@dataclass(frozen=True, slots=True)
class _Said:
    """One thing on record, said by their decision maker: its kind, the words, what it serves; `theirs` where they confirm it."""

    kind: str
    words: str
    serves: str = ""
    theirs: bool = False


_WAY: tuple[tuple[_Said, ...], ...] = (
    (
        _Said("reason_to_buy", "We deliver before seven, six days a week", "value"),
        _Said("reason_to_buy", "One invoice a month for all their sites", "main_link"),
        _Said("reason_to_buy", "You buy from us because deliveries come when promised", "value", theirs=True),
    ),
    (
        _Said("aim", "Waste in the kitchen down by a tenth", "understands"),
        _Said("aim", "Two more sites open by next summer", "understands"),
        _Said("aim", "Fewer suppliers, fewer invoices", "understands"),
        _Said("aim_supported", "Portioned packs brought the waste down by 6 %", "objectives"),
        _Said("aim", "Your aim this year is a tenth less waste in the kitchen", "understands", theirs=True),
    ),
    (
        _Said("objective", "Waste 10 % lower by June, measured by their bins", "objectives"),
        _Said("objective", "Both new sites supplied from their first day", "objectives"),
        _Said("actions_owned", "All eleven actions have a name on each side", "integrity"),
        _Said("whitespace_reviewed", "Disposables and wine they still buy elsewhere", "opportunities"),
        _Said("plan_confirmed", "This is the plan we agreed on for the year", "objectives", theirs=True),
    ),
    (
        _Said("promise_kept", "Price list two months before it holds", "integrity"),
        _Said("promise_kept", "Substitutes only after a call", "integrity"),
        _Said("promise_kept", "Training for the new kitchen team", "value"),
        _Said("promise_kept", "Stock kept for the summer season", "main_link"),
        _Said("value_item", "£8,400 of waste saved in a year", "value"),
        _Said("value_item", "Nine hours a month saved in the accounts office", "value"),
        _Said("value_confirmed", "We saved you about £8,400 of waste this year", "value", theirs=True),
    ),
    (
        _Said("joint_plan_cycle", "First joint plan closed, second begun", "objectives"),
        _Said("joint_plan_cycle", "Second joint plan agreed for eighteen months", "objectives"),
        _Said("executive_meeting", "Their managing director and ours, on site", "main_link"),
        _Said("executive_meeting", "Both managements on the coming range", "opportunities"),
        _Said("early_invitation", "You asked us to plan the kitchen of the next site with you", "opportunities", theirs=True),
    ),
)  # fmt: skip
# What came between: of the accounts in a stage one after the other, so many days ago. Later steps will write these themselves.
_EVENTS: tuple[tuple[int, int, _Said], ...] = (
    (1, 9, _Said("order_out_of_band", "Half of the usual order, two weeks running", "understands")),
    (
        2,
        18,
        _Said("promise_late", "Samples came a week after the day promised", "integrity"),
    ),
    (3, 6, _Said("champion_left", "The operations manager who stood for us has left", "main_link")),
    (
        4,
        4,
        _Said("tender", "They asked three firms for prices on disposables", "objectives"),
    ),
)


def note(*, accounts: tuple[int, ...], leads: dict[int, Actor], head: Actor, at: datetime) -> None:
    """Take each key account through the gates of its stages on evidence of their days, then let things happen."""
    if any(stage_words(accounts).values()):
        return
    found = level_of(accounts=accounts)
    ranked = sorted((account for account in accounts if account in found), key=lambda one: _worth(found[one]))
    names = iter(person_names(rng=stream(seed=1904, topic="playbook"), count=len(_FUNCTIONS) * len(ranked)))
    stands: dict[int, list[tuple[int, int]]] = {}
    for place, account in enumerate(ranked):
        by, stage = leads.get(account, head), _STAGES[place * len(_STAGES) // len(ranked)]
        decider = _meet(account, names, by, at)
        for number in range(stage):
            _take(account, number, decider, by, at)
        stands.setdefault(stage, []).append((account, decider))
        for said in _begun(stage, whole=len(stands[stage]) == 2):
            _note(account, said, decider, by, at - timedelta(days=_BEFORE))
    for stage, ago, said in _EVENTS:
        for account, decider in stands.get(stage, [])[:1]:
            _note(account, said, decider, leads.get(account, head), at - timedelta(days=ago))
    judge_stages(accounts=ranked, by=clock_actor(), at=at)
    _begin_plays(ranked, leads, head, at)


def _worth(found: LevelShown) -> float:
    return sum(level * chance for level, chance in enumerate(found.chance, start=1))


def _meet(account: int, names: Iterable[str], by: Actor, at: datetime) -> int:
    """People of three functions; the first decides, and we spoke again and again. Who decides, as a contact's number."""
    first, met = at - timedelta(days=360), []
    for (function, title), name in zip(_FUNCTIONS, names, strict=False):
        work = Work(title=title, function=function)
        met.append(add_contact(account=account, who=Who(name=name), work=work, by=by, at=first, source="First visit"))
    parts.give_part(
        position=met[0].pk, kind="decides", reason="Signs every contract", by=by, at=first, until=(at + timedelta(days=300)).date()
    )  # fmt: skip
    for ago in _TALKS:
        day = (at - timedelta(days=ago)).date()
        person = by.person.pk if by.person else None
        note_touch(
            account=account, on=day, kind="visit", source=f"diary of {day}", contact=met[0].contact_id, person=person
        )
    return met[0].contact_id


def _begun(stage: int, *, whole: bool) -> tuple[_Said, ...]:
    """What is on record of the stage an account stands in: half of what its gate asks for, or all of it."""
    way = _WAY[stage] if stage < len(_WAY) else ()
    return way if whole else way[: len(way) // 2]


def _take(account: int, stage: int, decider: int, by: Actor, at: datetime) -> None:
    passed = at - timedelta(days=_PASSED[stage])
    for place, said in enumerate(_WAY[stage]):
        _note(account, said, decider, by, passed - timedelta(days=_BEFORE - place))
    pass_gate(account=account, stage=stage, words="All that this stage asks for is on record", by=by, at=passed)


def _note(account: int, said: _Said, decider: int, by: Actor, at: datetime) -> None:
    """On our side by hand; on theirs by a statement that the decision maker confirms a day later."""
    if not said.theirs:
        note_evidence(
            account=account, contact=decider, kind=said.kind, words=said.words, expectation=said.serves, by=by, at=at
        )
        return
    asked = statements.ask(
        account=account, contact=decider, kind=said.kind, words=said.words, expectation=said.serves, by=by, at=at
    )
    statements.reply(token=asked.token, answer="confirmed", at=at + timedelta(days=1))


def _begin_plays(accounts: Iterable[int], leads: dict[int, Actor], head: Actor, at: datetime) -> None:
    """The first play that fits is under way at every other account, a step done where it has begun."""
    for account in list(accounts)[::2]:
        by = leads.get(account, head)
        fits = plays_fitting(account=account, person=by.person, today=at.date())
        if fits:
            run = plays.start_play(account=account, play=fits[0].play.name, by=by, at=at)
            plays.do_step(run=run.pk, step=1, by=by, at=at)
