"""What every estimator must do with unusable input: refuse it by name, or answer it where it is no error."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module

from vitalfew.analytics.refusals import UnusableInput

KINDS = ("nan", "inf", "empty", "one", "equal", "negative", "disorder")
ROOMS = ("concentration", "features", "level", "lift", "lookalike", "price", "recommend", "repeat", "standing", "value")
VERBS = ("fit_", "measure_", "estimate_")


@dataclass(frozen=True, slots=True)
class Case:
    """One estimator under test.

    `hostile[kind]()` runs it on input of that kind (NaN, inf, no rows, one customer, all equal, negative, out of
    order); `refused[kind]` is the class it must raise, or None where such input is no error: then it must answer, and
    `hostile[kind]` itself asserts that the answer is sound.
    """

    estimator: Callable[..., object]
    hostile: Mapping[str, Callable[[], object]]
    refused: Mapping[str, type[UnusableInput] | None]


def cases() -> list[Case]:
    """All cases of all rooms, from tests/analytics/<room>/cases.py."""
    return [case for room in ROOMS for case in import_module(f"tests.analytics.{room}.cases").CASES]


def estimators() -> set[Callable[..., object]]:
    """Every function a room promises whose name says that it learns from data."""
    rooms = [import_module(f"vitalfew.analytics.{room}") for room in ROOMS]
    return {getattr(room, name) for room in rooms for name in room.__all__ if name.startswith(VERBS)}
