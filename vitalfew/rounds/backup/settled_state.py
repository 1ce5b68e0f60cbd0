"""A restored state made fit for use: brought to this version's shape, doors closed, mail held, erasures kept, the trail told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import transaction
from django_tasks_db.models import DBTaskResult

from vitalfew.rounds.backup import erasures
from vitalfew.rounds.privacy import contacts, erasing
from vitalfew.trust import audit
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import OutboxMail, Person, SignedLink
from vitalfew.trust.signing import one_time as signin

_HELD = "Restored from a backup: it may have left since that was made. Send it again only where it has not arrived."


def settle(asked: dict[str, Any], *, at: datetime) -> dict[str, Any]:
    """Do all of it in the store at hand; what was done, as JSON can carry it."""
    call_command("migrate", verbosity=0, interactive=False)
    with transaction.atomic():
        sessions, links = _close_doors(at)
        mails = _hold_mail(at)
        _work_again()
        missing = erasures.carry_over(erasures.from_json(asked["erasures"]))
        audit.record(
            by=_actor(asked["actor"]),
            at=at,
            verb="rounds.restore",
            target=f"backup:{asked['after']['file']}"[:80],
            before=asked["before"],
            after={**asked["after"], "sessions": sessions, "links": links, "mails": mails, "erasures": len(missing)},
        )
        by = _actor(asked["actor"])
        again = erasing.apply_again(by=by, at=at) + contacts.apply_again(by=by, at=at)
    told = {"sessions": sessions, "links": links, "mails": mails, "again": again}
    return {**told, "erasures": erasures.to_json(missing)}


def _close_doors(at: datetime) -> tuple[int, int]:
    """Whoever was signed in then may not be now: sessions end, sign-in links that were not used hold no longer."""
    sessions = Session.objects.count()
    Session.objects.all().delete()
    links = SignedLink.objects.filter(purpose=signin.PURPOSE, used_at=None, revoked_at=None)
    return sessions, links.update(revoked_at=at)


def _hold_mail(at: datetime) -> int:
    """Mail that waited then has most likely left since: a person decides whether it goes again."""
    waiting = OutboxMail.objects.filter(sent_at=None, gave_up_at=None)
    return waiting.update(gave_up_at=at, complaint=_HELD)


def _work_again() -> None:
    """What a worker was at when the backup was made has no worker now: it waits to be taken up again."""
    DBTaskResult.objects.filter(status="RUNNING").update(status="READY", started_at=None)


def _actor(told: dict[str, str]) -> Actor:
    """Whoever restores, if the restored state knows them; by name alone else."""
    person = Person.objects.filter(email=told["email"]).first() if told["email"] else None
    return Actor(person=person, name=told["name"], door=told["door"])
