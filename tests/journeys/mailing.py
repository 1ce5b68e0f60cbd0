"""What the processes of the mailing tests do: post mail, send it, use a link; each waits for a word before it begins."""

from __future__ import annotations

import json
import os
import sys
import threading
from datetime import UTC, datetime, timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "vitalfew.config.settings")
django.setup()

from django.conf import settings  # noqa: E402

from tests.trust.post.mailservers import at  # noqa: E402
from vitalfew.rounds import schedule  # noqa: E402
from vitalfew.trust import links  # noqa: E402
from vitalfew.trust.models import OutboxMail  # noqa: E402
from vitalfew.trust.post import outbox, sending  # noqa: E402

MOMENT = datetime(2026, 7, 1, 8, 30, tzinfo=UTC)


def post(count: str) -> dict:
    """Post so many mails; their Message-IDs."""
    mails = [
        outbox.post(to=f"guest{place}@customer.example", subject="Hello", body="Good day.\n", at=MOMENT)
        for place in range(int(count))
    ]
    return {"idents": [mail.message_id for mail in mails]}


def send(port: str, minutes: str) -> dict:
    """Send what is due so many minutes after the posting."""
    settings.VITALFEW_MAIL = at(int(port))
    done = sending.deliver(now=lambda: MOMENT + timedelta(minutes=int(minutes)))
    return {"sent": done.sent, "later": done.later, "gave_up": done.gave_up}


def tick(port: str) -> dict:
    """One tick of the clock, and the end of the thread it began."""
    settings.VITALFEW_MAIL = at(int(port))
    schedule.tick(at=MOMENT)
    for thread in threading.enumerate():
        if thread.name == "post":
            thread.join()
    return left()


def left() -> dict:
    """What the outbox still holds."""
    rows = OutboxMail.objects
    return {
        "waiting": sending.waiting().count(),
        "sent": rows.filter(sent_at__isnull=False).count(),
        "all": rows.count(),
    }


def make(count: str) -> dict:
    """Make so many links that work once."""
    known = {
        "holder": "contact:17",
        "purpose": "mirror",
        "by": "Alice Head",
        "at": MOMENT,
        "lifetime": timedelta(days=1),
    }
    return {"tokens": [links.make(**known, once=True) for _ in range(int(count))]}


def use(*tokens: str) -> dict:
    """Use each link in turn; which of them let this process in."""
    won = []
    for token in tokens:
        try:
            links.use(token=token, purpose="mirror", at=MOMENT)
        except links.LinkRefused:
            continue
        won.append(token)
    return {"won": won}


if __name__ == "__main__":
    print("ready", flush=True)
    sys.stdin.readline()
    print(
        json.dumps(
            {"post": post, "send": send, "tick": tick, "left": left, "make": make, "use": use}[sys.argv[1]](
                *sys.argv[2:]
            )
        )
    )
