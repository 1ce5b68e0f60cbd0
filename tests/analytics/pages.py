"""Reads the worked tables of docs/measures, so that a page that is wrong fails a test."""

from __future__ import annotations

from pathlib import Path

MEASURES = Path(__file__).parents[2] / "docs" / "measures"


def table(page: str, heading: str) -> list[dict[str, str]]:
    """The first table under `heading` of docs/measures/`page`.md, one dict of cells for each row."""
    text = (MEASURES / f"{page}.md").read_text(encoding="utf-8")
    lines = text.split(f"## {heading}\n", 1)[1].splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip().replace("−", "-").replace(",", "") for cell in line.strip("|").split("|")])
    return [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]


def column(rows: list[dict[str, str]], name: str) -> list[float]:
    return [float(row[name]) for row in rows]
