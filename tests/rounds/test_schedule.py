"""The clock does what is due, once however many servers run."""

from __future__ import annotations

import fcntl
import os

import pytest

from tests.ledger.ledgers import csv_of
from tests.sales import NOW, monthly
from vitalfew.ledger import runs
from vitalfew.rounds import schedule
from vitalfew.rounds.models import Refreshing
from vitalfew.trust.models import AuditEntry

pytestmark = pytest.mark.django_db(transaction=True)


def lay(home, name: str, text: str) -> None:
    (home / "inbox").mkdir(exist_ok=True)
    (home / "inbox" / name).write_text(text)
    os.utime(home / "inbox" / name, (1_700_000_000, 1_700_000_000))


def test_nothing_due_does_nothing(home, at_once):
    assert schedule.tick(at=NOW) == ()
    assert (Refreshing.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_imported_file_is_found_in_the_numbers_too(home, at_once):
    lay(home, "sales.csv", csv_of(monthly(2)))
    assert schedule.tick(at=NOW) == ("sales.csv: 48 lines: 48 accepted (batch 1).",)
    assert (runs.current().totals["lines"], Refreshing.objects.get().asked_by) == (48, "clock")
    assert schedule.tick(at=NOW) == ()
    assert Refreshing.objects.count() == 1


@pytest.mark.parametrize("name", ["empty.csv", "accepted.csv"])
def test_refused_file_asks_for_no_refresh(home, at_once, name):
    lay(home, name, "")
    assert len(schedule.tick(at=NOW)) == 1
    assert Refreshing.objects.count() == 0


def test_second_clock_stands_still_while_one_works(home, at_once):
    lay(home, "sales.csv", csv_of(monthly(2)))
    with (home / "clock.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert schedule.tick(at=NOW) == ()
        assert (home / "inbox" / "sales.csv").exists()
    assert len(schedule.tick(at=NOW)) == 1
