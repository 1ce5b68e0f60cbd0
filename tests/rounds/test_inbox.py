"""The folder that is looked into: each file ends in a room of its own, with its report beside it."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from tests.ledger.ledgers import HEADER, csv_of
from tests.sales import NOW, monthly, write
from vitalfew.ledger import batches, queries
from vitalfew.ledger.models import Arrival, Batch
from vitalfew.rounds import inbox
from vitalfew.trust.actors import clock_actor
from vitalfew.trust.models import AuditEntry

pytestmark = pytest.mark.django_db
TWO_WAYS = csv_of([("N1", "03/04/2025", "A", "I1", 1, "1.50"), ("N2", "05/06/2025", "B", "I1", 1, "2.50")])
OLD = 1_700_000_000


@pytest.fixture
def laid(home: Path):
    """laid(name, text) puts a settled file into the inbox."""

    def lay(name: str, text: str, *, age: int = 0) -> Path:
        (home / "inbox").mkdir(exist_ok=True)
        path = home / "inbox" / name
        path.write_text(text)
        os.utime(path, (OLD - age, OLD - age))
        return path

    return lay


def look(**more) -> tuple[str, ...]:
    return inbox.look(by=clock_actor(), at=NOW, **more)


def rooms(home: Path) -> dict[str, list[str]]:
    place = home / "inbox"
    found = {"": sorted(path.name for path in place.iterdir() if path.is_file())}
    return found | {
        room.name: sorted(path.name for path in room.iterdir()) for room in place.iterdir() if room.is_dir()
    }


def test_missing_folder_is_made_and_empty(home):
    assert (look(), inbox.folder(), rooms(home)) == ((), home / "inbox", {"": []})


def test_imported_file_lies_in_done_with_its_report(home, laid):
    laid("sales.csv", csv_of(monthly(2)))
    assert look() == ("sales.csv: 48 lines: 48 accepted (batch 1).",)
    name = "20260201-090000-sales.csv"
    assert rooms(home) == {"": [], "done": [name, f"{name}.report.txt"]}
    report = json.loads((home / "inbox" / "done" / f"{name}.report.txt").read_text())
    assert (report["state"], report["batch"], report["lines"]["file"]) == ("accepted", 1, 48)
    entry = AuditEntry.objects.get(verb="ledger.import")
    assert (entry.actor_name, entry.door) == ("clock", "clock")


def test_refused_file_lies_in_refused_with_its_sentence(home, laid):
    laid("empty.csv", "")
    (told,) = look()
    name = "20260201-090000-empty.csv"
    assert rooms(home) == {"": [], "refused": [name, f"{name}.report.txt"]}
    assert (home / "inbox" / "refused" / f"{name}.report.txt").read_text() == told
    assert Batch.objects.count() == 0


def test_file_with_a_question_waits_on_the_import_page(home, laid):
    laid("two ways.csv", TWO_WAYS)
    (told,) = look()
    assert told.startswith("two ways.csv has a question, see the Import page: ")
    assert [path for path in rooms(home)["asked"] if not path.endswith(".report.txt")] == [
        "20260201-090000-two ways.csv"
    ]
    (row,) = queries.arrivals(person=None)
    assert (row.file, row.state) == ("two ways.csv", Arrival.State.ASKING)
    assert Batch.objects.count() == 0


def test_file_that_is_there_already_is_done_too(home, laid, tmp_path):
    laid("one.csv", csv_of(monthly(1)))
    look()
    laid("again.csv", csv_of(monthly(1)))
    assert look() == ("again.csv is already there (batch 1). Nothing was changed.",)
    assert Batch.objects.count() == 1


def test_unsettled_file_is_left(home, laid):
    write(laid("sales.csv", ""), monthly(1), HEADER)  # written this very moment
    assert (look(), rooms(home)[""]) == ((), ["sales.csv"])
    assert len(look(settled_only=False)) == 1


def test_hidden_files_and_folders_are_left(home, laid):
    laid(".sales.csv.part", csv_of(monthly(1)))
    (home / "inbox" / "nested.csv").mkdir()
    assert look() == ()


def test_oldest_file_goes_first(home, laid):
    laid("b.csv", csv_of(monthly(1)), age=10)
    laid("a.csv", csv_of(monthly(2)), age=5)
    laid("c.csv", csv_of(monthly(3)), age=20)
    look()
    assert list(Batch.objects.order_by("number").values_list("file_name", flat=True)) == ["c.csv", "b.csv", "a.csv"]


def test_one_bad_file_does_not_keep_others_waiting(home, laid):
    laid("bad.csv", "", age=10)
    laid("good.csv", csv_of(monthly(1)))
    assert [bool(re.search("accepted", word)) for word in look()] == [False, True]


def test_busy_ledger_leaves_the_file_for_the_next_look(home, laid):
    laid("sales.csv", csv_of(monthly(1)))
    with batches.folder().writing():
        assert look() == ()
    assert rooms(home) == {"": ["sales.csv"]}
    assert len(look()) == 1


@pytest.mark.parametrize("name", ["n" * 251 + ".csv", "ü" * 125 + ".csv"])
def test_longest_name_still_finds_its_room(home, laid, name):
    laid(name, csv_of(monthly(1)))
    assert len(look()) == 1
    assert [len(found) for found in rooms(home).values()] == [0, 2]


def test_file_that_may_not_be_read_is_refused(home, laid):
    path = laid("sales.csv", csv_of(monthly(1)))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    (told,) = look()
    assert "may not be read" in told
