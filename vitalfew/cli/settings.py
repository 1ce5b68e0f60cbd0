"""The command for the firm's choices that numbers depend on."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from vitalfew.cli import output
from vitalfew.ground import clock
from vitalfew.ledger import choices
from vitalfew.trust.actors import Actor


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    made = commands.add_parser(
        "settings", help="the firm's choices that numbers depend on: list them, or choose NAME VALUE"
    )
    made.add_argument("name", nargs="?", metavar="NAME")
    made.add_argument("value", nargs="?", metavar="VALUE")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=settings)


def settings(asked: argparse.Namespace, by: Actor) -> int:
    """List the choices, or make one."""
    if asked.name:
        choices.choose(name=asked.name, value=asked.value or "", by=by, at=clock.now())
    rows = choices.choices()
    if asked.json:
        output.as_json([asdict(row) for row in rows])
        return 0
    shown = [
        (
            row.name,
            row.value or "nothing yet",
            row.decides,
            ", ".join(row.could_be) or "any words",
            f"{row.since:%Y-%m-%d} {row.chosen_by}" if row.since else "never chosen",
        )
        for row in rows
    ]
    output.table(("Setting", "Holds", "Decides", "Could be", "Since"), shown)
    if asked.name == choices.ACCOUNT_LEVEL:
        output.say("The next refresh follows it: vitalfew refresh")
    return 0
