"""Imports as processes of their own: two at once, and a disk that is full."""

from __future__ import annotations

import os
import resource
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.ledger.ledgers import csv_of

ROOT = Path(__file__).parents[3]
pytestmark = pytest.mark.slow  # processes with a store of their own, whichever database the suite runs on


def surroundings(home: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("VITALFEW_", "DJANGO_"))}
    return {**kept, "VITALFEW_HOME": str(home), "PYTHONPATH": str(ROOT)}


def vitalfew(home: Path, *words: object, most: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command on a data folder; `most`: no file may grow beyond so many bytes, as on a full disk."""
    return subprocess.run(
        [sys.executable, "-m", "vitalfew", *map(str, words)],
        env=surroundings(home), capture_output=True, text=True, check=False,
        preexec_fn=None if most is None else lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
    )  # fmt: skip


def lines(count: int, *, start: int = 0) -> list[tuple[object, ...]]:
    return [
        (f"N{place // 7}", f"2024-{place % 12 + 1:02d}-{place % 28 + 1:02d}", f"C{place % 91}", f"I{place * 7919 % 977}", place % 13 + 1, f"{place % 400 / 100 + 0.01:.2f}")
        for place in range(start, start + count)
    ]  # fmt: skip


@pytest.fixture(scope="module")
def prepared(tmp_path_factory) -> Path:
    """A data folder that holds one small file."""
    folder = tmp_path_factory.mktemp("prepared")
    path = folder / "first.csv"
    path.write_text(csv_of(lines(50)))
    assert vitalfew(folder / "home", "import", path).returncode == 0
    return folder / "home"


def state(home: Path) -> dict[str, object]:
    """Every file of the folder by content, and the rows that an import writes."""
    with closing(sqlite3.connect(home / "vitalfew.sqlite3")) as store:
        rows = [
            row
            for table in ("batch", "shape", "customer", "product")
            for row in store.execute(f"SELECT * FROM ledger_{table}")
        ]
    files = {
        str(path.relative_to(home)): path.read_bytes()
        for path in sorted(home.rglob("*"))
        if path.is_file() and path.suffix != ".lock" and "sqlite3" not in path.name
    }
    return files | {"rows": rows}


def test_a_second_import_at_the_same_time_is_told_to_wait(prepared, tmp_path):
    pipe, other = tmp_path / "slow.csv", tmp_path / "other.csv"
    pipe.write_text(csv_of(lines(200_000, start=1000)))
    other.write_text(csv_of(lines(5, start=900)))
    before = state(prepared)
    first = subprocess.Popen(
        [sys.executable, "-m", "vitalfew", "import", str(pipe)],
        env=surroundings(prepared),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    aside = prepared / "ledger" / "aside"
    while not any(aside.iterdir()) and first.poll() is None:
        pass  # until the first holds the right to write
    first.send_signal(signal.SIGSTOP)
    second = vitalfew(prepared, "import", other)
    assert (second.returncode, second.stdout) == (1, "")
    assert (
        second.stderr.strip()
        == "Another import is running. Nothing was changed: wait until it has ended and try again."
    )
    first.kill()
    first.wait()
    assert vitalfew(prepared, "import", "--dry-run", other).returncode == 0
    assert state(prepared) == before


@pytest.mark.parametrize("most", [60_000, 150_000, 400_000])
def test_a_full_disk_is_told_and_leaves_everything_as_it_was(prepared, tmp_path, most):
    path = tmp_path / "large.csv"
    path.write_text(csv_of(lines(60_000, start=1000)[::-1]))  # out of order, so that the engine must write too
    before = state(prepared)
    told = vitalfew(prepared, "import", path, most=most)
    assert (told.returncode, told.stdout, "Traceback" in told.stderr) == (1, "", False), told.stderr
    assert "The disk is full" in told.stderr
    assert state(prepared) == before


def test_after_a_full_disk_the_same_file_goes_in(prepared, tmp_path):
    path = tmp_path / "large.csv"
    path.write_text(csv_of(lines(20_000, start=1000)[::-1]))
    assert vitalfew(prepared, "import", path, most=60_000).returncode == 1
    told = vitalfew(prepared, "import", path)
    assert (told.returncode, "20,000 lines: 20,000 accepted (batch 2)" in told.stdout) == (0, True), told
