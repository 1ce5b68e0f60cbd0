"""What of the ledger a question looks at: which parts, what is superseded, who is one account, in which currency."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Conversion:
    """From `first` to `last` one unit of `currency` is worth `factor` minor units per minor unit of the scope's own."""

    currency: str
    first: date
    last: date
    factor: float


@dataclass(frozen=True, slots=True)
class Scope:
    """The lines of some parts in one currency. `moved` maps a customer's code to its account's where they differ."""

    folder: Path
    parts: tuple[Path, ...]
    superseded: tuple[Path, ...] = ()
    moved: dict[int, int] = field(default_factory=dict)
    currency: str = ""
    conversions: tuple[Conversion, ...] = ()
