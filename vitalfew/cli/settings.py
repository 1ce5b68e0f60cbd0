"""The command for the firm's settings that numbers depend on: choices in words and thresholds."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from vitalfew.cli import output
from vitalfew.ground import clock
from vitalfew.ledger import choices
from vitalfew.ledger.choices import Choice
from vitalfew.trust.actors import Actor


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    made = commands.add_parser(
        "settings",
        help="the firm's choices and thresholds that numbers depend on: list them, tell NAME, or choose NAME VALUE",
    )
    made.add_argument("name", nargs="?", metavar="NAME")
    made.add_argument("value", nargs="?", metavar="VALUE")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=settings)


def settings(asked: argparse.Namespace, by: Actor) -> int:
    """List the settings, tell one, or choose one."""
    if asked.value is not None:
        choices.choose(name=asked.name, value=asked.value, by=by, at=clock.now())
    rows = (choices.choice(asked.name),) if asked.name else choices.choices()
    if asked.json:
        output.as_json([asdict(row) for row in rows])
        return 0
    for row in rows:
        output.say(f"{row.name}: {_said(row, row.value)}")
        output.say(f"  {row.decides}; {_could_be(row)}. {_since(row)}")
    if asked.value is not None and asked.name != choices.FIRM_NAME:
        output.say("The next refresh follows it: vitalfew refresh")
    return 0


def _said(row: Choice, value: str | float) -> str:
    if isinstance(value, str):
        return value or "nothing yet"
    return f"{value:g} {row.unit}".removesuffix(" share").strip()


def _could_be(row: Choice) -> str:
    if row.least is None or row.most is None:
        return f"say {', '.join(row.could_be) or 'any words'}"
    return f"{'whole, ' if row.whole else ''}{row.least:g} to {row.most:g}"


def _since(row: Choice) -> str:
    if row.since is None:
        return "Nobody has chosen yet."
    return f"Since {row.since:%Y-%m-%d} by {row.chosen_by}; usual: {_said(row, row.usual)}."
