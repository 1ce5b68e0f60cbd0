"""Commands of the playbook: the stage of each key account, one account's with its gate and reasons, and passing a gate."""

from __future__ import annotations

import argparse

from vitalfew.cli import output
from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.ledger.visibility import find_account
from vitalfew.playbook.gates import Checked, Gate
from vitalfew.playbook.moving import pass_gate
from vitalfew.playbook.showing import row_as_json, told_as_json
from vitalfew.playbook.stages import STAGES
from vitalfew.playbook.told import StageRow, StageTold, stage_of, stages_of
from vitalfew.trust.actors import Actor


class StageUnclear(Refusal):
    """The call leaves open what is meant. Nothing was changed."""


def add_commands(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands."""
    made = commands.add_parser("stage", help="the stage of each key account, or one with its gate and all reasons")
    made.add_argument("account", metavar="ACCOUNT", nargs="?")
    made.add_argument("--pass", dest="passing", action="store_true", help="take the account through its gate")
    made.add_argument("--words", default="", metavar="TEXT", help="why it goes on, in your words; with --pass")
    made.add_argument("--json", action="store_true")
    made.set_defaults(command=staged)


def staged(asked: argparse.Namespace, by: Actor) -> int:
    """Tell every key account's stage, or one account's with its reasons; or take it through its gate."""
    if not asked.account:
        if asked.passing or asked.words:
            raise StageUnclear("Name the account that passes its gate. Nothing was changed.")
        return _all(asked, by)
    account = find_account(asked.account, person=by.person)
    if asked.words and not asked.passing:
        raise StageUnclear("--words says why an account passes its gate: call it with --pass. Nothing was changed.")
    told = stage_of(account=account.pk, person=by.person, today=clock.now().date())
    if asked.passing:
        pass_gate(account=account.pk, stage=told.stage.number, words=asked.words, by=by, at=clock.now())
        told = stage_of(account=account.pk, person=by.person, today=clock.now().date())
    if asked.json:
        output.as_json({"account": account.key, "name": str(account)} | told_as_json(told))
    else:
        _one(str(account), told)
    return 0


def _all(asked: argparse.Namespace, by: Actor) -> int:
    rows = stages_of(person=by.person, today=clock.now().date())
    if asked.json:
        output.as_json([row_as_json(row) for row in rows])
    elif rows:
        output.table(("Account", "", "Stage", "Since", "Level", "Gap", "Next"), [_line(row) for row in rows])
    else:
        output.say("There is no key account yet: vitalfew designate ACCOUNT --reason TEXT")
    return 0


def _line(row: StageRow) -> tuple[str, ...]:
    level = str(row.level.stands or "") if row.level else ""
    name = row.name if row.name != row.key else ""
    ready = "the gate is open" if row.open else row.next
    return row.key, name, str(row.stage.title), str(row.since), level, row.gap, ready


def _one(name: str, told: StageTold) -> None:
    since = f" since {told.since}" if told.since else ""
    output.say(f"{name}: {told.stage.title}{since}. {told.why}")
    output.say(f"{told.stage.purpose}")
    level = told.level.stands if told.level else None
    output.say(f"They see us at level {level}. {told.gap_words}" if level else told.gap_words)
    for one in told.holding:
        output.say(f"Speaks against its stage: {one.words}.")
    if told.gate:
        _gate(told.gate)
    for piece in told.support:
        output.say(f"Their behaviour supports it: {piece.words or piece.kind} (since {piece.since}).")
    for move in told.moves:
        what = f"{STAGES[move.from_stage].title} → {STAGES[move.to_stage].title}"
        output.say(f"{move.on} {what}, {move.kind_label}, {move.by}: {move.words}")


def _gate(gate: Gate) -> None:
    for item in gate.items:
        output.say(f"  {'✓' if item.met else '·'} {_item(item)}")
        for piece in item.pieces:
            output.say(f"      {piece.since} {piece.words or piece.kind} ({piece.source})")
    output.say(
        "The gate is open: pass it with --pass --words TEXT." if gate.open else f"The gate is shut. {gate.missing}"
    )


def _item(item: Checked) -> str:
    counted = f" ({item.counted})" if item.counted else ""
    whom = "" if item.met or not item.from_whom else f", could come from {' or '.join(item.from_whom)}"
    return f"[{item.side}] {item.words}{counted}{whom}"
