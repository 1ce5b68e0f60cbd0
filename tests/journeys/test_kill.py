"""Imports and refreshes killed at random moments: never half a batch, never two dates, and the next one goes through."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import random
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import pyarrow.parquet as pq
import pytest

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.slow  # processes with a store of their own, whichever database the suite runs on
ROUNDS, MARKED = 16, 4  # at random moments, and at random after a mark in the work has been seen
FIRST, BIG, SMALL = 30_000, 300_000, 5_000  # lines
FOUND = ("ledger_accounttotals", "selection_standing", "selection_concentrationfound")


def written(path: Path, count: int, start: int) -> Path:
    """A sales file of `count` lines that begins with line `start` of an endless ledger; days rise with the lines."""
    with path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(("Invoice", "Date", "Customer", "Item", "Quantity", "Price"))
        for place in range(start, start + count):
            day = date(2022, 1, 1) + timedelta(days=place // 400)
            lines.writerow(
                (
                    f"N{place // 6}",
                    day,
                    f"C{place * 31 % 600}",
                    f"I{place * 7919 % 900}",
                    place % 12 + 1,
                    f"{place % 700 / 100 + 0.05:.2f}",
                )
            )
    return path


def started(home: Path, *words: object) -> subprocess.Popen[bytes]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VITALFEW_", "DJANGO_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "vitalfew", *map(str, words)],
        env={**kept, "VITALFEW_HOME": str(home), "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
    )  # fmt: skip


def done(home: Path, *words: object) -> float:
    """Run a command to its end; the seconds it took."""
    began = time.monotonic()
    running = started(home, *words)
    _, complaint = running.communicate()
    assert running.returncode == 0, complaint.decode()
    return time.monotonic() - began


def asked(home: Path, query: str, *values: object) -> list[tuple]:
    with closing(sqlite3.connect(home / "vitalfew.sqlite3")) as store:
        return store.execute(query, values).fetchall()


def counts(home: Path, run: int) -> tuple[int, ...]:
    return tuple(asked(home, f"SELECT COUNT(*) FROM {table} WHERE run_id = ?", run)[0][0] for table in FOUND)


@dataclass(frozen=True, slots=True)
class Firm:
    """A data folder with one batch and one shown run, another with a second batch; files to import; what whole work gives."""

    home: Path
    two: Path
    big: Path
    small: Path
    importing: float
    refreshing: float
    known: tuple[int, int]
    first_run: tuple[str, tuple[int, ...]]
    second_run: tuple[str, tuple[int, ...]]


@pytest.fixture(scope="module")
def firm(tmp_path_factory) -> Firm:
    folder = tmp_path_factory.mktemp("firm")
    home, two, whole = folder / "home", folder / "two", folder / "whole"
    big, small = written(folder / "big.csv", BIG, FIRST), written(folder / "small.csv", SMALL, FIRST + BIG)
    done(home, "import", written(folder / "first.csv", FIRST, 0))
    done(home, "refresh")
    shutil.copytree(home, two)
    importing = done(two, "import", big)
    shutil.rmtree(two)
    shutil.copytree(home, two)
    done(two, "import", small)
    shutil.copytree(two, whole)
    refreshing = done(whole, "refresh")
    runs = asked(whole, "SELECT number, as_of FROM ledger_run ORDER BY number")
    return Firm(
        home,
        two,
        big,
        small,
        importing,
        refreshing,
        known(home),
        (runs[0][1], counts(whole, 1)),
        (runs[1][1], counts(whole, 2)),
    )


def known(home: Path) -> tuple[int, int]:
    return tuple(asked(home, f"SELECT COUNT(*) FROM ledger_{table}")[0][0] for table in ("customer", "product"))  # type: ignore[return-value]


def killed(home: Path, words: tuple[object, ...], moment: float, seen: Callable[[], bool] | None = None) -> bool:
    """Start a command and kill it `moment` seconds after its start, or after `seen` came true; whether it still ran."""
    running = started(home, *words)
    if seen is not None:
        while running.poll() is None and not seen():
            time.sleep(0.001)
    with suppress(subprocess.TimeoutExpired):
        running.wait(moment)
    running.kill()
    running.communicate()
    return running.returncode == -9


def moments(rounds: int, whole: float, seed: int) -> list[float]:
    """Random moments over a whole run, three of four in its second half: the first is spent on starting."""
    source = random.Random(seed)
    return [source.uniform(0.5 if place % 4 else 0.0, 1.0) * whole for place in range(rounds)]


def no_lock_is_left(home: Path) -> None:
    for lock in (home / "ledger" / "writing.lock", home / "refresh.lock"):
        with lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def batches_are_whole(home: Path, expected: dict[int, int]) -> list[int]:
    """Every batch has all its parts with all its lines; the numbers there are."""
    assert asked(home, "PRAGMA integrity_check") == [("ok",)]
    rows = asked(home, "SELECT number, parts, lines FROM ledger_batch ORDER BY number")
    for number, parts, lines in rows:
        paths = [home / "ledger" / "parts" / name for name in json.loads(parts)]
        assert lines == expected[number] == sum(pq.read_metadata(path).num_rows for path in paths)
    return [number for number, *_ in rows]


def import_round(firm: Firm, home: Path, moment: float, at_parts: bool) -> bool:
    shutil.copytree(firm.home, home)
    parts = home / "ledger" / "parts"
    there = len(list(parts.iterdir()))
    still_ran = killed(
        home, ("import", firm.big), moment, (lambda: len(list(parts.iterdir())) > there) if at_parts else None
    )
    no_lock_is_left(home)
    numbers = batches_are_whole(home, {1: FIRST, 2: BIG})
    if numbers == [1]:
        assert known(home) == firm.known
    for path in parts.iterdir():
        os.utime(path, (0, 0))  # an hour has passed
    done(home, "import", firm.small)
    after = batches_are_whole(home, {1: FIRST, len(numbers) + 1: SMALL} | ({2: BIG} if len(numbers) == 2 else {}))
    assert after == [*numbers, len(numbers) + 1]
    named = {name for (names,) in asked(home, "SELECT parts FROM ledger_batch") for name in json.loads(names)}
    named |= {name for row in asked(home, "SELECT superseded, confirmed FROM ledger_batch") for name in row if name}
    assert {path.name for path in parts.iterdir()} == named
    assert [list((home / "ledger" / room).iterdir()) for room in ("aside", "spill", "looks")] == [[], [], []]
    shutil.rmtree(home)
    return still_ran


def refresh_round(firm: Firm, home: Path, moment: float, at_run: bool) -> bool:
    shutil.copytree(firm.two, home)
    begun = lambda: bool(asked(home, "SELECT 1 FROM ledger_run WHERE number = 2"))  # noqa: E731
    still_ran = killed(home, ("refresh",), moment, begun if at_run else None)
    no_lock_is_left(home)
    assert asked(home, "PRAGMA integrity_check") == [("ok",)]
    shown = asked(home, "SELECT number, as_of FROM ledger_run WHERE shown_at IS NOT NULL ORDER BY number")
    whole = {1: firm.first_run, 2: firm.second_run}
    assert [(as_of, counts(home, number)) for number, as_of in shown] == [whole[number] for number, _ in shown]
    assert [number for number, _ in shown] in ([1], [1, 2])
    done(home, "refresh")
    runs = asked(home, "SELECT number, as_of, shown_at FROM ledger_run ORDER BY number")
    assert all(shown_at for *_, shown_at in runs)
    assert (runs[-1][1], counts(home, runs[-1][0])) == firm.second_run
    assert {row[0] for table in FOUND for row in asked(home, f"SELECT DISTINCT run_id FROM {table}")} == {
        number for number, *_ in runs
    }
    shutil.rmtree(home)
    return still_ran


@pytest.fixture(scope="module")
def seed() -> int:
    found = int(os.environ.get("VITALFEW_SEED", time.time_ns() % 1_000_000))
    print(f"VITALFEW_SEED={found} repeats these moments")
    return found


def played(rounds: list[Callable[[], bool]]) -> int:
    """Two at a time; how many were killed before they had ended."""
    with ThreadPoolExecutor(2) as players:
        return sum(player.result() for player in [players.submit(each) for each in rounds])


def test_an_import_killed_at_any_moment_is_all_or_nothing(firm, seed, tmp_path):
    source = random.Random(seed + 1)
    at = moments(ROUNDS, firm.importing, seed)
    rounds = [partial(import_round, firm, tmp_path / f"{place}", moment, False) for place, moment in enumerate(at)]
    # Between the parts' coming to their place and the batch's row: the narrowest gap.
    rounds += [
        partial(import_round, firm, tmp_path / f"parts-{place}", source.uniform(0, 0.05), True)
        for place in range(MARKED)
    ]
    assert played(rounds) >= (ROUNDS + MARKED) // 2


def test_a_refresh_killed_at_any_moment_shows_one_whole_run(firm, seed, tmp_path):
    source = random.Random(seed + 2)
    at = moments(ROUNDS, firm.refreshing, seed)
    rounds = [partial(refresh_round, firm, tmp_path / f"{place}", moment, False) for place, moment in enumerate(at)]
    # While the rows of the new run are being written.
    rounds += [
        partial(refresh_round, firm, tmp_path / f"run-{place}", source.uniform(0, 0.6) * firm.refreshing, True)
        for place in range(MARKED)
    ]
    assert played(rounds) >= (ROUNDS + MARKED) // 2
