"""Commands that tell what is known of an account: its evidence, and the scorecard of the six expectations."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import asdict

from vitalfew.cli import output
from vitalfew.cli.numbers import within
from vitalfew.ground import clock
from vitalfew.ledger.visibility import find_account
from vitalfew.relationship.evidence.listing import EvidenceShown, Wanted, evidence_of
from vitalfew.relationship.evidence.scorecard import AnswerSaid, Expected, Scorecard, scorecard
from vitalfew.trust.actors import Actor

SIDES = ("ours", "customer", "behaviour")


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    made = commands.add_parser("evidence", help="what is known of an account, since when, from where, and whose it is")
    made.add_argument("account", metavar="ACCOUNT")
    made.add_argument("--kind", default="", metavar="KIND", help="of this kind only, such as level_sentence")
    made.add_argument("--side", default="", choices=SIDES, help="whose evidence")
    made.add_argument("--all", action="store_true", help="also what ended or was withdrawn")
    made.add_argument(
        "--limit", type=within(1, 100_000), default=100, metavar="N", help="the newest N, 100 unless said"
    )
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=known)
    made = commands.add_parser(
        "scorecard", help="the six expectations: what the customer's people answered, what we believe, what is known"
    )
    made.add_argument("account", metavar="ACCOUNT")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=expected)


def known(asked: argparse.Namespace, by: Actor) -> int:
    """Tell the evidence on an account, the newest first."""
    account = find_account(asked.account, person=by.person).pk
    wanted = Wanted(kind=asked.kind, side=asked.side, ended=asked.all)
    page = evidence_of(account=account, person=by.person, wanted=wanted, today=clock.now().date(), size=asked.limit)
    if asked.json:
        output.as_json([asdict(row) for row in page.rows])
    elif page.rows:
        output.table(("No.", "Since", "Whose", "What", "Source"), [_row(row) for row in page.rows], right=(0,))
        if page.next:
            output.say(f"These are the newest {len(page.rows)}; --limit tells more.")
    else:
        output.say("Nothing of the kind is known of this account.")
    return 0


def expected(asked: argparse.Namespace, by: Actor) -> int:
    """Tell how an account's people see the six expectations met."""
    account = find_account(asked.account, person=by.person).pk
    found = scorecard(account=account, person=by.person, today=clock.now().date())
    if asked.json:
        rows = [{**asdict(row), "state_label": row.state_label} for row in found.rows]
        output.as_json({**asdict(found), "missing": [part for part, _label in found.missing], "rows": rows})
        return 0
    for row in found.rows:
        output.say(f"Our manager {row.label}: {row.state_label}.")
        output.say(f"    {_beside(row)}")
    output.say(_overall(found))
    return 0


def _row(row: EvidenceShown) -> Sequence[str]:
    ended = (
        f"withdrawn: {row.withdrawn_because}" if row.withdrawn_because else f"until {row.until}" if row.until else ""
    )
    what = f"{row.label}: {row.words}" if row.words else row.label
    return str(row.number), str(row.since), row.side_label, f"{what} ({ended})" if ended else what, row.source


def _beside(row: Expected) -> str:
    """What was answered and believed, and how much is known, on one line."""
    answers = [_answer(one) for one in row.answers] + ([f"{row.too_old} too old"] if row.too_old else [])
    beliefs = ", ".join(f"{one.name} {one.answer}" for one in row.beliefs)
    gap = "" if row.gap is None else f" (gap {row.gap:+d})"
    said = [", ".join(answers) or "no answer", f"we believe: {beliefs}{gap}" if beliefs else ""]
    return "; ".join([word for word in said if word] + [f"evidence: {row.evidence_held}"])


def _answer(one: AnswerSaid) -> str:
    part = f" ({one.part_label})" if one.part_label else ""
    return f"{one.name}{part} {one.answer}{' !' if one.lowest else ''}"


def _overall(found: Scorecard) -> str:
    heard = (
        f"{found.answered} contacts answered within a year, the last one {found.age_days} days ago."
        if found.answered
        else "Nobody answered within a year: ask with vitalfew survey new."
    )
    missing = ", ".join(label for _part, label in found.missing)
    marked = any(one.lowest for row in found.rows for one in row.answers)
    return " ".join(
        [
            heard,
            f"Not heard: {missing}." if missing else "",
            "! marks the lowest of a decision maker." if marked else "",
        ]
    ).strip()
