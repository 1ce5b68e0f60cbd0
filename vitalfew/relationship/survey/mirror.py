"""The mirror form: one of us answers as the customer would. It is kept beside the customer's answers and never mixed with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from vitalfew.ground.errors import Refusal
from vitalfew.relationship.models import Response
from vitalfew.relationship.survey.answers import read_answers
from vitalfew.selection import checks
from vitalfew.trust import audit
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person


class MirrorRefused(Refusal):
    """The mirror form is filled in by a person, in their own name. Nothing was kept."""


@transaction.atomic
def mirror(*, account: int, raw: Mapping[str, str], by: Actor, at: datetime) -> Response:
    """Keep what one of us believes the account would answer, as of today; the newest of each person counts.

    What stood before stays: how the belief moved is part of the record. Raises AnswersRefused, Missing.
    """
    customer = checks.seen(account, by)
    if by.person is None:
        raise MirrorRefused(str(MirrorRefused.__doc__))
    answers = read_answers(raw)
    today = Response.objects.filter(account=customer, person=by.person, way=Response.Way.MIRROR, answered_on=at.date())
    row, _new = today.update_or_create(
        account=customer, person=by.person, way=Response.Way.MIRROR,
        defaults={"answers": answers, "answered_on": at.date(), "answered_at": at, "source": "mirror"},
    )  # fmt: skip
    audit.record(by=by, at=at, verb="relationship.mirror", target=f"customer:{account}")
    return row


def beliefs(*, account: int) -> tuple[tuple[Person, Response], ...]:
    """What each of us believed last of an account, the newest first."""
    rows = Response.objects.select_related("person").filter(account=account, way=Response.Way.MIRROR)
    found: dict[int, Response] = {}
    for row in rows.order_by("answered_at", "pk"):
        if row.person_id is not None:
            found[row.person_id] = row
    newest = sorted(found.values(), key=lambda row: row.answered_at, reverse=True)
    return tuple((row.person, row) for row in newest if row.person is not None)
