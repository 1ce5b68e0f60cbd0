"""The long tests at full length: processes that write at once, and kill -9 under acknowledged writes, on both databases.

python -m tests.soak [bounded]: bounded runs what the suite leaves out, with few rounds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from tests.postgres import binaries, server, why_none

ROOT = Path(__file__).parent.parent
LEFT_OUT = ("tests/journeys/test_acknowledged_writes.py",)
WRITES = ("tests/journeys/test_concurrency.py", *LEFT_OUT)
KILLS = ("tests/journeys/test_kill.py", "tests/journeys/test_mailing.py")  # stores of their own, so once
TOLD = ("SQLite:", "PostgreSQL:", "VITALFEW_SEED")  # the lines that hold figures


def main() -> int:
    """Exit 0 only when everything that ran is green."""
    bounded = "bounded" in sys.argv
    failed = [] if _ran("SQLite", LEFT_OUT if bounded else (*WRITES, *KILLS), bounded=bounded) else ["SQLite"]
    if binaries() is None:
        print(f"Left out: PostgreSQL. {why_none()}")
        failed += ["PostgreSQL"] if os.environ.get("VITALFEW_STRICT") else []
    else:
        with server() as address:
            failed += (
                []
                if _ran("PostgreSQL", LEFT_OUT if bounded else WRITES, bounded=bounded, address=address)
                else ["PostgreSQL"]
            )
    print(f"Failed: {', '.join(failed)}." if failed else "Everything that ran is green.")
    return 1 if failed else 0


def _ran(name: str, files: tuple[str, ...], *, bounded: bool, address: str = "") -> bool:
    began = time.monotonic()
    print(f"— {name}", flush=True)
    kept = {word: value for word, value in os.environ.items() if word != "VITALFEW_DATABASE"}
    more = {"PYTHONPATH": str(ROOT), "VITALFEW_DATABASE": address} if address else {"PYTHONPATH": str(ROOT)}
    soak = {} if bounded else {"VITALFEW_SOAK": "1"}
    words = [sys.executable, "-m", "pytest", "-s", *files]
    running = subprocess.Popen(words, cwd=ROOT, env={**kept, **more, **soak}, stdout=subprocess.PIPE, text=True)
    said = [_shown(line) for line in running.stdout or ()]
    ok = running.wait() == 0
    print(f"  {'ok' if ok else 'FAILED'} ({time.monotonic() - began:.0f} s)", flush=True)
    if not ok:
        print("".join(said))
    return ok


def _shown(line: str) -> str:
    """The line; one that tells a figure is printed at once."""
    figure = line.lstrip(".")
    if figure.startswith(TOLD):
        print(f"  {figure.rstrip()}", flush=True)
    return line


if __name__ == "__main__":
    sys.exit(main())
