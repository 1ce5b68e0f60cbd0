"""A level model as it is kept between runs: its numbers by name, so that a single account can be judged by it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from vitalfew.analytics.level import LevelModel, Parameters
from vitalfew.relationship.level.answered import PARTS, QUESTIONS
from vitalfew.relationship.level.kinds import Kinds

_DIGITS = 9


@dataclass(frozen=True, slots=True)
class Learnt:
    """What a run learnt: the model, and the kinds of accounts it tells apart."""

    model: LevelModel
    kinds: Kinds


def as_json(learnt: Learnt) -> dict[str, Any]:
    """The numbers of a model and the names they belong to."""
    model = learnt.model
    return {
        "questions": [question.name for question in model.questions],
        "indicators": list(model.indicators),
        "sides": list(model.sides),
        "kinds": learnt.kinds.as_json(),
        "centre": _plain(model.centre),
        "drift": model.drift,
        "parameters": _numbers(model.parameters),
        "draws": [_numbers(one) for one in model.draws],
        "accounts": model.accounts,
        "anchor_answers": model.anchor_answers,
        "log_likelihood": model.log_likelihood,
    }


def from_json(kept: dict[str, Any]) -> Learnt | None:
    """The model again; None where it was learnt from other questions than are asked today."""
    if kept["questions"] != [question.name for question in QUESTIONS]:
        return None
    model = LevelModel(
        questions=QUESTIONS,
        roles=PARTS,
        indicators=tuple(kept["indicators"]),
        sides=tuple(kept["sides"]),
        centre=np.array(kept["centre"], dtype=np.float64),
        drift=kept["drift"],
        parameters=_parameters(kept["parameters"]),
        draws=tuple(_parameters(one) for one in kept["draws"]),
        errors=None,
        accounts=kept["accounts"],
        anchor_answers=kept["anchor_answers"],
        log_likelihood=kept["log_likelihood"],
    )
    return Learnt(model, Kinds.from_json(kept["kinds"]))


def _numbers(parameters: Parameters) -> dict[str, Any]:
    return {one.name: _plain(np.asarray(getattr(parameters, one.name))) for one in fields(parameters)}


def _plain(values: Any) -> Any:
    return np.round(values, _DIGITS).tolist()


def _parameters(kept: dict[str, Any]) -> Parameters:
    arrays: dict[str, Any] = {name: np.array(value, dtype=np.float64) for name, value in kept.items()}
    return Parameters(**(arrays | {"spread": float(kept["spread"])}))
