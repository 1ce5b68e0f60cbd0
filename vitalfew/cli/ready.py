"""An installation ready for use: its database brought to this version's shape."""

from __future__ import annotations

from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from vitalfew.cli import output


def make_ready(*, quiet: bool) -> None:
    """Apply the migrations that are missing, if any."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return
    if not quiet:
        output.complain("Preparing the database …")
    call_command("migrate", verbosity=0, interactive=False)
