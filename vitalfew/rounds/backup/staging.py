"""A backup unpacked and settled in a folder of its own within the data folder, where nothing uses it yet."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vitalfew.ground.errors import Refusal
from vitalfew.rounds.backup import exchange, layout, moment, postgres_store, sqlite_store, store
from vitalfew.rounds.backup.archive import Archive, Passed
from vitalfew.rounds.backup.exchange import Move, Schemas
from vitalfew.rounds.backup.moment import Moment

_FRESH, _KEPT = "restoring_", "before_restore_"
_ROOMS = ("ledger/parts", "files", layout.PLAYS)  # exchanged as a whole, also where nothing lies in them


class NotFit(Refusal):
    """What the backup holds could not be made fit for use. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Stage:
    """Where a restored state lies while it is made ready; `stamp` names this restore."""

    home: Path
    stamp: str

    @property
    def place(self) -> Path:
        """The folder, itself in the form of a data folder."""
        return self.home / exchange.ROOM / exchange.FRESH

    @property
    def schema(self) -> str:
        """The schema of a PostgreSQL store while it is made ready."""
        return _FRESH + self.stamp.replace("-", "_")


def fill(stage: Stage, archive: Archive, passed: Passed) -> None:
    """Unpack a backup, and give its store to the database where that is PostgreSQL."""
    exchange.clear(stage.home)
    stage.place.mkdir(parents=True, mode=0o700)
    for room in _ROOMS:
        (stage.place / room).mkdir(parents=True, mode=0o700)
    archive.unpack(stage.place, passed)
    if archive.manifest.database == "postgresql":
        for left in postgres_store.leftovers(store.address(), _FRESH):
            postgres_store.drop_fresh(store.address(), left)
        postgres_store.stage(
            stage.place / layout.DUMP,
            address=store.address(),
            settings=store.settings(),
            schema=archive.manifest.schema,
            fresh=stage.schema,
        )


def throw_away(stage: Stage) -> None:
    """Remove all of it."""
    if store.kind() == "postgresql":
        postgres_store.drop_fresh(store.address(), stage.schema)
    exchange.clear(stage.home)


def settle(stage: Stage, asked: dict[str, Any]) -> dict[str, Any]:
    """Have the restored state settled by a process that knows this state only. Raises NotFit where that fails."""
    done = subprocess.run(
        [sys.executable, "-m", "vitalfew.rounds.backup.settling"],
        input=json.dumps(asked),
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "VITALFEW_HOME": str(stage.place), "VITALFEW_DATABASE": _address(stage)},
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["it ended without a word"])[-1]
        raise NotFit(f"What the backup holds could not be made fit for use: {last[:400]} Nothing was changed.")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def prove(stage: Stage, archive: Archive) -> None:
    """Let a settled state pass that is whole. Raises NotFit else."""
    if store.kind() == "sqlite":
        sqlite_store.settled(stage.place / layout.SQLITE)
        if complaint := sqlite_store.complaint(stage.place / layout.SQLITE):
            raise NotFit(f"The database in the backup is damaged: {complaint[:300]}. Nothing was changed.")
    digests = {member.name: member.sha256 for member in archive.manifest.members}
    lost = set(archive.manifest.lost)
    with _moment(stage) as now:
        wrong = [
            file.member
            for file in moment.needed(now)
            if file.member not in lost and (file.member not in digests or file.digest not in ("", digests[file.member]))
        ]
    if wrong:
        raise NotFit(
            f"The backup lacks {len(wrong):,} files that its database names, such as {wrong[0]}. Nothing was changed."
        )


def moves(stage: Stage) -> tuple[Move, ...]:
    """What takes whose place; where a target lies on another disk, all of that happens there."""
    found = [_move(stage, stage.home / name, stage.place / name) for name in _exchanged(stage)]
    if store.kind() == "sqlite":
        database = Path(store.settings()["NAME"])
        found.append(_move(stage, database, stage.place / layout.SQLITE, along=("-wal", "-shm", "-journal")))
    return tuple(found)


def schemas(stage: Stage) -> Schemas | None:
    """The same for PostgreSQL."""
    if store.kind() != "postgresql":
        return None
    kept = _KEPT + stage.stamp.replace("-", "_")
    return Schemas(live=postgres_store.live_schema(store.address()), fresh=stage.schema, kept=kept)


def give_to_owner(stage: Stage) -> None:
    """What root restores belongs to whom the data folder belongs to: the server runs in their name."""
    owner = stage.home.stat()
    if os.geteuid() != 0 or owner.st_uid == 0:
        return
    for folder, _, names in os.walk(stage.home / exchange.ROOM):
        for path in (folder, *(str(Path(folder) / name) for name in names)):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _exchanged(stage: Stage) -> list[str]:
    names = [*_ROOMS, *layout.KEYS]
    return [*names, layout.HEAD] if (stage.place / layout.HEAD).exists() else names


def _move(stage: Stage, target: Path, fresh: Path, *, along: tuple[str, ...] = ()) -> Move:
    target = target.resolve()
    if target.is_mount():
        raise NotFit(
            f"{target} is a disk of its own and cannot be exchanged as a whole: mount the disk one folder higher. Nothing was changed."
        )
    kept = stage.home / f"before-restore-{stage.stamp}"
    if target.parent.exists() and target.parent.stat().st_dev != stage.home.stat().st_dev:
        fresh = _copied(fresh, target.with_name(f".{target.name}.restoring"))
        place = target.with_name(f"{target.name}.before-restore-{stage.stamp}")
    elif target.is_relative_to(stage.home):
        place = kept / target.relative_to(stage.home)
    else:
        place = kept / target.name
    told = [_told(stage.home, path) for path in (target, fresh, place)]
    return Move(target=told[0], fresh=told[1], kept=told[2], along=along)


def _told(home: Path, path: Path) -> str:
    """A path as seen from the home, so that a home that is moved still finds it."""
    return str(path.relative_to(home) if path.is_relative_to(home) else path)


def _copied(fresh: Path, beside: Path) -> Path:
    shutil.rmtree(beside, ignore_errors=True)
    beside.unlink(missing_ok=True)
    if fresh.is_dir():
        shutil.copytree(fresh, beside)
    else:
        shutil.copy2(fresh, beside)
    return beside


def _address(stage: Stage) -> str:
    if store.kind() == "postgresql":
        return postgres_store.inside(store.address(), stage.schema)
    return f"sqlite:{layout.SQLITE}"


def _moment(stage: Stage) -> AbstractContextManager[Moment]:
    if store.kind() == "postgresql":
        return postgres_store.moment(_address(stage), store.settings())
    return sqlite_store.moment(str(stage.place / layout.SQLITE))
