"""Files held fast while a backup is made: a second name keeps their bytes whoever removes the first."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vitalfew.rounds.backup import layout
from vitalfew.rounds.backup.moment import Needed


@dataclass(frozen=True, slots=True)
class Held:
    """The files that are held, and the members that could not be found."""

    files: tuple[Needed, ...]
    lost: tuple[str, ...]


def hold(home: Path, named: Iterable[Needed], *, into: Path) -> Held:
    """Give every named file a second name in a folder of ours.

    Files of the ledger and stored files never change, they only come and go: an import's sweep, an undo or an erasure
    may remove one between the store's moment and now. The caller then takes another moment, in which the file is
    no longer named; nobody has to be kept from writing for that.
    """
    held: list[Needed] = []
    lost: list[Needed] = []
    for file in named:
        (held if layout.allowed(file.member) and _linked(home, file, into) else lost).append(file)
    return Held(tuple(held), tuple(file.member for file in lost))


def copy(home: Path, found: Iterable[Needed], *, into: Path) -> Held:
    """The same for files that people write by hand, at any moment and under the name they have: a copy of each.

    One that was taken away since it was found is not missed, one that may not be read is.
    """
    held: list[Needed] = []
    unread: list[str] = []
    for file in found:
        target = into / file.member
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        try:
            held += [file] if _copied(home / file.member, target) else []
        except PermissionError:
            unread.append(file.member)
    return Held(tuple(held), tuple(unread))


def _linked(home: Path, file: Needed, into: Path) -> bool:
    source, target = home / file.member, into / file.member
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.link(source, target)
    except FileNotFoundError:
        return False
    except OSError:  # another disk, or one without second names
        return _copied(source, target)
    return True


def _copied(source: Path, target: Path) -> bool:
    try:
        shutil.copyfile(source, target)
    except FileNotFoundError:
        return False
    return True
