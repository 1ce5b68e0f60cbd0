"""Commands for API tokens: list them, make one for a person, revoke some."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import datetime, timedelta

from vitalfew.cli import output
from vitalfew.ground import clock
from vitalfew.trust import tokens as tokens_room
from vitalfew.trust.actors import Actor
from vitalfew.trust.people import find_person
from vitalfew.trust.rights import Right
from vitalfew.trust.tokens import LIFETIME, LONGEST, Token


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    made = commands.add_parser("tokens", help="API tokens, by which programs act for a person: list, make, revoke")
    made.add_argument("--of", metavar="EMAIL", help="one person's, those that have ended too")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=listed)
    verbs = made.add_subparsers(metavar="VERB")
    make = verbs.add_parser("make", help="make a token and print it, this once, alone on standard output")
    make.add_argument("email", metavar="EMAIL")
    make.add_argument("name", metavar="NAME", nargs="+", help="what will use it")
    make.add_argument(
        "--scope", action="append", choices=list(Right), required=True, help="what it may do; say it again for more"
    )
    make.add_argument(
        "--days", type=_days, default=LIFETIME, help=f"how long it works: {LIFETIME.days} days, at most {LONGEST.days}"
    )
    make.set_defaults(command=made_token)
    revoke = verbs.add_parser("revoke", help="end tokens at once")
    revoke.add_argument("numbers", metavar="NUMBER", type=int, nargs="+", help="as `vitalfew tokens` lists them")
    revoke.set_defaults(command=revoked)


def _days(word: str) -> timedelta:
    return timedelta(days=max(min(int(word), 10_000), 0))  # what is out of bounds is refused with its sentence


def listed(asked: argparse.Namespace, by: Actor) -> int:
    """List every token that works, or one person's."""
    at = clock.now()
    rows = _wanted(asked.of, by, at)
    if asked.json:
        output.as_json([asdict(row) | {"state": row.state(at)} for row in rows])
    elif rows:
        header = ("No.", "Of", "Name", "Begins", "May", "Until", "Last used", "")
        output.table(header, [_row(row, at) for row in rows], right=(0,))
    else:
        output.say("No token yet. Make one: vitalfew tokens make EMAIL NAME --scope read")
    return 0


def made_token(asked: argparse.Namespace, by: Actor) -> int:
    """Make a token; the secret stands alone on standard output, so that it can be led into a file."""
    person = find_person(asked.email)
    row, secret = tokens_room.make_token(
        person=person, name=" ".join(asked.name), scopes=asked.scope, by=by, at=clock.now(), lifetime=asked.days
    )
    output.say(secret)
    output.complain(
        f"Token {row.number} acts for {row.owner} until {row.expires_at:%Y-%m-%d %H:%M} UTC: {', '.join(row.scopes)}. "
        "It is shown only now. Send it as “Authorization: Bearer vf_…”."
    )
    return 0


def revoked(asked: argparse.Namespace, by: Actor) -> int:
    """Revoke tokens; the first that cannot be is named, those before it have ended."""
    for number in asked.numbers:
        row = tokens_room.revoke_token(token=number, by=by, at=clock.now())
        output.say(f"Token {number}, “{row.name}” of {row.owner}, has ended.")
    return 0


def _wanted(word: str | None, by: Actor, at: datetime) -> tuple[Token, ...]:
    """One's own are for everybody to see; others' need the right to revoke them."""
    person = find_person(word) if word else None if Right.PEOPLE in by.rights else by.person
    if person is None:
        return tokens_room.living_tokens(by=by, at=at)
    return tokens_room.tokens_of(person=person, by=by, at=at)


def _row(row: Token, at: datetime) -> tuple[str, ...]:
    state = row.state(at)
    return (
        str(row.number), row.owner, row.name, f"{row.hint}…", ", ".join(row.scopes), f"{row.expires_at:%Y-%m-%d}",
        f"{row.last_used_on:%Y-%m-%d}" if row.last_used_on else "never", "" if state == "living" else state,
    )  # fmt: skip
