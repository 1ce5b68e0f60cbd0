"""Commands of the level: how each account sees us with its reasons, and where it is meant to go."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date
from typing import Any

from vitalfew.cli import output
from vitalfew.cli.numbers import within
from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.ledger.visibility import find_account
from vitalfew.relationship.level.reasons import AccountLevel, Side, account_level
from vitalfew.relationship.level.rungs import NAMES
from vitalfew.relationship.level.targets import TargetRefused, set_target, target
from vitalfew.relationship.level.told import LevelRow, LevelShown
from vitalfew.relationship.level.told import levels as levels_told
from vitalfew.trust.actors import Actor


class LevelsMissing(Refusal):
    """There are no levels to tell."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    made = commands.add_parser(
        "levels", help="how each account sees us, or one with all that speaks for and against it"
    )
    made.add_argument("account", metavar="ACCOUNT", nargs="?")
    made.add_argument("--keys", action="store_true", help="key accounts only")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=levels)
    made = commands.add_parser("target", help="say which level an account is meant to reach, by when and why")
    made.add_argument("account", metavar="ACCOUNT")
    made.add_argument(
        "level", metavar="LEVEL", type=within(1, 4), help="1 commodity, 2 product provider, 3 value-add, 4 partner"
    )
    made.add_argument("--by", dest="by_day", required=True, metavar="DAY", help="by this day, YYYY-MM-DD")
    made.add_argument("--reason", required=True)
    made.set_defaults(command=aimed)


def levels(asked: argparse.Namespace, by: Actor) -> int:
    """Tell every account's level, or one account's with its reasons."""
    if asked.account:
        return _one(asked, by)
    told = levels_told(person=by.person, keys_only=asked.keys)
    if told.missing:
        raise LevelsMissing(told.missing)
    if asked.json:
        output.as_json([_row(row) for row in told.rows])
        return 0
    held = f"{told.rows[0].found.held:.0%}" if told.rows else ""
    header = ("Account", "", "Level", held, "Target", "Newest answer", "Said of it")
    output.table(header, [_line(row) for row in told.rows])
    named = sum(row.found.level is not None for row in told.rows)
    output.say(f"As of {told.as_of}: of {len(told.rows):,} accounts a level is named of {named:,}.")
    return 0


def aimed(asked: argparse.Namespace, by: Actor) -> int:
    """Set the target level of an account; what stood before ends and stays in the history."""
    account = find_account(asked.account, person=by.person)
    stands = target(account=account.pk)
    made = set_target(
        account=account.pk, level=asked.level, by_day=_day(asked.by_day), reason=asked.reason,
        version=stands.version if stands else None, by=by, at=clock.now(),
    )  # fmt: skip
    before = f" Until now it was {stands.level} by {stands.by}." if stands else ""
    output.say(f"{account} is meant to reach level {made.level} ({_name(made.level)}) by {made.by}.{before}")
    return 0


def _one(asked: argparse.Namespace, by: Actor) -> int:
    account = find_account(asked.account, person=by.person)
    told = account_level(account=account.pk, person=by.person)
    if asked.json:
        output.as_json({"account": account.key, "name": str(account)} | _told(told))
        return 0
    output.say(f"{account}: {_said(told.found) if told.found else told.missing}")
    if told.found:
        _chances(told)
        _weights(told)
    for believed in told.we_believe:
        output.say(f"{believed.name} believes: {_level(believed.level)} (mirror form of {believed.on}).")
    if told.target:
        output.say(f"Target: {_level(told.target.level)} by {told.target.by}. {told.target.reason}")
    return 0


def _chances(told: AccountLevel) -> None:
    found = told.found
    rows = [("All evidence", found), ("They say", told.they_say), ("They do", told.they_do)]
    shown = [
        (words, *(f"{chance:.0%}" for chance in side.chance), _run(side)) for words, side in rows if side is not None
    ]
    held = f"{found.held:.0%}" if found else ""
    output.table(("", "1", "2", "3", "4", held), shown, right=(1, 2, 3, 4))
    if found:
        newest = f"newest answer {found.newest_answer}" if found.newest_answer else "nobody has answered"
        output.say(f"As of {found.as_of}: {newest}, {found.forms} forms, {found.orders:,} orders.")


def _weights(told: AccountLevel) -> None:
    weighed = told.weighed
    if weighed is None:
        return
    output.say(
        f"For level {weighed.level}: {weighed.start:.0%} of such accounts, {weighed.end:.0%} with what is known:"
    )
    output.table(("Evidence", "Log odds"), [(one.group, f"{one.weight:+.2f}") for one in weighed.weights], right=(1,))
    output.say(f"One more form would teach {weighed.ask:.2f} bits, another quarter of orders {weighed.wait:.2f}.")


def _said(found: LevelShown) -> str:
    """The verdict in words, with what stands against naming a level."""
    if found.level is not None:
        stands = "" if found.announced == found.level else f"; told as {found.announced} until two quarters show it"
        return f"{_level(found.level)}{stands}"
    more = f" ({found.mixture})" if found.mixture else f": {', '.join(found.lacking)}" if found.lacking else ""
    return f"{found.verdict}{more}, level {_run(found)}"


def _level(level: int | None) -> str:
    return f"level {level}, {_name(level).lower()}" if level else "no level"


def _name(level: int) -> str:
    return str(NAMES[level])


def _run(side: Side | LevelShown) -> str:
    return f"{side.low}–{side.high}" if side.low < side.high else str(side.low)


def _line(row: LevelRow) -> tuple[str, ...]:
    found = row.found
    name = row.name if row.name != row.key else ""
    named, aim = str(found.level or ""), str(row.target or "")
    return (
        row.key,
        name,
        named,
        _run(found),
        aim,
        str(found.newest_answer or ""),
        found.mixture or ("named" if found.level else found.verdict),
    )


def _row(row: LevelRow) -> dict[str, Any]:
    """One account with stable names; `level` is null where none is named."""
    found = asdict(row.found)
    return found | {"account": row.key, "name": row.name, "is_key": row.is_key, "target": row.target}


def _told(told: AccountLevel) -> dict[str, Any]:
    found = asdict(told)
    shown = found.pop("found") or {"level": None}
    shown.pop("account", None)
    return shown | found


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise TargetRefused(f"“{text}” is no day: write it as YYYY-MM-DD. Nothing was changed.") from None
