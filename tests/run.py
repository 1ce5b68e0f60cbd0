"""Runs the checks and the whole suite, on SQLite and where it can on PostgreSQL, and says what was left out and why."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.postgres import binaries, server, why_none

ROOT = Path(__file__).parent.parent
BIN = Path(sys.executable).parent
CHECKS = (
    ("form", ["ruff", "format", "--check", "--quiet", "vitalfew", "tests", "benchmarks"]),
    ("lint", ["ruff", "check", "--quiet", "vitalfew", "tests", "benchmarks"]),
    ("types", ["mypy"]),
    ("floors", ["lint-imports"]),
)
# Rooms whose tests ask no database anything: once is enough.
_NO_DATABASE = [f"--ignore=tests/{room}" for room in ("analytics", "ground", "ledger/importing", "ledger/reading")]


def main() -> int:
    """Exit 0 only when everything that ran is green."""
    failed = [name for name, words in CHECKS if not _ran(name, [str(BIN / words[0]), *words[1:]])]
    if "--check-only" in sys.argv:
        failed += [] if _ran("documentation", _pytest("tests/house")) else ["documentation"]
        return _told(failed)
    if not _ran("tests on SQLite", _pytest("-m", "not soak", "-rs", *_side_by_side())):
        failed.append("tests on SQLite")
    if binaries() is None:
        print(f"Left out: the suite on PostgreSQL. {why_none()}")
        return _told([*failed, *(["tests on PostgreSQL"] if os.environ.get("VITALFEW_STRICT") else [])])
    with server() as address:
        if not _ran(
            "tests on PostgreSQL",
            _pytest("-m", "not browser and not data and not slow and not soak", "-rs", *_side_by_side(), *_NO_DATABASE),
            VITALFEW_DATABASE=address,
        ):
            failed.append("tests on PostgreSQL")
    return _told(failed)


def _side_by_side() -> list[str]:
    """Two at a time where there are two processors; each has a database and folders of its own."""
    return ["-n", "2"] if (os.cpu_count() or 1) > 1 else []


def _pytest(*words: str) -> list[str]:
    return [sys.executable, "-m", "pytest", *words]


def _ran(name: str, words: list[str], **more: str) -> bool:
    began = time.monotonic()
    print(f"— {name}", flush=True)
    code = subprocess.run(words, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT), **more}, check=False).returncode
    print(f"  {'ok' if code == 0 else 'FAILED'} ({time.monotonic() - began:.0f} s)", flush=True)
    return code == 0


def _told(failed: list[str]) -> int:
    print(f"Failed: {', '.join(failed)}." if failed else "Everything that ran is green.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
