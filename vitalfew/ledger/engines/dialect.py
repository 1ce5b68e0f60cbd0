"""Measures are SQL files in one small dialect: read here, checked against it, filled with dates, written for an engine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import exp

MEASURES = Path(__file__).parent.parent / "measures"
HOUSE = "duckdb"  # the dialect the files are written in

# Refused because engines disagree on them, or because a result would depend on row order.
_FORBIDDEN: tuple[type[exp.Expression], ...] = (exp.Qualify, exp.ArgMax, exp.ArgMin, exp.PercentileCont, exp.PercentileDisc, exp.Quantile, exp.ApproxQuantile, exp.Round, exp.Star)
_WINDOWED = (exp.Lag, exp.RowNumber)


def names() -> tuple[str, ...]:
    """Every measure, by name."""
    return tuple(sorted(path.stem for path in MEASURES.glob("*.sql")))


@cache
def tree(name: str) -> exp.Expression:
    """The syntax tree of a measure."""
    found = sqlglot.parse_one((MEASURES / f"{name}.sql").read_text(), read=HOUSE)
    if not isinstance(found, exp.Query):
        raise ValueError(f"measure {name} is no query")
    return found


def written(name: str, *, dialect: str, days: Mapping[str, date]) -> str:
    """A measure in an engine's own SQL with its days in place. Only dates go in, so no text of a user can."""
    query = tree(name).copy()
    for slot in list(query.find_all(exp.Placeholder, exp.Parameter)):
        word = slot.name or slot.this.name
        slot.replace(exp.cast(exp.Literal.string(days[word].isoformat()), "date"))
    return query.sql(dialect=dialect)


def breaches(query: exp.Expression) -> Iterator[str]:
    """What in a measure leaves the small dialect, in words."""
    for node in query.walk():
        if isinstance(node, _FORBIDDEN) and not (isinstance(node, exp.Star) and isinstance(node.parent, exp.Count)):
            yield f"{type(node).__name__} is not in the dialect"
        elif isinstance(node, exp.Group) and (node.args.get("all") or any(isinstance(key, exp.Literal) for key in node.expressions)):
            yield "GROUP BY must name its columns"
        elif isinstance(node, exp.Limit) and not node.parent.args.get("order"):  # type: ignore[union-attr]
            yield "LIMIT needs a total order"
        elif isinstance(node, exp.Sum) and not isinstance(node.parent, exp.Cast):
            yield "a sum must be cast to BIGINT or DOUBLE"
        elif isinstance(node, exp.Div) and not all(isinstance(side, exp.Cast) for side in (node.left, node.right)):
            yield "a division must stand between explicit DOUBLEs"
        elif isinstance(node, exp.Window) and not isinstance(node.this, _WINDOWED):
            yield f"{node.this.sql()} over a window is not in the dialect"
