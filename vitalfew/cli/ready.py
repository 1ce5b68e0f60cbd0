"""An installation ready for use: its database brought to this version's shape."""

from __future__ import annotations

import os

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

from vitalfew.cli import output
from vitalfew.ground import clock
from vitalfew.rounds.backup import before_migrating
from vitalfew.rounds.backup.making import BackupReport
from vitalfew.trust import audit
from vitalfew.trust.actors import operator


def make_ready(*, quiet: bool) -> None:
    """Apply the migrations that are missing, if any; a database that holds something already is backed up before."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if not quiet:
        output.complain("Preparing the database …")
    made = _backed_up(quiet) if _holds_something(executor) else None
    call_command("migrate", verbosity=0, interactive=False)
    if made:
        _note(made)


def _holds_something(executor: MigrationExecutor) -> bool:
    return bool(executor.loader.applied_migrations)


def _backed_up(quiet: bool) -> BackupReport | None:
    if os.environ.get(before_migrating.SKIP) == "1":
        return None
    with output.progress("Backup", quiet=quiet) as tell:
        made = before_migrating.backup(at=clock.now(), progress=tell)
    if not quiet:
        output.complain(f"A backup of the state before lies in {made.path}.")
    return made


@transaction.atomic
def _note(made: BackupReport) -> None:
    """Only the new shape of the audit trail can take it."""
    name = made.path.name
    audit.record(
        by=operator(), at=clock.now(), verb="rounds.backup", target=f"backup:{name}"[:80], after={"file": name}
    )
