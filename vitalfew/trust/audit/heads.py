"""The newest entry of the audit trail, kept outside its table too: a tail that was cut off is then seen."""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from vitalfew.ground.errors import Refusal

_NAME = "audit.head"
_WORD = re.compile(r"\s*([1-9][0-9]{0,17})-([0-9a-f]{32})\s*", re.ASCII | re.IGNORECASE)


class HeadRefused(Refusal):
    """A head is a word such as 12-9f86d081884c7d659a2feaa0c55ad015, as `vitalfew audit head` prints it. Nothing was checked."""


@dataclass(frozen=True, slots=True)
class Head:
    """The number of an entry and the chain's value there, or as much of it as was kept."""

    number: int
    chain: str

    @property
    def word(self) -> str:
        """The head as one word that can be printed, mailed or written down, and checked later."""
        return f"{self.number}-{self.chain[:32]}"

    def fits(self, chain: str) -> bool:
        """True where this is the head of a trail whose chain has this value at its number."""
        return bool(self.chain) and chain.startswith(self.chain)


def spoken(word: str) -> Head:
    """The head that a word tells. Raises HeadRefused for anything else."""
    found = _WORD.fullmatch(word)
    if found is None:
        raise HeadRefused(f"“{word[:80]}” is no head of the trail. {HeadRefused.__doc__}")
    return Head(int(found[1]), found[2].lower())


def keep(home: Path, *, number: int, chain: str, chain_at: Callable[[int], str | None] | None = None) -> None:
    """Keep a head that was committed; of two that are kept at once the newer stays.

    `chain_at` tells the trail's chain at a number. A kept head that the trail denies is left as it is, whatever comes
    after: it is the proof that a tail was cut off.
    """
    with (home / f"{_NAME}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        kept = read(home)
        if kept and (kept.number >= number or (chain_at and chain_at(kept.number) != kept.chain)):
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
