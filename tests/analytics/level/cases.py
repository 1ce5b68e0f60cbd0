"""What the level room must do with unusable input."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from tests.analytics.contract import Case
from tests.analytics.level.firms import TRUE, firm, known, model
from vitalfew.analytics.level import (
    Question,
    estimate_level,
    fit_level,
    measure_agreement,
    measure_held_out,
    measure_retest,
)
from vitalfew.analytics.refusals import BelowZero, NotFinite, NothingThere, NothingVaries, OutOfOrder, TooFew

ACCOUNTS = 60


def _known(**changes: Any) -> dict[str, Any]:
    return known(firm(ACCOUNTS)) | changes


def _covariates(value: float) -> dict[str, Any]:
    covariates = firm(ACCOUNTS).covariates.copy()
    covariates[3, 1] = value
    return _known(covariates=covariates)


def _indicators(value: float, place: tuple[Any, Any] = (3, 1)) -> dict[str, Any]:
    shown = firm(ACCOUNTS).indicators
    values = shown.value.copy()
    values[place] = value
    return _known(indicators=replace(shown, value=values))


def _errors() -> dict[str, Any]:
    shown = firm(ACCOUNTS).indicators
    return _known(indicators=replace(shown, variance=-shown.variance))


def _nothing() -> dict[str, Any]:
    survey = firm(ACCOUNTS).survey
    return _known(survey=survey.where(survey.age < 0), indicators=None)


def _future() -> dict[str, Any]:
    survey = firm(ACCOUNTS).survey
    return _known(survey=replace(survey, age=survey.age - 100))


def _first(count: int) -> dict[str, Any]:
    made, rows = firm(ACCOUNTS), slice(0, count)
    return {
        "survey": made.survey.within(rows),
        "indicators": made.indicators.within(rows),
        "covariates": made.covariates[rows],
    }


def _shuffled() -> dict[str, Any]:
    survey = firm(ACCOUNTS).survey
    order = np.random.default_rng(1).permutation(survey.account.size)
    names = ("account", "respondent", "question", "answer", "age", "role")
    return _known(survey=replace(survey, **{name: getattr(survey, name)[order] for name in names}))


def _fit(questions: tuple[Question, ...] = TRUE.questions, **evidence: Any) -> object:
    return fit_level(**evidence, questions=questions)


def _estimate(**evidence: Any) -> Any:
    return estimate_level(model=model(ACCOUNTS), **evidence)


def _one_account() -> object:
    found = _estimate(**_first(1))
    assert abs(found.chance - _estimate(**_known()).chance[:1]).max() < 1e-6
    return found


def _equal_accounts() -> object:
    """Two accounts with the same behaviour: nothing has to vary once the model is there."""
    evidence = _first(2)
    shown = evidence["indicators"]
    same = replace(shown, value=shown.value[[0, 0]], variance=shown.variance[[0, 0]])
    found = _estimate(survey=None, indicators=same, covariates=evidence["covariates"][[0, 0]])
    assert np.array_equal(found.chance[0], found.chance[1])
    return found


def _estimate_shuffled() -> object:
    found = _estimate(**_shuffled())
    assert abs(found.chance - _estimate(**_known()).chance).max() < 1e-9
    return found


def _told(chance: float = 0.7, level: int = 2, rows: int = 5) -> object:
    chances = np.tile([0.1, 0.7, 0.1, 0.1], (rows, 1))
    chances[:1, 1] = chance
    levels = np.full(rows, 2)
    levels[:1] = level
    return measure_agreement(chance=chances, level=levels)


def _all_right(rows: int) -> object:
    found = _told(rows=rows)
    assert (found.accuracy, found.kappa, found.accounts) == (1.0, 0.0, rows)
    return found


def _retest(first: Any, second: Any) -> Any:
    levels = np.clip(np.rint(np.nan_to_num(np.array(first), posinf=0)).astype(int) + 2, 1, 4)
    return measure_retest(
        first=np.array(first, dtype=float),
        second=np.array(second, dtype=float),
        first_level=levels,
        second_level=levels,
    )


def _retest_equal() -> object:
    found = _retest([1.0, 1.0, 1.0], [1.0, 2.0, 3.0])
    assert (found.correlation, found.neighbours) == (0.0, 1.0)
    return found


def _retest_mixed() -> object:
    found = _retest([3.0, -1.0, 1.0], [3.0, -1.0, 1.0])
    assert found.correlation == _retest([-1.0, 1.0, 3.0], [-1.0, 1.0, 3.0]).correlation
    return found


def _held_out(**evidence: Any) -> Any:
    return measure_held_out(**evidence, questions=TRUE.questions)


def _held_out_shuffled() -> object:
    made = firm(400)
    order = np.random.default_rng(1).permutation(made.survey.account.size)
    names = ("account", "respondent", "question", "answer", "age", "role")
    mixed = replace(made.survey, **{name: getattr(made.survey, name)[order] for name in names})
    found, first = (_held_out(**known(made) | {"survey": survey}) for survey in (mixed, made.survey))
    assert found.people == first.people and abs(found.model - first.model) < 1e-3
    return found


def _held_out_equal() -> object:
    made = firm(400)
    value = made.indicators.value.copy()
    value[:, 1] = 2.0
    return _held_out(**known(made) | {"indicators": replace(made.indicators, value=value)})


REFUSED = {
    "nan": NotFinite,
    "inf": NotFinite,
    "empty": NothingThere,
    "one": TooFew,
    "equal": NothingVaries,
    "negative": BelowZero,
    "disorder": OutOfOrder,
}
FALLING = (*TRUE.questions[:5], Question("falling", steps=(4, 3, 2, 1)))

CASES = [
    Case(
        fit_level,
        hostile={
            "nan": lambda: _fit(**_covariates(np.nan)),
            "inf": lambda: _fit(**_indicators(np.inf)),
            "empty": lambda: _fit(**_nothing()),
            "one": lambda: _fit(**_first(1)),
            "equal": lambda: _fit(**_indicators(2.0, (slice(None), 1))),
            "negative": lambda: _fit(**_errors()),
            "disorder": lambda: _fit(FALLING, **_known()),
        },
        refused=REFUSED,
    ),
    Case(
        estimate_level,
        hostile={
            "nan": lambda: _estimate(**_covariates(np.nan)),
            "inf": lambda: _estimate(**_indicators(np.inf)),
            "empty": lambda: _estimate(**_nothing()),
            "one": _one_account,
            "equal": _equal_accounts,
            "negative": lambda: _estimate(**_future()),
            "disorder": _estimate_shuffled,
        },
        refused=REFUSED | {"one": None, "equal": None, "disorder": None},
    ),
    Case(
        measure_agreement,
        hostile={
            "nan": lambda: _told(np.nan),
            "inf": lambda: _told(np.inf),
            "empty": lambda: _told(rows=0),
            "one": lambda: _all_right(1),
            "equal": lambda: _all_right(5),
            "negative": lambda: _told(-0.7),
            "disorder": lambda: _told(level=5),
        },
        refused=REFUSED | {"one": None, "equal": None},
    ),
    Case(
        measure_retest,
        hostile={
            "nan": lambda: _retest([1.0, np.nan, 2.0], [1.0, 2.0, 3.0]),
            "inf": lambda: _retest([1.0, 2.0, 2.0], [1.0, np.inf, 3.0]),
            "empty": lambda: _retest([], []),
            "one": lambda: _retest([1.0], [1.0]),
            "equal": _retest_equal,
            "negative": _retest_mixed,
            "disorder": _retest_mixed,
        },
        refused=REFUSED | {"equal": None, "negative": None, "disorder": None},
    ),
    Case(
        measure_held_out,
        hostile={
            "nan": lambda: _held_out(**_covariates(np.nan)),
            "inf": lambda: _held_out(**_indicators(np.inf)),
            "empty": lambda: _held_out(**_nothing()),
            "one": lambda: _held_out(**_first(1)),
            "equal": _held_out_equal,
            "negative": lambda: _held_out(**_future()),
            "disorder": _held_out_shuffled,
        },
        refused=REFUSED | {"disorder": None},
    ),
]
