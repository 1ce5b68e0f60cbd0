"""Making a backup: the store at one moment, the files that this moment names, the keys and the head of the trail."""

from __future__ import annotations

import fcntl
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from vitalfew import __version__
from vitalfew.ground.errors import Refusal
from vitalfew.rounds.backup import archive, layout, moment, pinning, placing, store
from vitalfew.rounds.backup.manifest import Manifest
from vitalfew.rounds.backup.moment import Moment, Needed
from vitalfew.rounds.backup.pinning import Held
from vitalfew.trust import audit
from vitalfew.trust.actors import Actor
from vitalfew.trust.audit import heads

Progress = Callable[[str, float], None]
ENDING = ".vfb"
_MOMENTS = 3  # how often another moment is taken when a file went away before it could be held


class BackupBusy(Refusal):
    """Another backup is being made. Nothing was written: wait until it has ended and try again."""


class Incomplete(Refusal):
    """Files that the database names are missing or damaged."""


@dataclass(frozen=True, slots=True)
class BackupReport:
    """Where a backup lies, its size in bytes, and what is in it."""

    path: Path
    bytes: int
    contents: Manifest = field(repr=False)


@dataclass(frozen=True, slots=True)
class Wish:
    """A backup as it is asked for: where, of when, by whom, and whether to overwrite or to make do with lost files."""

    path: Path
    at: datetime
    made_by: str
    force: bool = False
    incomplete: bool = False
    progress: Progress = lambda word, done: None


def backup(
    *,
    path: Path,
    by: Actor,
    at: datetime,
    force: bool = False,
    incomplete: bool = False,
    progress: Progress = lambda word, done: None,
) -> BackupReport:
    """Write a backup of this moment to `path` (a folder: a file in it, named by the moment), while others go on working.

    Raises FileExists unless `force`, Incomplete where files are lost unless `incomplete`, NoRoom and BackupBusy.
    """
    path = path / f"vitalfew-{at:%Y%m%d-%H%M%S}{ENDING}" if path.is_dir() else path
    placing.refuse_overwriting(path, force=force)
    with transaction.atomic():  # before the moment is taken, so that the backup itself knows of it
        audit.record(by=by, at=at, verb="rounds.backup", target=f"backup:{path.name}"[:80], after={"file": path.name})
    return write(Wish(path, at, by.name, force, incomplete, progress))


def write(wish: Wish) -> BackupReport:
    """The same without a word in the audit trail, which a store of an older shape cannot take."""
    home, path = Path(settings.VITALFEW_HOME), wish.path
    with (
        placing.told_of_disk(f"The backup {path.name}"),
        store.told(f"{path.name} was not made"),
        _aside(home) as aside,
    ):
        material = _gathered(home, aside, wish)
        with placing.draft(path, force=wish.force) as (draft, out):
            full = _fill(out, material, wish)
            placing.on_disk(out)
            with archive.opened(draft) as made:  # a backup that was never read is none
                made.check(steps("Reading it again", 0.8, 1.0, full.size, wish.progress))
    wish.progress("Done", 1.0)
    return BackupReport(path, path.stat().st_size, full)


def steps(word: str, first: float, last: float, total: int, progress: Progress) -> archive.Passed:
    """Counts bytes and tells how far they are."""
    done = 0

    def passed(count: int) -> None:
        nonlocal done
        done += count
        progress(word, first + (last - first) * min(1.0, done / max(total, 1)))

    return passed


@dataclass(frozen=True, slots=True)
class _Material:
    """All that goes into a backup, held fast: sources by member, the head of the trail, and what the manifest tells."""

    files: tuple[tuple[Needed, Path], ...]
    head: bytes
    told: Manifest


def _gathered(home: Path, aside: Path, wish: Wish) -> _Material:
    """Take the moment: everything in it is held or copied when this ends."""
    wish.progress("Holding the moment", 0.0)
    kept = heads.read(home)  # before the moment: the trail may only be longer there
    place, copy = aside / "held", aside / "database"
    with ExitStack() as until_copied:
        now, held = _moment(home, place, until_copied)
        if held.lost and not wish.incomplete:
            raise Incomplete(_lost_sentence(held.lost))
        plays = pinning.copy(home, moment.plays(home), into=place)
        if plays.lost and not wish.incomplete:
            raise Incomplete(_unread_sentence(plays.lost[0]))
        files = tuple((file, place / file.member) for file in held.files + plays.files)
        placing.refuse_without_room(wish.path.absolute().parent, _size_of(path for _, path in files))
        now.copy(copy, lambda done: wish.progress("Copying the database", 0.02 + 0.18 * done))
        keys = [(Needed(name), home / name) for name in layout.KEYS]
        return _Material(((Needed(now.member), copy), *keys, *files), _head(kept, now), _told(now, held, plays, wish))


def _moment(home: Path, place: Path, until_copied: ExitStack) -> tuple[Moment, Held]:
    """A moment of the store with every file that it names held fast."""
    for left in range(_MOMENTS - 1, -1, -1):
        with ExitStack() as opening:
            now = opening.enter_context(store.moment())
            held = pinning.hold(home, moment.needed(now), into=place)
            if not held.lost or not left:
                until_copied.push(opening.pop_all())
                return now, held
        shutil.rmtree(place, ignore_errors=True)
    raise AssertionError("the last moment is always taken")


def _told(now: Moment, held: Held, plays: Held, wish: Wish) -> Manifest:
    return Manifest(
        product=__version__,
        made_at=wish.at,
        made_by=wish.made_by,
        database=now.kind,
        schema=now.schema,
        migrations=moment.migrations(now),
        counts=moment.counts(now) | {"plays in files": len(plays.files)},
        lost=held.lost + plays.lost,
    )


def _head(kept: heads.Head | None, now: Moment) -> bytes:
    """The head of the trail for the backup: the moment's own, unless the trail denies the one kept beside the table.

    It never does while nobody tampers; where a tail was cut off, the restored trail must show that too.
    """
    own = moment.head(now)
    if own and (kept is None or moment.chain_at(now, kept.number) == kept.chain):
        kept = own
    return json.dumps(asdict(kept)).encode() if kept else b""


def _fill(out: BinaryIO, material: _Material, wish: Wish) -> Manifest:
    told, writer = material.told, archive.Writer(out, version=material.told.product)
    passed = steps("Writing", 0.2, 0.8, _size_of(path for _, path in material.files), wish.progress)
    for needed, path in material.files:
        with path.open("rb") as source:
            member = writer.add(needed.member, source, os.fstat(source.fileno()).st_size, passed)
        if needed.digest not in ("", member.sha256):
            if not wish.incomplete:
                raise Incomplete(_damaged_sentence(needed.member))
            told = replace(told, lost=(*told.lost, needed.member))
    if material.head:
        writer.add(layout.HEAD, io.BytesIO(material.head), len(material.head))
    return writer.close(told)


def _size_of(paths: Iterator[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def _lost_sentence(lost: tuple[str, ...]) -> str:
    return (
        f"{len(lost):,} files that the database names are missing from the data folder, such as {lost[0]}. No backup was made:"
        " put them back from an earlier backup, or make one without them with --incomplete."
    )


def _unread_sentence(member: str) -> str:
    return (
        f"{member} in the data folder may not be read by this user. No backup was made: let it be read, or make one"
        " without it with --incomplete."
    )


def _damaged_sentence(member: str) -> str:
    return (
        f"{member} in the data folder is not the file that was stored: the disk has damaged it. No backup was made:"
        " put it back from an earlier backup, or make one all the same with --incomplete."
    )


@contextmanager
def _aside(home: Path) -> Iterator[Path]:
    """A folder beside the data for one backup at a time; what a dead one left goes."""
    room = home / "backups"
    room.mkdir(exist_ok=True, mode=0o700)
    with (room / "backup.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupBusy(str(BackupBusy.__doc__)) from None
        place = room / "aside"
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(mode=0o700)
        try:
            yield place
        finally:
            shutil.rmtree(place, ignore_errors=True)
