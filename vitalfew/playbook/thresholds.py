"""The numbers that gates, triggers and spans depend on: our reading of the process, each the firm's to choose."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from vitalfew.ledger import choices

_BEFORE = "playbook_"  # what each of them is called among the firm's settings, before its name here


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How much is enough, and how long is too long. Days are calendar days, shares run from 0 to 1.

    `span_…` is how many key accounts one manager can lead where all of them stand in such a stage.
    """

    reasons: int = 2
    aims: int = 3
    functions: int = 3
    supported: int = 1
    objectives: int = 2
    whitespace_days: int = 365
    promises_least: int = 3
    kept_share: float = 0.8
    kept_days: int = 182
    value_items: int = 2
    cycles: int = 2
    meetings: int = 2
    meeting_days: int = 365
    silence_days: int = 90
    fall_share: float = 0.6
    fall_days: int = 91
    event_days: int = 90
    span_early: int = 10
    span_deliver: int = 7
    span_partner: int = 5
    rescore_days: int = 91


def thresholds() -> Thresholds:
    """The thresholds that hold for this firm, one query; everything that needs one asks here."""
    names = [field.name for field in fields(Thresholds)]
    chosen = choices.numbers(*(_BEFORE + name for name in names))
    whole = {name for name in names if isinstance(getattr(_USUAL, name), int)}
    values: dict[str, Any] = {name: _as(chosen[_BEFORE + name], whole=name in whole) for name in names}
    return Thresholds(**values)


_USUAL = Thresholds()


def _as(value: float, *, whole: bool) -> int | float:
    return int(value) if whole else float(value)
