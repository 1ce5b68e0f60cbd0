"""A refresh is repeatable, never mixes days, is seen in one change, and leaves nothing when it breaks off."""

from __future__ import annotations

import fcntl
import subprocess
import sys
from datetime import date, timedelta

import duckdb
import pytest

from tests.sales import NOW, monthly
from vitalfew.ledger import runs
from vitalfew.ledger.models import AccountTotals, Run
from vitalfew.relationship.models import Behaviour, LevelFound, LevelRun
from vitalfew.rounds import refresh
from vitalfew.rounds.models import Refreshing
from vitalfew.selection.models import ConcentrationFound, Standing
from vitalfew.trust.actors import operator
from vitalfew.trust.models import AuditEntry

FOUND = (AccountTotals, Standing, ConcentrationFound, Behaviour, LevelRun, LevelFound)


def written(run: int) -> list[list[dict]]:
    """All that a run wrote, but for its number and its rows' own."""
    return [
        [
            {name: value for name, value in row.items() if name not in ("id", "run_id", "judged_at")}
            for row in model.objects.filter(run=run).order_by("pk").values()
        ]
        for model in FOUND
    ]


class Power(Exception):
    """The power goes."""


def fails_at(part: float):
    def progress(stage: str, done: float) -> None:
        if done >= part:
            raise Power(stage)

    return progress


@pytest.mark.parametrize("as_of", [None, "2025-06-30"])
def test_empty_ledger_is_refused(refreshed, as_of):
    with pytest.raises(refresh.NothingToRefresh, match="vitalfew import"):
        refreshed(as_of)
    assert (Run.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_day_before_the_ledger_is_refused(bring, refreshed):
    bring()
    with pytest.raises(
        refresh.NothingToRefresh, match=r"The ledger begins on 2024-01-01: there is nothing to find as of 2023-12-31."
    ):
        refreshed("2023-12-31")
    assert runs.current() is None
    assert refreshed("2024-01-01").lines == 1


def test_report_tells_the_whole_ledger(bring, refreshed):
    bring()
    report = refreshed()
    assert (report.as_of, report.accounts, report.lines, report.net, report.currency, report.stand_alone) == (
        date(2025, 12, 8), 8, 192, 24 * 360_00, runs.current().totals["currency"], (),
    )  # fmt: skip
    entry = AuditEntry.objects.get(verb="rounds.refresh")
    assert (entry.target, entry.after) == (f"run:{report.run}", {"as_of": "2025-12-08", "lines": 192})


def test_the_same_day_twice_gives_the_same_numbers(bring, refreshed):
    bring(monthly(35))
    first = refreshed("2025-06-30").run
    before = written(first)
    second = refreshed("2025-06-30").run
    assert first != second and len(before[1]) == 35
    assert written(second) == before


def test_a_day_can_be_found_again_after_more_was_imported(bring, refreshed):
    rows = monthly(35)
    bring([row for row in rows if row[1] <= "2025-06-30"])
    before = written(refreshed("2025-06-30").run)
    bring(rows, name="all.csv")
    assert written(refreshed("2025-06-30").run) == before


def test_lines_after_the_day_never_count(bring, refreshed):
    bring(
        [
            ("N1", "2025-01-02", "A", "I1", 1, "10.00"),
            ("N2", "2025-01-03", "A", "I1", 1, "5.00"),
            ("N3", "2025-01-03", "B", "I1", 1, "99.00"),
        ]
    )
    report = refreshed("2025-01-02")
    assert (report.accounts, report.lines, report.net) == (1, 1, 1000)
    assert [row["net"] for row in written(report.run)[0]] == [1000]
    assert refreshed("2025-01-03").net == 11400


def test_future_lines_wait_for_their_day(bring, refreshed):
    bring([("N1", "2025-01-02", "A", "I1", 1, "10.00"), ("N2", "2027-01-03", "A", "I1", 1, "5.00")])
    report = refreshed()
    assert (report.as_of, report.lines) == (NOW.date(), 1)


def test_new_lines_show_after_the_refresh_only(bring, refreshed):
    bring(monthly(2))
    first = refreshed()
    bring(monthly(3), name="more.csv")
    assert runs.current().number == first.run and runs.current().totals["lines"] == 48
    assert refreshed().lines == 72


@pytest.mark.parametrize("part", [0.05, 0.5, 0.7, 0.85])
def test_a_refresh_that_breaks_off_is_never_seen(bring, refreshed, part):
    bring()
    shown = refreshed("2025-06-30").run
    before = written(shown)
    with pytest.raises(Power):
        refreshed(progress=fails_at(part))
    assert (runs.current().number, written(shown)) == (shown, before)
    assert Run.objects.filter(shown_at=None).count() == 1
    last = refreshed("2025-06-30").run
    assert set(Run.objects.values_list("number", flat=True)) == {shown, last}
    assert {model.objects.exclude(run__in=(shown, last)).count() for model in FOUND} == {0}
    assert written(last) == before


def test_progress_goes_up_to_the_end(bring, refreshed):
    bring()
    told: list[tuple[str, float]] = []
    refreshed(progress=lambda stage, done: told.append((stage, done)))
    assert [done for _, done in told] == sorted(done for _, done in told)
    assert told[-1] == ("Done", 1.0)


HOLDER = """
import fcntl, sys
with open(sys.argv[1], "a") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.readline()
"""


def test_refresh_of_another_process_is_waited_out(bring, refreshed, home):
    bring()
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(home / "refresh.lock")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        try:
            assert other.stdout.readline() == "held\n"
            with pytest.raises(refresh.RefreshBusy, match=r"Another refresh is running. Nothing was changed"):
                refreshed()
            assert Run.objects.count() == 0
        finally:
            other.kill()
    assert refreshed().lines == 192  # the right falls with the process


def test_refresh_frees_its_right_when_it_breaks_off(bring, refreshed, home):
    bring()
    with pytest.raises(Power):
        refreshed(progress=fails_at(0.5))
    with (home / "refresh.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)


def asked(as_of: date | None = None) -> Refreshing:
    return Refreshing.objects.create(asked_at=NOW, asked_by="Alice", as_of=as_of)


def test_asked_refresh_tells_how_it_ended(bring, refreshed):
    bring()
    row = asked(date(2025, 6, 30))
    refresh.run_asked(row.pk, by=operator(), at=NOW)
    row.refresh_from_db()
    assert (row.state, row.done, row.word, row.ended_at, runs.current().as_of) == (
        "done",
        1.0,
        "",
        NOW,
        date(2025, 6, 30),
    )


def test_asked_refresh_tells_why_it_was_refused(bring):
    row = asked()
    refresh.run_asked(row.pk, by=operator(), at=NOW)
    row.refresh_from_db()
    assert (row.state, row.word, row.ended_at) == ("failed", refresh.NothingToRefresh.__doc__, NOW)


def test_asked_refresh_tells_that_it_broke_off(bring, home):
    bring()
    (part,) = (home / "ledger" / "parts").iterdir()
    part.write_bytes(part.read_bytes()[:100])  # the disk lost the rest
    row = asked()
    with pytest.raises(duckdb.Error):
        refresh.run_asked(row.pk, by=operator(), at=NOW)
    row.refresh_from_db()
    assert (row.state, row.word, row.ended_at) == ("failed", "The refresh broke off; the log says where.", NOW)
    assert runs.current() is None


def test_work_of_a_dead_process_does_not_run_for_ever(bring, refreshed):
    bring()
    row = asked()
    Refreshing.objects.filter(pk=row.pk).update(state=Refreshing.State.RUNNING, done=0.5)
    other = asked()
    refresh.run_asked(other.pk, by=operator(), at=NOW + timedelta(hours=1))
    row.refresh_from_db()
    other.refresh_from_db()
    assert (row.state, row.ended_at, other.state) == ("failed", NOW + timedelta(hours=1), "done")
    assert row.word.startswith("The refresh broke off before it ended.")
