"""Filled forms of an account, one by one: what its people answered, and what our own believe they would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from vitalfew.ledger.visibility import let_see
from vitalfew.relationship.models import Response
from vitalfew.relationship.paging import Page, newest
from vitalfew.relationship.survey.answering import COUNTS_FOR
from vitalfew.relationship.survey.mirror import beliefs
from vitalfew.trust.models import Person


@dataclass(frozen=True, slots=True)
class FormShown:
    """One filled form: by whom (`contact` is None in a mirror form), in which part and wave, when, and each answer by question.

    `counts` is False for one older than a year. Answers are shown as they are: one account never gets a score.
    """

    number: int
    contact: int | None
    name: str
    part: str
    way: str
    wave: int | None
    on: date
    counts: bool
    answers: Mapping[str, int | str]


def answers_of(
    *, account: int, person: Person | None, today: date, after: str = "", size: int = 25
) -> Page[FormShown]:  # fmt: skip
    """What an account's people answered, the newest form first; no mirror forms. Raises Missing, MarkRefused."""
    let_see(account, person)
    rows = Response.objects.select_related("contact").filter(account=account).exclude(way=Response.Way.MIRROR)
    page = newest(rows, by="answered_at", after=after, size=size)
    return Page(tuple(_shown(row, str(row.contact or ""), today) for row in page.rows), page.next)


def mirror_forms(*, account: int, person: Person | None, today: date) -> tuple[FormShown, ...]:
    """What each of us believes the account would answer: the newest form of each, newest first. Raises Missing."""
    let_see(account, person)
    return tuple(_shown(row, believer.name, today) for believer, row in beliefs(account=account))


def shown(*, form: Response, today: date) -> FormShown:
    """One filled form as doors tell it."""
    return _shown(form, str(form.contact or form.person or ""), today)


def _shown(row: Response, name: str, today: date) -> FormShown:
    return FormShown(
        number=row.pk, contact=row.contact_id, name=name, part=row.part, way=row.way, wave=row.wave_id, on=row.answered_on,
        counts=row.answered_on >= today - timedelta(days=COUNTS_FOR), answers=row.answers,
    )  # fmt: skip
