"""Stages with stable keys for programs, as the command line and the API tell them alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from vitalfew.playbook.gates import Gate
from vitalfew.playbook.stages import STAGES, Stage
from vitalfew.playbook.told import StageRow, StageTold


def told_as_json(told: StageTold) -> dict[str, Any]:
    """One account's stage with everything behind it."""
    return {
        "is_key": told.is_key,
        "stage": _stage(told.stage),
        "since": told.since,
        "why": told.why,
        "gate": _gate(told.gate),
        "triggers": [asdict(one) for one in told.holding],
        "support": [asdict(piece) for piece in told.support],
        "level": asdict(told.level) if told.level else None,
        "called": [STAGES[number].word for number in told.called],
        "gap": told.gap,
        "moves": [asdict(move) for move in told.moves],
    }


def row_as_json(row: StageRow) -> dict[str, Any]:
    """One account in the list; `level` is null where none may be named."""
    return {
        "account": row.key,
        "name": row.name,
        "manager": row.manager,
        "stage": _stage(row.stage),
        "since": row.since,
        "level": row.level.stands if row.level else None,
        "gap": row.gap,
        "open": row.open,
        "missing": row.missing,
        "next": row.next,
    }


def _stage(stage: Stage) -> dict[str, Any]:
    return {"number": stage.number, "word": stage.word, "title": str(stage.title)}


def _gate(gate: Gate | None) -> dict[str, Any] | None:
    if gate is None:
        return None
    return {
        "open": gate.open,
        "missing": gate.missing,
        "items": [asdict(item) for item in gate.items],
        "closing": [asdict(one) for one in gate.closing],
    }
