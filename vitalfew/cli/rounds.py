"""Commands that run over all steps: refresh, and a look into the folder for files."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date

from vitalfew.cli import output
from vitalfew.ground import clock
from vitalfew.ground.money import Money
from vitalfew.rounds import history, inbox, refresh
from vitalfew.trust.actors import Actor


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    made = commands.add_parser("refresh", help="find everything anew from the ledger")
    made.add_argument(
        "--as-of", type=date.fromisoformat, metavar="DATE", help="YYYY-MM-DD; the ledger's last day unless named"
    )
    made.add_argument(
        "--history", action="store_true", help="the quarters of the past year too, as they would have been found then"
    )
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=refreshed)
    made = commands.add_parser("inbox", help="import what lies in the inbox folder, once")
    made.set_defaults(command=looked)


def refreshed(asked: argparse.Namespace, by: Actor) -> int:
    """Refresh with a progress display."""
    with output.progress("Refreshing", quiet=asked.json) as tell:
        if asked.history:
            report = history.refresh_with_history(by=by, at=clock.now(), progress=tell)
        else:
            report = refresh.refresh(by=by, at=clock.now(), as_of=asked.as_of, progress=tell)
    if asked.json:
        output.as_json(asdict(report))
        return 0
    output.say(
        f"As of {report.as_of}: {report.accounts:,} customers, {report.lines:,} lines, net {Money(report.net, report.currency)} (run {report.run})."
    )
    if report.stand_alone:
        output.say(
            f"Left out for want of a rate: {', '.join(report.stand_alone)}. Import rates: vitalfew rates FILE (date, from, to, rate)."
        )
    output.say("Next: vitalfew ranking --top 20, vitalfew concentration, vitalfew serve")
    return 0


def looked(asked: argparse.Namespace, by: Actor) -> int:
    """Look into the inbox folder once."""
    del asked
    done = inbox.look(by=by, at=clock.now(), settled_only=False)
    output.say("\n".join(done) if done else f"Nothing lies in {inbox.folder()}.")
    return 0
