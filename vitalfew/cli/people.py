"""Commands for our own people: list, add, switch off, a sign-in link."""

from __future__ import annotations

import argparse

from vitalfew.cli import output
from vitalfew.ground import clock
from vitalfew.trust import people as people_room
from vitalfew.trust import signin as signin_room
from vitalfew.trust.actors import Actor


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    made = commands.add_parser("people", help="our own people: list, add EMAIL NAME, off EMAIL, on EMAIL")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=listed)
    verbs = made.add_subparsers(metavar="VERB")
    add = verbs.add_parser("add", help="add a person")
    add.add_argument("email", metavar="EMAIL")
    add.add_argument("name", metavar="NAME", nargs="+")
    add.set_defaults(command=added)
    for verb, active in (("off", False), ("on", True)):
        switch = verbs.add_parser(verb, help=f"switch a person's sign-in {verb}")
        switch.add_argument("email", metavar="EMAIL")
        switch.set_defaults(command=switched, active=active)
    made = commands.add_parser("signin", help="a link that signs a person in once")
    made.add_argument("email", metavar="EMAIL")
    made.add_argument("--address", default="http://127.0.0.1:8000", help="where the server answers")
    made.set_defaults(command=link)


def listed(asked: argparse.Namespace, by: Actor) -> int:
    """List everyone."""
    del by
    rows = people_room.everyone()
    if asked.json:
        output.as_json([{"email": row.email, "name": row.name, "active": row.is_active} for row in rows])
    elif rows:
        output.table(("Name", "E-mail", ""), [(row.name, row.email, "" if row.is_active else "off") for row in rows])
    else:
        output.say("Nobody yet. Add somebody: vitalfew people add EMAIL NAME")
    return 0


def added(asked: argparse.Namespace, by: Actor) -> int:
    """Add a person."""
    person = people_room.add_person(email=asked.email, name=" ".join(asked.name), by=by, at=clock.now())
    output.say(f"{person.name} ({person.email}) is added. A sign-in link: vitalfew signin {person.email}")
    return 0


def switched(asked: argparse.Namespace, by: Actor) -> int:
    """Switch a person off or on."""
    person = people_room.set_active(email=asked.email, active=asked.active, by=by, at=clock.now())
    output.say(f"{person.name} can {'sign in again' if person.is_active else 'no longer sign in'}.")
    return 0


def link(asked: argparse.Namespace, by: Actor) -> int:
    """Print a one-time sign-in link."""
    person = people_room.find_person(asked.email)
    token = signin_room.make_link(person=person, by=by, at=clock.now())
    output.say(f"{asked.address.rstrip('/')}/signin/{token}/")
    output.complain(f"It signs {person.name} in once, within an hour.")
    return 0
