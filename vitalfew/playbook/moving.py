"""The one way up: a person takes an account through the gate of its stage, on evidence that holds that day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction

from vitalfew.ground.errors import Refusal
from vitalfew.ledger.models import Customer
from vitalfew.playbook import gates, stages, triggers
from vitalfew.playbook.gates import Gate
from vitalfew.playbook.gathering import gather
from vitalfew.playbook.models import StageMove
from vitalfew.playbook.situation import Piece, Situation
from vitalfew.playbook.thresholds import Thresholds, thresholds
from vitalfew.selection import checks
from vitalfew.trust import access, audit, versions
from vitalfew.trust.actors import Actor
from vitalfew.trust.versions import StaleRecord

VERB = "playbook.pass_gate"


class GateShut(Refusal):
    """The gate of this stage does not open on what is known today. Nothing was changed."""


@transaction.atomic
def pass_gate(*, account: int, stage: int, words: str, by: Actor, at: datetime) -> StageMove:
    """Take a key account from `stage` (0 to 4), where the actor saw it, to the next one, and say in words why.

    Raises GateShut with all that is missing, StaleRecord where it stands in another stage by now, SelectionRefused for
    one that is not key, Missing for one that is hidden or does not exist.
    """
    access.require(by, VERB)
    customer = checks.seen(account, by)
    versions.hold(Customer.objects.filter(pk=customer.pk))  # of two at once the second reads what the first did
    designation = checks.key(customer)
    found = gather([customer.pk], today=at.date(), levels=False)
    situation, moves = found.situations[customer.pk], found.moves.get(customer.pk, ())
    if situation.stage != stage:
        raise StaleRecord(yours={"stage": stage}, theirs={"stage": situation.stage})
    words = " ".join(words.split())[:4000]
    if not words:
        raise GateShut("Say in words why the account goes on. Nothing was changed.")
    gate = opened(situation, thresholds(), name=str(customer))
    move = StageMove.objects.create(
        account=customer, designation=designation, number=len(moves) + 1, from_stage=stage, to_stage=stage + 1,
        kind=StageMove.Kind.PASSED, on=at.date(), at=at, by=by.name, pieces=stood_on(gate), words=words,
    )  # fmt: skip
    told = {"from": stage, "to": stage + 1, "words": words, "evidence": sorted(_numbers(move.pieces))}
    audit.record(by=by, at=at, verb=VERB, target=f"customer:{customer.pk}", after=told)
    return move


def gate_of(situation: Situation, chosen: Thresholds) -> Gate | None:
    """The gate of an account's stage on a day, shut by what would make it fall again from the stage behind."""
    closing = triggers.holding(situation, chosen, stage=situation.stage + 1)
    return gates.gate(situation, chosen, closing=closing)


def opened(situation: Situation, chosen: Thresholds, *, name: str) -> Gate:
    """The gate of an account's stage if it is open. Raises GateShut."""
    gate = gate_of(situation, chosen)
    title = stages.STAGES[situation.stage].title
    if gate is None:
        raise GateShut(f"{name} stands in the last stage, {title}: there is no gate to pass. Nothing was changed.")
    if not gate.open:
        raise GateShut(f"{name} stays in “{title}”. {gate.missing} Nothing was changed.")
    return gate


def stood_on(gate: Gate) -> list[dict[str, Any]]:
    """The pieces on which a gate opened, each with the item it serves, as the move keeps them."""
    return [kept(piece, item.name) for item in gate.items for piece in item.pieces]


def kept(piece: Piece, item: str = "") -> dict[str, Any]:
    """A piece as a move keeps it."""
    return {
        "item": item, "kind": piece.kind, "side": piece.side, "since": piece.since.isoformat(), "source": piece.source,
        "words": piece.words, "value": piece.value, "number": piece.number,
    }  # fmt: skip


def _numbers(pieces: Iterable[dict[str, Any]]) -> set[int]:
    return {piece["number"] for piece in pieces if piece["number"] is not None}
