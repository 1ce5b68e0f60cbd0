"""What the writing processes of the concurrency tests do: python -m tests.journeys.edits VERB ARG…

Each says "ready", waits for a line, does its work and answers with one JSON object.
"""

# ruff: noqa: E402  # the records can be imported once Django is set up
from __future__ import annotations

import json
import random
import sys
import time
from collections import Counter

import django

django.setup()

from django.db import transaction
from django.test import Client

from tests import cast
from vitalfew.ledger.models import Setting
from vitalfew.selection.models import KeyAccount, Lead, PlannedHours, Review
from vitalfew.trust import audit, versions
from vitalfew.trust.actors import operator
from vitalfew.trust.audit import verifying
from vitalfew.trust.models import AuditEntry, Person
from vitalfew.trust.versions import StaleRecord


def prepare(count: str) -> dict:
    """A portfolio with key accounts, Alice, and rows to edit."""
    cast.portfolio(int(count))
    PlannedHours.objects.create(account_id=1, hours_a_month=0)
    Setting.objects.create(name="scratch", value=0, since=cast.MORNING, chosen_by="0")
    for account in range(1, int(count) + 1):
        KeyAccount.objects.create(account_id=account, designated_on=cast.AS_OF, reason="Known", designated_by="Test")
    cast.alice()
    return {}


def session() -> dict:
    """The cookie of a session of Alice's."""
    browser = Client()
    browser.force_login(cast.alice())
    return {"session": browser.cookies["sessionid"].value}


def two_people() -> dict:
    """Ben and Carla."""
    return {"people": [cast.ben().pk, cast.carla().pk]}


def release_all() -> dict:
    """No account is key any more."""
    KeyAccount.objects.all().delete()
    return {}


def increase(times: str) -> dict:
    """Read the row, add one, save with the version read and note it in the trail; on a refusal read again."""
    stale = 0
    for _ in range(int(times)):
        while not _increased():
            stale += 1
            time.sleep(random.uniform(0, 0.02))  # as long as a person's program would wait, or less
    return {"saved": int(times), "stale": stale}


def _increased() -> bool:
    row = PlannedHours.objects.get()
    try:
        with transaction.atomic():
            versions.save(row, expected=row.version, hours_a_month=row.hours_a_month + 1)
            after = {"hours_a_month": row.hours_a_month}
            audit.record(by=operator(), at=cast.MORNING, verb="selection.plan_hours", target="customer:1", after=after)
    except StaleRecord:
        return False
    return True


def touch(times: str) -> dict:
    """A job that writes another field of the record people edit, again and again."""
    row = Setting.objects.get(name="scratch")
    for place in range(int(times)):
        versions.save(row, expected=None, chosen_by=str(place))
    return {"saved": int(times), "stale": 0}


def edit(times: str) -> dict:
    """A person saves a form again and again, each time from the version that their last save gave."""
    row, stale = Setting.objects.get(name="scratch"), 0
    seen = row.version
    for place in range(int(times)):
        try:
            versions.save(row, expected=seen, value=place)
        except StaleRecord:
            stale += 1
        seen = row.version
    return {"saved": int(times) - stale, "stale": stale}


def cross(times: str, first: str, second: str) -> dict:
    """Save two people and note it each time, in the order given."""
    for place in range(int(times)):
        with transaction.atomic():
            versions.hold(Person.objects.filter(pk__in=(first, second)))
            for number in (first, second):
                person = Person.objects.get(pk=number)
                versions.save(person, expected=None, name=f"Person {place}")
                audit.record(by=operator(), at=cast.MORNING, verb="trust.change_person", target=f"person:{number}")
    return {"saved": int(times)}


def state() -> dict:
    """What stands in the tables now."""
    row, edited = PlannedHours.objects.get(), Setting.objects.get(name="scratch")
    noted = list(AuditEntry.objects.order_by("number"))
    verdict = verifying.verify(by=operator())
    open_keys = Counter(KeyAccount.objects.filter(released_on=None).values_list("account", flat=True))
    return {
        "hours": row.hours_a_month,
        "version": row.version,
        "setting": [edited.value, edited.chosen_by, edited.version],
        "reviews": list(Review.objects.values_list("reason", flat=True)),
        "people": list(Person.objects.values_list("email", flat=True)),
        "keys": sorted(open_keys.values()),
        "leads": Lead.objects.filter(holds_until=None).count(),
        "noted": [[entry.verb, entry.target, entry.after] for entry in noted],
        "broken": "" if verdict.whole else verdict.sentence,
    }


if __name__ == "__main__":
    verbs = {
        each.__name__: each for each in (prepare, session, two_people, release_all, increase, touch, edit, cross, state)
    }
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(verbs[sys.argv[1]](*sys.argv[2:])))
