"""The newest entry of the audit trail, kept outside its table too: a tail that was cut off is then seen."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import dataclass
from pathlib import Path

_NAME = "audit.head"


@dataclass(frozen=True, slots=True)
class Head:
    """The number of an entry and the chain's value there."""

    number: int
    chain: str


def keep(home: Path, *, number: int, chain: str) -> None:
    """Keep a head that was committed; of two that are kept at once the newer stays."""
    with (home / f"{_NAME}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = read(home)
        if kept and kept.number >= number:
            return
        draft = home / f"{_NAME}.draft"
        with draft.open("w") as file:
            file.write(json.dumps({"number": number, "chain": chain}))
            file.flush()
            os.fsync(file.fileno())
        draft.rename(home / _NAME)


def read(home: Path) -> Head | None:
    """The head that was kept last; None where nothing was kept or it cannot be read."""
    try:
        told = json.loads((home / _NAME).read_text())
        return Head(int(told["number"]), str(told["chain"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
