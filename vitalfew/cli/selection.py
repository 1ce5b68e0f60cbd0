"""Commands of selection: concentration, ranking, designate, assign, review, release."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from itertools import islice
from typing import Any

from vitalfew.cli import capacity, output
from vitalfew.cli.numbers import within
from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.ground.money import Money, short
from vitalfew.ledger.visibility import find_account
from vitalfew.selection import finding, operations, queries
from vitalfew.selection.listing import Wanted
from vitalfew.trust.actors import Actor
from vitalfew.trust.models import Person
from vitalfew.trust.people import find_person


class RankingMissing(Refusal):
    """There is no ranking yet. Run `vitalfew refresh` first."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add this step's commands."""
    made = commands.add_parser("concentration", help="how much of the sales the largest customers make")
    made.add_argument(
        "--months", type=within(0, 600), default=0, metavar="N", help="the last N months; the whole ledger unless named"
    )
    made.add_argument("--by", choices=("revenue", "margin"), default="revenue")
    made.add_argument("--level", choices=("customer", "firm", "group"), default="customer")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=concentration)
    made = commands.add_parser(
        "ranking", help="every customer's rank, its interval and the chance that it belongs to the top"
    )
    made.add_argument("--top", type=within(1, 1_000_000_000), default=None, metavar="N")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=ranking)
    for verb, command, help_ in (
        ("designate", designate, "make a customer a key account"),
        ("assign", assign, "give a key account its manager or deputy"),
        ("review", review, "note that a key account was looked at"),
        ("release", release, "end a designation; the history stays"),
    ):
        made = commands.add_parser(verb, help=help_)
        made.add_argument("account", metavar="ACCOUNT")
        made.add_argument("--reason", required=True)
        if verb in ("designate", "assign"):
            made.add_argument("--manager", metavar="PERSON")
            made.add_argument("--deputy", metavar="PERSON")
        if verb == "review":
            made.add_argument("--outcome", required=True, choices=("keep", "invest", "harvest", "watch"))
        made.set_defaults(command=command)
    capacity.add_commands(commands)


def concentration(asked: argparse.Namespace, by: Actor) -> int:
    """Measure concentration on the ledger as it stands."""
    found = finding.concentration_now(
        person=by.person, months=asked.months, basis=asked.by, level=asked.level, today=clock.now().date()
    )
    if asked.json:
        output.as_json(found.as_json())
        return 0
    output.say(
        f"As of {found.as_of}: {found.lines:,} lines, net {Money(found.net, found.currency)}; {found.customers:,} customers, {found.positive:,} with positive net {asked.by}."
    )
    for word, share in (
        ("The top 20 % of these make", found.top_20_share),
        ("80 % is made by the top", found.share_for_80),
        ("Gini coefficient", found.gini),
    ):
        output.say(f"{word} {_interval(share, percent=word != 'Gini coefficient')}.")
    return 0


def ranking(asked: argparse.Namespace, by: Actor) -> int:
    """Print the ranking of the shown run."""
    rows = queries.every_row(person=by.person, wanted=Wanted())
    found = list(islice(rows, asked.top))
    if not found:
        raise RankingMissing(str(RankingMissing.__doc__))
    if asked.json:
        output.as_json([_row(row) for row in found])
        return 0
    header = ("Rank", "80 %", "Account", "", "12 months", "Chance of top fifth", "Moved", "Manager")
    shown = [
        (
            str(row.rank), f"{row.low}–{row.high}" if row.low else "", row.key, row.name if row.name != row.key else "", short(row.net_12_months),
            "not enough evidence" if row.chance is None else f"{row.chance:.0%}", f"{row.moved:+d}" if row.moved else "", row.manager.name if row.manager else "",
        )
        for row in found
    ]  # fmt: skip
    output.table(header, shown, right=(0, 4, 5, 6))
    return 0


def designate(asked: argparse.Namespace, by: Actor) -> int:
    """Designate a key account."""
    customer = find_account(asked.account, person=by.person)
    people = _people(asked)
    operations.designate(account=customer.pk, reason=asked.reason, by=by, at=clock.now(), **people)
    led = (
        f", led by {people['manager']}"
        if "manager" in people
        else ". Give it a manager: vitalfew assign " + customer.key + " --manager PERSON --reason …"
    )
    output.say(f"{customer} is a key account{led}.")
    return 0


def assign(asked: argparse.Namespace, by: Actor) -> int:
    """Assign a manager or deputy."""
    customer = find_account(asked.account, person=by.person)
    for lead in operations.assign_team(
        account=customer.pk, reason=asked.reason, by=by, at=clock.now(), **_people(asked)
    ):
        output.say(f"{lead.person} is {lead.get_role_display()} of {customer} from today on.")
    return 0


def review(asked: argparse.Namespace, by: Actor) -> int:
    """Note a review."""
    customer = find_account(asked.account, person=by.person)
    operations.review(account=customer.pk, outcome=asked.outcome, reason=asked.reason, by=by, at=clock.now())
    output.say(f"{customer}: reviewed, {asked.outcome}.")
    return 0


def release(asked: argparse.Namespace, by: Actor) -> int:
    """Release a key account."""
    customer = find_account(asked.account, person=by.person)
    operations.release(account=customer.pk, reason=asked.reason, by=by, at=clock.now())
    output.say(f"{customer} is released. Its history stays.")
    return 0


def _people(asked: argparse.Namespace) -> dict[str, Person]:
    return {role: find_person(word) for role in ("manager", "deputy") if (word := getattr(asked, role))}


def _interval(share: finding.Share | None, *, percent: bool) -> str:
    if share is None:
        return "unknown: no customer has positive net sales"
    shown = [f"{value:.1%}" if percent else f"{value:.3f}" for value in share if value is not None]
    return (
        f"{shown[0]} (90 % interval {shown[1]} to {shown[2]})"
        if len(shown) == 3
        else f"{shown[0]} (too few customers for an interval)"
    )


def _row(row: queries.AccountRow) -> dict[str, Any]:
    found = asdict(row)
    found["account"], found["net_12_months"], found["currency"] = (
        row.key,
        row.net_12_months.minor,
        row.net_12_months.currency,
    )
    found["manager"] = row.manager.email if row.manager else None
    found["deputy"] = row.deputy.email if row.deputy else None
    del found["key"]
    return found
