"""The commands of the audit trail: list what was done, verify that it is whole, print its newest head."""

from __future__ import annotations

import argparse
from datetime import date
from typing import Any

from vitalfew.brief import trail
from vitalfew.brief.trail import Line
from vitalfew.cli import output
from vitalfew.cli.numbers import within
from vitalfew.ground import clock
from vitalfew.trust.actors import Actor
from vitalfew.trust.audit import verifying
from vitalfew.trust.audit.history import Wanted


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    made = commands.add_parser("audit", help="what was done here, newest first; verify, head")
    made.add_argument("--limit", type=within(1, 1_000_000), default=50, metavar="N", help="50 unless named")
    made.add_argument("--target", default="", help="an account by number or name, batch:3, or person: for all people")
    made.add_argument("--by", dest="actor", default="", metavar="PERSON", help="an e-mail address or a name")
    made.add_argument("--since", type=_day, metavar="DAY", help="from this day on, such as 2027-03-31")
    made.add_argument("--until", type=_day, metavar="DAY", help="up to and with this day")
    made.add_argument("--verb", default="", help="such as selection.assign, or selection. for all of a step")
    made.add_argument("--text", default="", help="what stands anywhere in the entry")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=listed)
    verbs = made.add_subparsers(metavar="VERB")
    check = verbs.add_parser("verify", help="check the whole trail; exit code 1 names the first bad entry")
    check.add_argument("--head", default="", metavar="WORD", help="a head that was kept elsewhere")
    check.add_argument("--json", action="store_true", default=argparse.SUPPRESS)
    check.set_defaults(command=verified)
    verbs.add_parser("head", help="the newest head as one word, to be kept elsewhere").set_defaults(command=head)


def listed(asked: argparse.Namespace, by: Actor) -> int:
    """List the newest entries that fit."""
    wanted = Wanted(
        target=trail.target_of(asked.target, person=by.person),
        actor=asked.actor,
        verb=asked.verb,
        since=asked.since,
        until=asked.until,
        text=asked.text,
    )
    page = trail.trail(by=by, wanted=wanted, limit=asked.limit)
    if asked.json:
        output.as_json([_told(line) for line in page.lines])
    elif page.lines:
        rows = [
            (str(line.row.number), f"{line.row.at:%Y-%m-%d %H:%M}", line.row.door, line.sentence) for line in page.lines
        ]
        output.table(("Number", "When (UTC)", "Through", "What was done"), rows, right=(0,))
        if page.next:
            output.complain(f"Older entries follow: name more with --limit, now {asked.limit}.")
    else:
        output.say("No entry fits." if wanted != Wanted() else "Nothing was done here yet.")
    return 0


def verified(asked: argparse.Namespace, by: Actor) -> int:
    """Verify the trail: exit code 0 where it is whole, 1 where it is not."""
    found = verifying.verify(by=by, head=asked.head)
    if asked.json:
        names = ("whole", "entries", "erased", "first_bad", "sentence", "head")
        output.as_json({name: getattr(found, name) for name in names} | {"verified_at": clock.now()})
    elif found.whole:
        output.say(found.sentence)
    else:
        output.complain(found.sentence)
    return 0 if found.whole else 1


def head(asked: argparse.Namespace, by: Actor) -> int:
    """Print the newest head."""
    del asked
    output.say(verifying.newest_head(by=by))
    output.complain(
        "Keep it where nobody who can change the database can change it. Check later: vitalfew audit verify --head WORD"
    )
    return 0


def _told(line: Line) -> dict[str, Any]:
    row = line.row
    names = ("number", "at", "who", "door", "verb", "target", "before", "after", "request_id", "erased_at")
    return {name: getattr(row, name) for name in names} | {"sentence": line.sentence}


def _day(word: str) -> date:
    return date.fromisoformat(word)
