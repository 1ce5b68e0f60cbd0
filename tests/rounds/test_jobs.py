"""Work left to the worker: enqueued after commit, done in the name of whoever asked."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from tests.cast import as_alice
from tests.ledger.ledgers import csv_of
from tests.sales import NOW, monthly
from vitalfew.ledger import arrivals, runs
from vitalfew.ledger.models import Arrival, Batch
from vitalfew.rounds import jobs, queries
from vitalfew.rounds.models import Refreshing
from vitalfew.trust.actors import operator
from vitalfew.trust.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def arrival(home, at_once, tmp_path) -> Arrival:
    path = tmp_path / "sales.csv"
    path.write_text(csv_of(monthly(2)))
    return arrivals.receive(path=path, name="sales.csv", by=as_alice(), at=NOW)


def test_reading_waits_for_the_commit(arrival):
    with transaction.atomic():
        jobs.read_later(arrival=arrival.pk)
        assert Arrival.objects.get().state == "waiting"
    assert Arrival.objects.get().state == "read"


def test_what_is_rolled_back_is_never_read(arrival):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.read_later(arrival=arrival.pk)
        _ = 1 / 0
    assert Arrival.objects.get().state == "waiting"


def test_import_is_made_in_the_name_of_who_asked(arrival):
    jobs.read_later(arrival=arrival.pk)
    jobs.accept_later(arrival=arrival.pk, by=as_alice())
    arrival.refresh_from_db()
    assert (arrival.state, arrival.batch.accepted_by, arrival.batch.lines) == ("accepted", "Alice Head", 48)
    entry = AuditEntry.objects.get(verb="ledger.import")
    assert (entry.actor, entry.door) == (as_alice().person, "web")


def test_refresh_runs_in_the_name_of_who_asked(arrival):
    jobs.accept_later(arrival=arrival.pk, by=as_alice())
    jobs.refresh_later(by=as_alice(), at=NOW, as_of=date(2025, 6, 30))
    work = queries.newest_refresh()
    assert (work.state, work.done, work.asked_at, runs.current().as_of) == ("done", 1.0, NOW, date(2025, 6, 30))
    assert AuditEntry.objects.get(verb="rounds.refresh").actor == as_alice().person


def test_refresh_of_an_empty_ledger_tells_why(home, at_once):
    jobs.refresh_later(by=operator(), at=NOW)
    work = queries.newest_refresh()
    assert (work.state, "vitalfew import" in work.word) == ("failed", True)


def test_nobody_asked_for_a_refresh_yet(home):
    assert queries.newest_refresh() is None


def test_wishes_for_the_same_day_become_one(home, settings):
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    for as_of in (None, None, date(2025, 6, 30), None, date(2025, 6, 30)):
        jobs.refresh_later(by=operator(), at=NOW, as_of=as_of)
    assert list(Refreshing.objects.order_by("pk").values_list("state", "as_of")) == [
        ("waiting", None),
        ("waiting", date(2025, 6, 30)),
    ]


def test_a_finished_refresh_does_not_swallow_the_next(arrival):
    jobs.accept_later(arrival=arrival.pk, by=as_alice())
    for minute in range(2):
        jobs.refresh_later(by=operator(), at=NOW + timedelta(minutes=minute))
    assert list(Refreshing.objects.values_list("state", flat=True)) == ["done", "done"]
    assert Batch.objects.count() == 1
