"""Commands of capacity and hand-over: what each manager has left, planned hours, accounts that pass to the next one."""

from __future__ import annotations

import argparse

from vitalfew.cli import output
from vitalfew.cli.numbers import within
from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.ledger.visibility import find_account
from vitalfew.selection import capacity, handing, hours
from vitalfew.selection.assuming import assumed
from vitalfew.selection.hours import ManagerHours
from vitalfew.selection.rules import MOST_HOURS
from vitalfew.trust.actors import Actor
from vitalfew.trust.people import find_person


class HandOverUnclear(Refusal):
    """Name one account, or with --all-of the person whose accounts all pass on; not both. Nothing was changed."""


class HoursUnclear(Refusal):
    """`--set` takes an e-mail address and a whole number of hours a month. Nothing was changed."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    made = commands.add_parser("capacity", help="hours a month each manager has, has planned and has left")
    made.add_argument("--json", action="store_true")
    made.add_argument("--set", nargs=2, metavar=("EMAIL", "HOURS"), help="say how many hours a month a person has")
    made.set_defaults(command=left)
    made = commands.add_parser("hours", help="plan the hours a month that a key account takes")
    made.add_argument("account", metavar="ACCOUNT")
    made.add_argument("hours", metavar="HOURS", type=within(0, MOST_HOURS))
    made.set_defaults(command=planned)
    made = commands.add_parser("handover", help="hand an account, or all of a person's, to the next one")
    made.add_argument("account", metavar="ACCOUNT", nargs="?")
    made.add_argument("to", metavar="TO", help="who takes over: e-mail address or name")
    made.add_argument("--all-of", metavar="EMAIL", help="all that this person leads, every account or none")
    made.add_argument("--role", choices=("manager", "deputy"), default="manager", help="which place passes on")
    made.add_argument("--reason", required=True)
    made.add_argument("--note", default="", help="what the next one must know")
    made.set_defaults(command=handed_over)


def left(asked: argparse.Namespace, by: Actor) -> int:
    """Tell what each manager has left, or say how many hours a person has."""
    if asked.set:
        return _set(*asked.set, by=by)
    rows = hours.managers(person=by.person, today=clock.now().date())
    if asked.json:
        output.as_json([row.as_json() for row in rows])
    elif rows:
        header = ("Manager", "E-mail", "Accounts", "As deputy", "Planned", "Capacity", "Left")
        output.table(header, [_shown(row) for row in rows], right=(2, 3, 4, 5, 6))
        for row in rows:
            _warn(row)
        given = assumed()
        output.say(f"Hours a month. ~ is assumed: an account at {given.hours} h, a person at {given.capacity} h.")
    else:
        output.say("Nobody may lead an account yet. Add a manager: vitalfew people add EMAIL NAME --role manager")
    return 0


def planned(asked: argparse.Namespace, by: Actor) -> int:
    """Plan an account's hours."""
    customer = find_account(asked.account, person=by.person)
    plan = capacity.plan_hours(account=customer.pk, hours=asked.hours, by=by, at=clock.now())
    output.say(f"{customer}: {plan.hours_a_month} h a month are planned.")
    return 0


def handed_over(asked: argparse.Namespace, by: Actor) -> int:
    """Hand over one account or all of a person's."""
    if (asked.account is None) == (asked.all_of is None):
        raise HandOverUnclear(str(HandOverUnclear.__doc__))
    taker, at = find_person(asked.to), clock.now()
    words = {"taker": taker, "reason": asked.reason, "note": asked.note, "by": by, "at": at}
    if asked.all_of is not None:
        done = handing.hand_over_all(giver=find_person(asked.all_of), **words)
        output.say(f"{len(done.handed)} handed to {taker}: {', '.join(str(one.account) for one in done.handed)}.")
        if done.ended:
            output.say(f"Without a deputy now: {', '.join(done.ended)}.")
    else:
        customer = find_account(asked.account, person=by.person)
        made = handing.hand_over(account=customer.pk, role=asked.role, **words)
        output.say(f"{made.giver} handed {customer} to {taker}, {made.get_role_display()} from today on.")
    _warn(hours.left_of(person=taker, today=at.date()))
    return 0


def _set(email: str, word: str, *, by: Actor) -> int:
    if not (word.isascii() and word.isdigit() and len(word) <= 6):
        raise HoursUnclear(str(HoursUnclear.__doc__))
    told = capacity.set_capacity(person=find_person(email), hours=int(word), by=by, at=clock.now())
    output.say(f"{told.person} has {told.hours_a_month} h a month for relationships.")
    return 0


def _warn(row: ManagerHours) -> None:
    if row.gone:
        output.complain(
            f"{row.name} is switched off and still leads: vitalfew handover --all-of {row.email} PERSON --reason …"
        )
    if row.over:
        output.complain(f"{row.name} has {-(row.left.value or 0):g} h a month more planned than there are.")
    if row.too_many:
        output.complain(f"{row.name} leads {row.managed} accounts: more than can be led well.")


def _shown(row: ManagerHours) -> tuple[str, ...]:
    planned_, capacity_, left_ = (f"{figure.value:g}" for figure in (row.planned, row.capacity, row.left))
    marks = ("~" if row.assumed else "", "" if row.version else "~")
    return (row.name, row.email, str(row.managed), str(row.deputised), marks[0] + planned_, marks[1] + capacity_, left_)
