"""A benchmark's table: our figure beside each peer's and the pass line, printed, and kept with the data's hash and all versions."""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

RESULTS = Path(__file__).parent / "results"
ALWAYS = ("numpy", "scipy", "pyarrow", "duckdb")


@dataclass(frozen=True, slots=True)
class Peer:
    """A peer's figure on the same data in the same run; `se` is the standard error of (ours - theirs), 0 where exact."""

    value: float
    se: float = 0.0


@dataclass(frozen=True, slots=True)
class Row:
    """One figure. `better` is "low", "high" or "near" (the line is then a target and `slack` how far off it may be).

    `se` is the bootstrap standard error of ours over accounts; `line` the pass line set beforehand, None where the
    row only informs. A line is met when ours is no worse than it by more than one standard error (plus `slack`).
    """

    case: str
    metric: str
    ours: float
    better: str = "low"
    line: float | None = None
    se: float = 0.0
    slack: float = 0.0
    peers: Mapping[str, Peer] = field(default_factory=dict)
    note: str = ""

    @property
    def met(self) -> bool | None:
        return None if self.line is None else self._behind(self.line) <= self.se + self.slack + 1e-12

    def against(self, peer: str) -> str:
        """better, level or worse than the peer, by one standard error of the difference."""
        theirs = self.peers[peer]
        if self.better == "near":
            return "level"
        behind = self._behind(theirs.value)
        return "level" if abs(behind) <= theirs.se + 1e-12 else "worse" if behind > 0 else "better"

    def _behind(self, other: float) -> float:
        """How much worse ours is than `other`; below zero where ours is better."""
        if self.better == "near":
            return abs(self.ours - other)
        return self.ours - other if self.better == "low" else other - self.ours


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the documentation: `name` is its module and its result file, `about` says data, cuts and protocol."""

    name: str
    title: str
    about: str
    rows: Sequence[Row]


def keep(table: Table, *, data: Sequence[Path] = (), packages: Sequence[str] = (), seed: int | None = None) -> None:
    """Print the table and write benchmarks/results/<name>.json."""
    print(f"\n{table.title}\n{table.about}")
    for row in table.rows:
        peers = "  ".join(f"{name} {peer.value:.5g} ({row.against(name)})" for name, peer in row.peers.items())
        line = "" if row.line is None else f"  line {row.line:.5g} {'met' if row.met else 'NOT MET'}"
        spread = f" ±{row.se:.2g}" if row.se else ""
        print(f"  {row.case:34} {row.metric:26} ours {row.ours:.5g}{spread}{line}  {peers}  {row.note}")
    told = {
        "title": table.title,
        "about": table.about,
        "rows": [asdict(row) | {"met": row.met} for row in table.rows],
        "data_sha256": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in data},
        "seed": seed,
        "machine": {"cores": os.cpu_count(), "load": round(os.getloadavg()[0], 1), "python": platform.python_version()},
        "versions": {name: _version(name) for name in (*ALWAYS, *packages)},
    }
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{table.name}.json").write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
