"""Measures are SQL files in one small dialect: read here, checked against it, filled with dates, written for an engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache
from pathlib import Path

import sqlglot
from sqlglot import ErrorLevel, exp
from sqlglot.errors import OptimizeError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify

MEASURES = Path(__file__).parent.parent / "measures"
HOUSE = "duckdb"  # the dialect the files are written in

# The relation every engine shows: lines of the scope, each with its account (engines/duck.py, engines/postgres.py).
LINES: dict[str, object] = {
    "account": "INT",
    "customer": "INT",
    "item": "INT",
    "day": "DATE",
    "kind": "SMALLINT",
    "invoice": "VARCHAR",
    "currency": "VARCHAR",
    "quantity_e6": "BIGINT",
    "unit_price_e6": "BIGINT",
    "list_price_e6": "BIGINT",
    "amount": "BIGINT",
    "cost": "BIGINT",
}
# The accounts a question is limited to: a measure that joins them reckons of no other.
CHOSEN: dict[str, object] = {"account": "INT"}
_RELATIONS: dict[str, object] = {"lines": LINES, "chosen": CHOSEN}

# What has been seen to mean the same on every engine (docs/decisions/0002). A word is added with a line in the contract suite.
# fmt: off
_WORDS: frozenset[type[exp.Expr]] = frozenset((
    exp.Select, exp.From, exp.Join, exp.Where, exp.Group, exp.Having, exp.With, exp.CTE, exp.Subquery, exp.Table, exp.TableAlias,
    exp.Alias, exp.Column, exp.Identifier, exp.Paren, exp.Order, exp.Ordered, exp.Limit, exp.Window, exp.Parameter, exp.Placeholder,
    exp.Literal, exp.Null, exp.Boolean, exp.DataType, exp.Var, exp.Star, exp.Distinct,
    exp.And, exp.Or, exp.Not, exp.EQ, exp.NEQ, exp.GT, exp.GTE, exp.LT, exp.LTE, exp.Between, exp.In, exp.Is,
    exp.Add, exp.Sub, exp.Mul, exp.Div, exp.Neg,
    exp.Sum, exp.Count, exp.Min, exp.Max, exp.Median, exp.Lag, exp.RowNumber, exp.Case, exp.If, exp.Cast, exp.Coalesce, exp.Nullif,
    exp.Ln, exp.Abs, exp.Floor, exp.Extract, exp.DateDiff,
))
# fmt: on
_WHOLE = (exp.DataType.Type.SMALLINT, exp.DataType.Type.INT, exp.DataType.Type.BIGINT)
_FRACTIONS = (exp.DataType.Type.DOUBLE, exp.DataType.Type.FLOAT, exp.DataType.Type.DECIMAL, exp.DataType.Type.UDECIMAL)


def names() -> tuple[str, ...]:
    """Every measure, by name."""
    return tuple(sorted(path.stem for path in MEASURES.glob("*.sql")))


@cache
def tree(name: str) -> exp.Expr:
    """The syntax tree of a measure."""
    return parsed((MEASURES / f"{name}.sql").read_text())


def parsed(text: str) -> exp.Expr:
    """The syntax tree of one query in the house dialect; ValueError where it is no query."""
    found = sqlglot.parse_one(text, read=HOUSE)
    if not isinstance(found, exp.Query):
        raise ValueError("a measure is one query")
    return found


def written(name: str, *, dialect: str, days: Mapping[str, date]) -> str:
    """A measure in an engine's own SQL with its days in place. Only dates go in, so no text of a user can."""
    return translated(tree(name), dialect=dialect, days=days)


def translated(query: exp.Expr, *, dialect: str, days: Mapping[str, date]) -> str:
    """A query of the house dialect in an engine's own SQL; sqlglot's UnsupportedError where the engine lacks a word."""
    query = query.copy()
    for slot in list(query.find_all(exp.Placeholder, exp.Parameter)):
        word = slot.name or slot.this.name
        slot.replace(exp.cast(exp.Literal.string(days[word].isoformat()), "date"))
    return query.sql(dialect=dialect, comments=False, unsupported_level=ErrorLevel.RAISE)


def breaches(query: exp.Expr) -> Iterator[str]:
    """What in a measure leaves the small dialect, in words; nothing where it keeps to it."""
    said = [word for node in query.walk() if (word := _breach(node))]
    own = set(_RELATIONS) | {cte.alias for cte in query.find_all(exp.CTE)}
    said += [
        f"{table.sql(dialect=HOUSE)} is neither lines nor chosen nor a part of the measure"
        for table in query.find_all(exp.Table)
        if table.name not in own or table.db
    ]
    yield from said or _typed_breaches(query)


def _breach(node: exp.Expr) -> str:
    """What a word breaks by its form alone, or nothing."""
    if type(node) not in _WORDS:
        return f"{type(node).__name__} is not in the dialect: {node.sql(dialect=HOUSE)}"
    form = _FORMS.get(type(node))
    return form(node) if form else ""


def _typed_breaches(query: exp.Expr) -> Iterator[str]:
    """Breaches that only types show."""
    try:
        named = qualify(query.copy(), schema=_RELATIONS, dialect=HOUSE)
        known = annotate_types(named, schema=_RELATIONS, dialect=HOUSE)
    except OptimizeError as error:
        yield f"a column is not known or stands in several relations: {error}"
        return
    for node in known.walk():
        if isinstance(node, exp.Add | exp.Sub) and any(
            side.is_type("date", "timestamp") for side in (node.left, node.right)
        ):
            yield "days are counted by DATE_DIFF, not by minus or plus"
        elif isinstance(node, exp.Min | exp.Max | exp.Ordered | exp.Lag) and node.this.is_type("varchar", "text"):
            yield "text has another order on each engine"
        elif (
            isinstance(node, exp.Cast)
            and node.to.this in _WHOLE
            and node.this.is_type(*_FRACTIONS)
            and not isinstance(node.this, exp.Floor)
        ):
            yield "a fraction becomes whole by FLOOR alone: engines round and cut differently"
        elif (
            isinstance(node, exp.Cast)
            and node.this.is_type("varchar", "text")
            and not isinstance(node.this, exp.Literal)
        ):
            yield "text stays text: engines read it differently"


def _star(node: exp.Expr) -> str:
    return "" if isinstance(node.parent, exp.Count) else "a measure names its columns, no *"


def _distinct(node: exp.Expr) -> str:
    return "" if isinstance(node.parent, exp.Count) else "DISTINCT stands in COUNT alone: GROUP BY the columns"


def _group(node: exp.Expr) -> str:
    named = node.expressions and all(isinstance(key, exp.Column) for key in node.expressions)
    other = any(node.args.get(word) for word in ("all", "grouping_sets", "cube", "rollup"))
    return "" if named and not other else "GROUP BY must name its columns"


def _limit(node: exp.Expr) -> str:
    query = node.parent
    order = query.args.get("order") if isinstance(query, exp.Select) else None
    group = query.args.get("group") if isinstance(query, exp.Select) else None
    ordered = {key.this.name for key in order.expressions} if order else set()
    whole = (
        {key.name for key in group.expressions}
        if group
        else set(query.named_selects if isinstance(query, exp.Select) else ())
    )
    return (
        ""
        if order and whole <= ordered
        else "LIMIT needs a total order: by every column it is grouped by, else by all it selects"
    )


def _join(node: exp.Expr) -> str:
    plain = (
        not node.args.get("method")
        and node.args.get("side", "") in ("", "LEFT")
        and node.args.get("kind", "") in ("", "INNER")
    )
    said = node.args.get("on") or node.args.get("using")
    return "" if plain and said else "only JOIN and LEFT JOIN, each with its condition"


def _sum(node: exp.Expr) -> str:
    return "" if _is_cast(node.parent, "bigint", "double") else "a sum must be cast to BIGINT or DOUBLE"


def _median(node: exp.Expr) -> str:
    return "" if _is_cast(node.this, "double") else "a median is taken of explicit DOUBLEs"


def _div(node: exp.Expr) -> str:
    below = node.args["expression"]
    guarded = (
        isinstance(below, exp.Nullif) and _is_cast(below.this, "double") and below.expression == exp.Literal.number(0)
    )
    constant = _is_cast(below, "double") and isinstance(below.this, exp.Literal) and float(below.this.name) != 0
    if _is_cast(node.this, "double") and (guarded or constant):
        return ""
    return "a division must stand between explicit DOUBLEs, the lower one NULLIF(…, 0) or a number: zero is an error on one engine, inf on another"


def _window(node: exp.Expr) -> str:
    if not isinstance(node.this, exp.Lag | exp.RowNumber):
        return f"{node.this.sql(dialect=HOUSE)} over a window is not in the dialect"
    return "" if node.args.get("order") else "a window needs an order"


def _literal(node: exp.Expr) -> str:
    whole = node.args.get("is_string") or node.name.isdigit() or _is_cast(node.parent, "double")
    return "" if whole else f"a fraction is written CAST({node.name} AS DOUBLE)"


def _extract(node: exp.Expr) -> str:
    plain = node.this.name.upper() in ("YEAR", "MONTH", "DAY") and _is_cast(node.parent, "bigint")
    return "" if plain else "EXTRACT gives YEAR, MONTH or DAY, cast to BIGINT: it is numeric on PostgreSQL"


def _date_diff(node: exp.Expr) -> str:
    return "" if node.args["unit"].name.upper() == "DAY" else "DATE_DIFF counts days"


def _is_cast(node: exp.Expr | None, *types: str) -> bool:
    return type(node) is exp.Cast and node.to.is_type(*types)


_FORMS: Mapping[type[exp.Expr], Callable[[exp.Expr], str]] = {
    exp.Star: _star,
    exp.Distinct: _distinct,
    exp.Group: _group,
    exp.Limit: _limit,
    exp.Join: _join,
    exp.Sum: _sum,
    exp.Median: _median,
    exp.Div: _div,
    exp.Window: _window,
    exp.Literal: _literal,
    exp.Extract: _extract,
    exp.DateDiff: _date_diff,
}
