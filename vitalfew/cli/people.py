"""Commands for our own people: the first administrator, roles and teams, who is let in, a sign-in link."""

from __future__ import annotations

import argparse
from datetime import date

from vitalfew.cli import output
from vitalfew.ground import clock
from vitalfew.ledger.visibility import find_account
from vitalfew.selection.handed import led_by
from vitalfew.trust import people as people_room
from vitalfew.trust import teams as teams_room
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person
from vitalfew.trust.rights import Role
from vitalfew.trust.signing import one_time as signin_room
from vitalfew.trust.signing import second_factor

_YES = {"yes": True, "no": False}


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    _people(commands)
    _teams(commands)
    made = commands.add_parser("admin", help="the first administrator: create EMAIL NAME")
    verbs = made.add_subparsers(metavar="VERB", required=True)
    create = verbs.add_parser("create", help="add an administrator and print their sign-in link")
    _who(create)
    _where(create)
    create.set_defaults(command=administrator)
    made = commands.add_parser("signin", help="a link that signs a person in once")
    made.add_argument("email", metavar="EMAIL")
    _where(made)
    made.set_defaults(command=link)


def _people(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = commands.add_parser("people", help="our own people: list, add, change, let-in, off, on")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=listed)
    verbs = made.add_subparsers(metavar="VERB")
    add = verbs.add_parser("add", help="add a person")
    _who(add)
    add.add_argument("--role", choices=list(Role), default=Role.VIEWER)
    add.set_defaults(command=added)
    change = verbs.add_parser("change", help="change a person's name, role, team or own rights")
    change.add_argument("email", metavar="EMAIL")
    change.add_argument("--name")
    change.add_argument("--role", choices=list(Role))
    change.add_argument("--team", help="a team's name; an empty word for none")
    change.add_argument("--margin", choices=_YES, help="may see margins and costs")
    change.add_argument("--opinions", choices=_YES, help="may read opinions about people")
    change.set_defaults(command=changed)
    enter = verbs.add_parser("let-in", help="let a person see accounts they do not lead")
    enter.add_argument("email", metavar="EMAIL")
    enter.add_argument("accounts", metavar="ACCOUNT", nargs="*", help="numbers or names; none: every account")
    enter.add_argument("--reason", required=True)
    enter.add_argument("--until", type=_day, metavar="DAY", help="the day it ends, such as 2027-03-31")
    enter.set_defaults(command=let_in)
    for verb, active in (("off", False), ("on", True)):
        switch = verbs.add_parser(verb, help=f"switch a person's sign-in {verb}")
        switch.add_argument("email", metavar="EMAIL")
        switch.set_defaults(command=switched, active=active)
    bare = verbs.add_parser(
        "no-code", help="switch off the second factor of somebody who lost phone and recovery codes"
    )
    bare.add_argument("email", metavar="EMAIL")
    bare.set_defaults(command=without_code)


def _teams(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    made = commands.add_parser("teams", help="teams, whose people see what any of them leads: list, add NAME")
    made.set_defaults(command=teams_listed)
    verbs = made.add_subparsers(metavar="VERB")
    add = verbs.add_parser("add", help="make a team")
    add.add_argument("name", metavar="NAME", nargs="+")
    add.set_defaults(command=team_added)


def _who(made: argparse.ArgumentParser) -> None:
    made.add_argument("email", metavar="EMAIL")
    made.add_argument("name", metavar="NAME", nargs="+")


def _where(made: argparse.ArgumentParser) -> None:
    made.add_argument("--address", default="http://127.0.0.1:8000", help="where the server answers")


def _day(word: str) -> date:
    return date.fromisoformat(word)


def listed(asked: argparse.Namespace, by: Actor) -> int:
    """List everyone."""
    del by
    rows = people_room.everyone()
    if asked.json:
        output.as_json([_told(row) for row in rows])
    elif rows:
        table = [
            (row.name, row.email, Role(row.role).label, str(row.team or ""), "" if row.is_active else "off")
            for row in rows
        ]
        output.table(("Name", "E-mail", "Role", "Team", ""), table)
    else:
        output.say("Nobody yet. Make the first administrator: vitalfew admin create EMAIL NAME")
    return 0


def administrator(asked: argparse.Namespace, by: Actor) -> int:
    """Add an administrator and print the link that signs them in once."""
    person = people_room.add_person(
        email=asked.email, name=" ".join(asked.name), role=Role.ADMINISTRATOR, by=by, at=clock.now()
    )
    output.complain(f"{person.name} is administrator.")
    return _linked(person, asked.address, by)


def added(asked: argparse.Namespace, by: Actor) -> int:
    """Add a person."""
    person = people_room.add_person(
        email=asked.email, name=" ".join(asked.name), role=asked.role, by=by, at=clock.now()
    )
    role = Role(person.role).label
    output.say(f"{person.name} ({person.email}) is added as {role}. A sign-in link: vitalfew signin {person.email}")
    return 0


def changed(asked: argparse.Namespace, by: Actor) -> int:
    """Change a person."""
    wanted = people_room.Wanted(
        name=asked.name,
        role=asked.role,
        team=asked.team,
        sees_margin=_YES[asked.margin] if asked.margin else None,
        sees_opinions=_YES[asked.opinions] if asked.opinions else None,
    )
    person = people_room.change_person(email=asked.email, wanted=wanted, by=by, at=clock.now())
    output.say(f"{person.name} is {Role(person.role).label}{f' in {person.team}' if person.team else ''}.")
    return 0


def let_in(asked: argparse.Namespace, by: Actor) -> int:
    """Let a person see accounts that they do not lead."""
    person = people_room.find_person(asked.email)
    accounts = [find_account(word, person=by.person).pk for word in asked.accounts] or None
    teams_room.let_in(person=person, accounts=accounts, reason=asked.reason, until=asked.until, by=by, at=clock.now())
    output.say(f"{person.name} sees {f'{len(accounts)} more' if accounts else 'every account'} from today on.")
    return 0


def switched(asked: argparse.Namespace, by: Actor) -> int:
    """Switch a person off or on."""
    person = people_room.set_active(email=asked.email, active=asked.active, by=by, at=clock.now())
    output.say(f"{person.name} can {'sign in again' if person.is_active else 'no longer sign in'}.")
    led = () if person.is_active else led_by(leader=person, person=by.person)
    if led:
        output.complain(f"{person.name} still leads {', '.join(f'{one.name} ({one.role})' for one in led)}.")
        output.complain(f"Hand over: vitalfew handover --all-of {person.email} PERSON --reason …")
    return 0


def without_code(asked: argparse.Namespace, by: Actor) -> int:
    """Switch a person's second factor off."""
    person = people_room.find_person(asked.email)
    had = second_factor.take_off(person=person, by=by, at=clock.now())
    output.say(f"{person.name} {'signs in without a code now' if had else 'had no second factor'}.")
    return 0


def link(asked: argparse.Namespace, by: Actor) -> int:
    """Print a one-time sign-in link."""
    return _linked(people_room.find_person(asked.email), asked.address, by)


def teams_listed(asked: argparse.Namespace, by: Actor) -> int:
    """List the teams with their people."""
    del asked, by
    everyone = people_room.everyone()
    rows = [
        (team.name, ", ".join(person.name for person in everyone if person.team_id == team.pk))
        for team in teams_room.all_teams()
    ]
    if rows:
        output.table(("Team", "People"), rows)
    else:
        output.say("No team yet. Make one: vitalfew teams add NAME, then: vitalfew people change EMAIL --team NAME")
    return 0


def team_added(asked: argparse.Namespace, by: Actor) -> int:
    """Make a team."""
    team = teams_room.add_team(name=" ".join(asked.name), by=by, at=clock.now())
    output.say(f"{team} is there. People join it with: vitalfew people change EMAIL --team “{team}”")
    return 0


def _linked(person: Person, address: str, by: Actor) -> int:
    token = signin_room.make_link(person=person, by=by, at=clock.now())
    output.say(f"{address.rstrip('/')}/signin/{token}/")
    output.complain(f"It signs {person.name} in once, within an hour.")
    return 0


def _told(row: Person) -> dict[str, object]:
    names = ("email", "name", "role", "sees_margin", "sees_opinions")
    return {name: getattr(row, name) for name in names} | {"team": str(row.team or ""), "active": row.is_active}
