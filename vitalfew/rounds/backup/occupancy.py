"""Who is at work in a data folder: every process holds a share of one lock, a restore needs it alone. Knows no Django."""

from __future__ import annotations

import fcntl
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from vitalfew.ground.errors import Refusal

_PATIENCE = 5.0  # seconds; a start that ends another's restore takes less


class InUse(Refusal):
    """A server or another command is at work in this data folder. Nothing was changed: end it first, then restore."""


class BeingRestored(Refusal):
    """A backup is being restored into this data folder: wait until that has ended."""


@dataclass(frozen=True, slots=True)
class Occupancy:
    """A share in the use of a data folder; it falls with the process, however that ends."""

    file: IO[str]

    def alone(self) -> None:
        """Be the only one here. Raises InUse where somebody else is; the share is gone then, so end."""
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InUse(str(InUse.__doc__)) from None

    def alone_soon(self) -> None:
        """Be the only one here, waiting for others that have just come."""
        fcntl.flock(self.file, fcntl.LOCK_EX)

    def shared(self) -> None:
        """Let others in again."""
        fcntl.flock(self.file, fcntl.LOCK_SH)


def enter(home: Path) -> Occupancy:
    """Take a share in the use of a data folder. Raises BeingRestored while a restore holds it alone."""
    file = (home / "use.lock").open("a+")
    until = time.monotonic() + _PATIENCE
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return Occupancy(file)
        except BlockingIOError:
            if time.monotonic() > until:
                file.close()
                raise BeingRestored(str(BeingRestored.__doc__)) from None
            time.sleep(0.05)
