"""A backup before the database changes its shape: if the new version fails, the way back lies ready."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from django.conf import settings

from vitalfew import __version__
from vitalfew.ground.errors import Refusal
from vitalfew.rounds.backup import making, placing
from vitalfew.rounds.backup.making import BackupReport, Progress

KEPT = 3
SKIP = "VITALFEW_SKIP_BACKUP"


class NoWayBack(Refusal):
    """The database was not brought to this version's shape, because no backup could be made before."""


def backup(*, at: datetime, progress: Progress = lambda word, done: None) -> BackupReport:
    """Make a backup in the data folder's own `backups`, and keep the newest three of its kind. Raises NoWayBack."""
    room = Path(settings.VITALFEW_HOME) / "backups"
    path = room / f"before-{__version__}-{at:%Y%m%d-%H%M%S}{making.ENDING}"
    wish = making.Wish(path, at, "before migrating", force=True, incomplete=True, progress=progress)
    try:
        with placing.told_of_disk(f"The backup {path.name}"):
            room.mkdir(exist_ok=True, mode=0o700)
        made = making.write(wish)
    except Refusal as refusal:
        raise NoWayBack(f"{NoWayBack.__doc__} {refusal} To go on without one, set {SKIP}=1.") from refusal
    for old in sorted(room.glob(f"before-*{making.ENDING}"), key=lambda found: found.stat().st_mtime_ns)[:-KEPT]:
        old.unlink()
    return made
