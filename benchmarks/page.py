"""Writes the tables of docs/benchmarks.md from benchmarks/results: python -m benchmarks.page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.order import TABLES
from benchmarks.tables import RESULTS, Peer, Row

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
BEGIN, END = "<!-- tables: made by benchmarks/page.py -->\n", "<!-- end of tables -->\n"
WORDS = {True: "met", False: "**not met**", None: ""}


def page(text: str) -> str:
    """The page with all its tables made anew; what stands around them is kept."""
    head, rest = text.split(BEGIN)
    _, tail = rest.split(END)
    return head + BEGIN + "\n".join(_section(kept) for kept in results()) + END + tail


def results() -> list[dict[str, Any]]:
    """What the last run of each table found, in the order of `make bench`; a table that has not run is left out."""
    paths = [RESULTS / f"{name}.json" for name in TABLES]
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths if path.exists()]


def _section(kept: dict[str, Any]) -> str:
    rows = [_row(told) for told in kept["rows"]]
    names = list(dict.fromkeys(name for row in rows for name in row.peers))
    lines = any(row.line is not None for row in rows)
    heads = ["Case", "Figure", "Ours", *(["Line"] if lines else []), *names]
    body = [_cells(row, names, lines=lines) for row in rows]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *body))
    return f"\n### {kept['title']}\n\n{kept['about']}\n\n{table}\n{_below(kept)}"


def _row(told: dict[str, Any]) -> Row:
    peers = {name: Peer(**peer) for name, peer in told["peers"].items()}
    return Row(**{name: value for name, value in told.items() if name not in ("met", "peers")}, peers=peers)


def _cells(row: Row, names: list[str], *, lines: bool) -> list[str]:
    ours = _number(row.ours) + (f" ± {row.se:.2g}" if row.se else "")
    line = "" if row.line is None else f"{_number(row.line)} {WORDS[row.met]}"
    return [row.case, row.metric, ours, *([line] if lines else []), *(_against(row, name) for name in names)]


def _against(row: Row, name: str) -> str:
    if name not in row.peers:
        return ""
    value = _number(row.peers[name].value)
    return {"better": value, "level": f"{value} (level)", "worse": f"**{value}** (leads us)"}[row.against(name)]


def _below(kept: dict[str, Any]) -> str:
    notes = [f"{told['case']}, {told['metric']}: {told['note']}" for told in kept["rows"] if told["note"]]
    versions = ", ".join(f"{name} {number}" for name, number in kept["versions"].items() if number != "not installed")
    return "".join(f"\n- {note}" for note in notes) + ("\n" if notes else "") + f"\n<sub>{versions}</sub>\n"


def _number(value: float) -> str:
    if value == round(value) and abs(value) >= 10:
        return f"{value:,.0f}"
    return f"{value:,.1f}" if abs(value) >= 1000 else f"{value:.4g}"


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
