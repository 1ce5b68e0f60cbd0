"""Restoring: everything is checked, unpacked aside and settled before one rename decides that it counts."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import DatabaseError, connections
from django.db.migrations.loader import MigrationLoader

from vitalfew.ground.errors import Refusal
from vitalfew.ledger import batches
from vitalfew.ledger.engines.folder import LedgerBusy
from vitalfew.rounds.backup import archive, erasures, exchange, layout, making, occupancy, placing, staging, store
from vitalfew.rounds.backup.archive import Archive
from vitalfew.rounds.backup.erasures import Erased
from vitalfew.rounds.backup.making import Progress
from vitalfew.rounds.backup.manifest import Manifest
from vitalfew.rounds.backup.staging import Stage
from vitalfew.trust import access
from vitalfew.trust.actors import Actor
from vitalfew.trust.audit import heads


class OtherDatabase(Refusal):
    """A backup goes back into the kind of database that it was made of."""


class NoSuchBackup(Refusal):
    """There is no such file, or it may not be read."""


class Unfinished(Refusal):
    """The restore was decided, and then something kept it from ending: the next command or start of the server ends it."""


@dataclass(frozen=True, slots=True)
class RestoreReport:
    """What was restored, where the state before it is kept, and what that meant for doors, mail and erasures.

    `erasures` were recorded after the backup was made, and are None where the state before could not be asked for them;
    they were applied again, as was every other that found somebody: `again` people in all.
    """

    contents: Manifest = field(repr=False)
    kept: Path
    kept_schema: str
    sessions: int
    links: int
    mails: int
    erasures: tuple[Erased, ...] | None
    again: int


def check(*, path: Path, progress: Progress = lambda word, done: None) -> Manifest:
    """Read a backup to the last bit and say what is in it. Raises NotABackup, Damaged or Newer; changes nothing."""
    with _opened(path) as opened:
        _refuse_unknown_shape(opened.manifest)
        opened.check(making.steps("Checking", 0.0, 1.0, opened.manifest.size, progress))
        return opened.manifest


def restore(*, path: Path, by: Actor, at: datetime, progress: Progress = lambda word, done: None) -> RestoreReport:
    """Put the state in a backup in the place of the present one, which is kept beside it.

    Refused before anything changes: a damaged, foreign or newer backup, one of another kind of database, and while
    anything else is at work in this data folder. Killed at any moment, it leaves the old state or the new one.
    """
    access.require(by, "rounds.restore")
    home = Path(settings.VITALFEW_HOME)
    with _opened(path) as opened, store.told(f"{path.name} was not restored"), placing.told_of_disk("The restore"):
        _refuse_unknown_shape(opened.manifest)
        _refuse_other_database(opened.manifest)
        opened.check(making.steps("Checking", 0.0, 0.3, opened.manifest.size, progress))
        _alone()
        placing.refuse_without_room(home, opened.manifest.size)
        return _exchanged(_stage(home, at), opened, _Order(path.name, by, at, progress))


@dataclass(frozen=True, slots=True)
class _Order:
    """Which backup is to be restored, by whom and when."""

    name: str
    by: Actor
    at: datetime
    progress: Progress


def _exchanged(stage: Stage, opened: Archive, order: _Order) -> RestoreReport:
    before, progress = _erasures_before(), order.progress
    connections.close_all()
    try:
        staging.fill(stage, opened, making.steps("Unpacking", 0.3, 0.8, opened.manifest.size, progress))
        progress("Settling", 0.8)
        settled = staging.settle(stage, _asked(stage, opened.manifest, order, before))
        staging.prove(stage, opened)
        plan = exchange.Plan(staging.moves(stage), staging.schemas(stage))
        staging.give_to_owner(stage)
        os.sync()  # all that was unpacked is on the disk before it is decided that it counts
    except BaseException:
        staging.throw_away(stage)
        raise
    progress("Exchanging", 0.95)
    _decided(stage, plan)
    progress("Done", 1.0)
    return RestoreReport(
        contents=opened.manifest,
        kept=stage.home / f"before-restore-{stage.stamp}",
        kept_schema=plan.schemas.kept if plan.schemas else "",
        sessions=settled["sessions"],
        links=settled["links"],
        mails=settled["mails"],
        erasures=None if before is None else erasures.from_json(settled["erasures"]),
        again=settled["again"],
    )


def _decided(stage: Stage, plan: exchange.Plan) -> None:
    exchange.decide(stage.home, plan)
    try:
        exchange.carry_out(stage.home, database=store.address())
    except (OSError, psycopg.Error) as error:
        raise Unfinished(f"{Unfinished.__doc__} What kept it: {error}.") from error


def _opened(path: Path) -> AbstractContextManager[Archive]:
    """The archive, open; a file that cannot be read is told as a sentence."""
    if not path.is_file():
        raise NoSuchBackup(f"{path} is not a file that can be read. Nothing was changed.")
    if not os.access(path, os.R_OK):
        raise NoSuchBackup(f"{path} may not be read by this user. Nothing was changed.")
    return archive.opened(path)


def _refuse_unknown_shape(manifest: Manifest) -> None:
    """A store that has seen migrations of a later version cannot be brought back to ours."""
    loader = MigrationLoader(None, load=False)  # asks no database: the present one may be damaged
    loader.load_disk()
    known = {f"{app}.{name}" for app, name in loader.disk_migrations}
    known |= {f"{app}.{name}" for made in loader.disk_migrations.values() for app, name in made.replaces}
    if strange := [name for name in manifest.migrations if name not in known]:
        raise layout.Newer(f"{layout.Newer.__doc__} This version does not know the migration {strange[0]}.")


def _refuse_other_database(manifest: Manifest) -> None:
    if manifest.database != store.kind():
        raise OtherDatabase(
            f"The backup is of a {manifest.database} database and this installation has {store.kind()}: set VITALFEW_DATABASE"
            " to one of the same kind. Nothing was changed."
        )


def _alone() -> None:
    """Be the only process in this data folder. Raises InUse with a guess at who else is."""
    try:
        settings.VITALFEW_IN_USE.alone()
    except occupancy.InUse:
        try:
            with batches.folder().writing():
                raise
        except LedgerBusy:
            raise occupancy.InUse("An import is running here. Nothing was changed: wait until it has ended.") from None


def _erasures_before() -> tuple[Erased, ...] | None:
    """The erasures that the present store knows of; None where it cannot be asked, such as one that is damaged."""
    name = store.settings()["NAME"]
    if store.kind() == "sqlite" and not Path(name).exists():
        return ()
    try:
        return erasures.recorded()
    except DatabaseError:
        return None


def _stage(home: Path, at: datetime) -> Stage:
    stamp, number = f"{at:%Y%m%d-%H%M%S}", 1
    found = stamp
    while (home / f"before-restore-{found}").exists():
        number += 1
        found = f"{stamp}-{number}"
    return Stage(home, found)


def _asked(stage: Stage, manifest: Manifest, order: _Order, before: tuple[Erased, ...] | None) -> dict[str, Any]:
    """What the restored state is to be told: who restores, what, and how long the trail was that this ends."""
    head, by = heads.read(stage.home), order.by
    return {
        "at": order.at.isoformat(),
        "actor": {"email": by.person.email if by.person else "", "name": by.name, "door": by.door},
        "erasures": erasures.to_json(before or ()),
        "before": {"trail": asdict(head)} if head else {},
        "after": {"file": order.name, "made_at": manifest.made_at.isoformat(), "made_by": manifest.made_by},
    }
