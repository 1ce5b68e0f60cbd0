"""The command that builds the demo firm in a home of its own and serves it."""

from __future__ import annotations

import argparse

from vitalfew.cli import output, serve
from vitalfew.demo import portfolio
from vitalfew.ground import clock
from vitalfew.trust.actors import Actor, person_actor
from vitalfew.trust.people import find_person


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    made = commands.add_parser("demo", help="build the demo firm and serve it")
    serve.add_options(made)
    made.add_argument("--no-serve", action="store_true", help="build it only")
    made.set_defaults(command=demo)


def demo(asked: argparse.Namespace, by: Actor) -> int:
    """Build the demo firm unless it is there, then serve it."""
    with output.progress("The demo firm", quiet=False) as tell:
        built = portfolio.build(by=by, at=clock.now(), progress=tell)
    output.say(built)
    head = person_actor(find_person(portfolio.HEAD[0]), door="cli")
    return 0 if asked.no_serve else serve.serve(asked, head)
