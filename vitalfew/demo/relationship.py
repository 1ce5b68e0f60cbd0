"""What the demo firm's own people noted of their key accounts: parts, beliefs, targets, a price that moved."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from vitalfew.ground.period import months_before
from vitalfew.relationship.behaviour.events import note_price_event, price_events
from vitalfew.relationship.level.targets import set_target, target
from vitalfew.relationship.level.told import LevelShown, level_of
from vitalfew.relationship.people import parts
from vitalfew.relationship.people.map import people_map
from vitalfew.relationship.survey import forms
from vitalfew.relationship.survey.mirror import mirror
from vitalfew.relationship.survey.questions import ANCHOR
from vitalfew.trust.actors import Actor

_REASONS = {
    2: "More than a price: delivery that never fails",
    3: "They want help with their aims, and we can give it",
    4: "Plan the coming year together, step by step",
}
_SAID = "Told us so in the survey"
# The accounts of these places had a price moved: which month ago, by how many thousandths, on what.
_MOVED = {
    1: (7, 30, "New list in spring, all of it passed on"),
    2: (1, 25, "New list this month, announced two months before"),
    3: (9, -20, "Discount renewed after a rival's offer"),
}


def note(*, accounts: tuple[int, ...], leads: dict[int, Actor], head: Actor, at: datetime) -> None:
    """Note it all through the steps' own verbs; `leads` are the managers of accounts that have one."""
    found = level_of(accounts=accounts)
    for place, account in enumerate(accounts):
        by = leads.get(account, head)
        _parts(account, by, at)
        if account in found and target(account=account) is None:
            _aim(account, found[account], by, at)
            _believe(account, found[account], leads.get(account), place, at)
        if place in _MOVED and not price_events(account=account, person=None, today=at.date()):
            months, thousandths, words = _MOVED[place]
            day = months_before(at.date(), months)
            note_price_event(account=account, on=day, thousandths=thousandths, words=words, by=by, at=at)


def _parts(account: int, by: Actor, at: datetime) -> None:
    """The part each respondent played when they answered last; the first of the firm to ask them knows them."""
    played = {
        form.contact: form.part for form in forms.answers_of(account=account, person=None, today=at.date()).rows[::-1]
    }
    for one in people_map(account=account, by=by, today=at.date()).contacts:
        if one.parts or not played.get(one.contact):
            continue
        parts.give_part(position=one.position, kind=played[one.contact], reason=_SAID, by=by, at=at)
        if by.person is not None:
            parts.know(contact=one.contact, person=by.person, strength=2, by=by, at=at)


def _aim(account: int, found: LevelShown, by: Actor, at: datetime) -> None:
    """One level up within a year; a partner is to stay one."""
    level = min(found.likeliest + 1, 4)
    day = date(at.year + 1, 12, 31) if level == 4 else (at + timedelta(days=270)).date()
    set_target(account=account, level=level, by_day=day, reason=_REASONS[level], version=None, by=by, at=at)


def _believe(account: int, found: LevelShown, lead: Actor | None, place: int, at: datetime) -> None:
    """Two managers in three think that they are seen a level higher than they are."""
    if lead is None:
        return
    believed = min(found.likeliest + (place % 3 > 0), 4)
    answers = {ANCHOR: believed, "main_link": 4, "understands": 4, "value": 3 + (believed > 2), "integrity": 5}
    mirror(account=account, raw={name: str(answer) for name, answer in answers.items()}, by=lead, at=at)
