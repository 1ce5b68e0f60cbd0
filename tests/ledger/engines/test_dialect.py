"""The small dialect: every forbidden thing is found, every measure keeps to it, each word means the same on each engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb
import psycopg
import pytest
import sqlglot

from tests.ledger.engines.written_ledgers import NAMED, Line, table
from vitalfew.ledger.engines import dialect, postgres

DAYS = {"as_of": date(2024, 6, 30), "since": date(2023, 7, 1)}
DIVISION = "a division must stand between explicit DOUBLEs, the lower one NULLIF(…, 0) or a number: zero is an error on one engine, inf on another"
DAY_COUNT = "days are counted by DATE_DIFF, not by minus or plus"
TOTAL_ORDER = "LIMIT needs a total order: by every column it is grouped by, else by all it selects"
EXTRACT = "EXTRACT gives YEAR, MONTH or DAY, cast to BIGINT: it is numeric on PostgreSQL"
WHOLE = "a fraction becomes whole by FLOOR alone: engines round and cut differently"
TEXT = "text has another order on each engine"
JOIN = "only JOIN and LEFT JOIN, each with its condition"

FORBIDDEN = {
    "SELECT * FROM lines": "a measure names its columns, no *",
    "SELECT account FROM lines QUALIFY LAG(day) OVER (PARTITION BY account ORDER BY day) = day": "Qualify is not in the dialect: QUALIFY LAG(day) OVER (PARTITION BY account ORDER BY day) = day",
    "SELECT account, COUNT(*) AS n FROM lines GROUP BY ALL": "GROUP BY must name its columns",
    "SELECT account, COUNT(*) AS n FROM lines GROUP BY 1": "GROUP BY must name its columns",
    "SELECT COUNT(*) AS n FROM lines GROUP BY account + 1": "GROUP BY must name its columns",
    "SELECT account, ARG_MAX(day, amount) AS d FROM lines GROUP BY account": "ArgMax is not in the dialect: ARG_MAX(day, amount)",
    "SELECT QUANTILE_CONT(amount, 1) AS m FROM lines": "PercentileCont is not in the dialect: QUANTILE_CONT(amount, 1)",
    "SELECT QUANTILE_DISC(amount, 1) AS m FROM lines": "PercentileDisc is not in the dialect: QUANTILE_DISC(amount, 1)",
    "SELECT MEDIAN(amount) AS m FROM lines": "a median is taken of explicit DOUBLEs",
    "SELECT MEDIAN(CAST(cost AS DOUBLE)) OVER (PARTITION BY account ORDER BY day) AS m FROM lines": "MEDIAN(CAST(cost AS DOUBLE)) over a window is not in the dialect",
    "SELECT COUNT(*) OVER (PARTITION BY account ORDER BY day) AS n FROM lines": "COUNT(*) over a window is not in the dialect",
    "SELECT ROW_NUMBER() OVER (PARTITION BY account) AS n FROM lines": "a window needs an order",
    "SELECT LAG(day) OVER (ORDER BY day ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) AS n FROM lines": "WindowSpec is not in the dialect: ROWS BETWEEN 1 PRECEDING AND CURRENT ROW",
    "SELECT day - day AS d FROM lines": DAY_COUNT,
    "SELECT account, MAX(day) - MIN(day) AS d FROM lines GROUP BY account": DAY_COUNT,
    "SELECT day + 1 AS d FROM lines": DAY_COUNT,
    "WITH x AS (SELECT day, LAG(day) OVER (PARTITION BY account ORDER BY day) AS b FROM lines) SELECT day - b AS g FROM x": DAY_COUNT,
    "SELECT ROUND(CAST(amount AS DOUBLE), 2) AS r FROM lines": "Round is not in the dialect: ROUND(CAST(amount AS DOUBLE), 2)",
    "SELECT account FROM lines LIMIT 3": TOTAL_ORDER,
    "SELECT account, day FROM lines ORDER BY account LIMIT 3": TOTAL_ORDER,
    "SELECT account, CAST(SUM(amount) AS BIGINT) AS n FROM lines GROUP BY account ORDER BY n LIMIT 3": TOTAL_ORDER,
    "SELECT account, SUM(amount) AS n FROM lines GROUP BY account": "a sum must be cast to BIGINT or DOUBLE",
    "SELECT account, CAST(SUM(amount) AS INT) AS n FROM lines GROUP BY account": "a sum must be cast to BIGINT or DOUBLE",
    "SELECT amount / 2 AS a FROM lines": DIVISION,
    "SELECT CAST(amount AS DOUBLE) / cost AS a FROM lines": DIVISION,
    "SELECT CAST(amount AS DOUBLE) / CAST(cost AS DOUBLE) AS a FROM lines": DIVISION,
    "SELECT CAST(amount AS DOUBLE) / CAST(0 AS DOUBLE) AS a FROM lines": DIVISION,
    "SELECT CAST(CAST(amount AS DOUBLE) * CAST(cost AS DOUBLE) AS BIGINT) AS a FROM lines": WHOLE,
    "SELECT amount * 0.5 AS a FROM lines": "a fraction is written CAST(0.5 AS DOUBLE)",
    "SELECT MIN(invoice) AS i FROM lines": TEXT,
    "SELECT invoice FROM lines ORDER BY invoice LIMIT 3": TEXT,
    "SELECT CAST(invoice AS INT) AS i FROM lines": "text stays text: engines read it differently",
    "SELECT TRY_CAST(amount AS INT) AS i FROM lines": "TryCast is not in the dialect: TRY_CAST(amount AS INT)",
    "SELECT account FROM lines SEMI JOIN lines x ON x.account = lines.account": JOIN,
    "SELECT a.account FROM lines a ASOF JOIN lines b ON a.day >= b.day": JOIN,
    "SELECT a.account FROM lines a FULL JOIN lines b ON a.day = b.day": JOIN,
    "SELECT a.account FROM lines a, lines b": JOIN,
    "SELECT DISTINCT account FROM lines": "DISTINCT stands in COUNT alone: GROUP BY the columns",
    "SELECT day FROM lines UNION ALL SELECT day FROM lines": "Union is not in the dialect: SELECT day FROM lines UNION ALL SELECT day FROM lines",
    "SELECT account FROM customers": "customers is neither lines nor chosen nor a part of the measure",
    "SELECT account FROM vitalfew.lines": "vitalfew.lines is neither lines nor chosen nor a part of the measure",
    "SELECT DATE_DIFF('month', day, day) AS n FROM lines": "DATE_DIFF counts days",
    "SELECT CAST(EXTRACT(WEEK FROM day) AS BIGINT) AS n FROM lines": EXTRACT,
    "SELECT EXTRACT(YEAR FROM day) AS n FROM lines": EXTRACT,
    "SELECT AVG(amount) AS n FROM lines": "Avg is not in the dialect: AVG(amount)",
    "SELECT amount // 2 AS n FROM lines": "IntDiv is not in the dialect: amount // 2",
    "SELECT amount % 2 AS n FROM lines": "Mod is not in the dialect: amount % 2",
    "SELECT EXP(CAST(amount AS DOUBLE)) AS n FROM lines": "Exp is not in the dialect: EXP(CAST(amount AS DOUBLE))",
    "SELECT COUNT(*) FILTER (WHERE amount > 0) AS n FROM lines": "Filter is not in the dialect: COUNT(*) FILTER(WHERE amount > 0)",
    "SELECT account FROM lines TABLESAMPLE 10": "TableSample is not in the dialect: TABLESAMPLE RESERVOIR (10 ROWS)",
    "SELECT FIRST(amount) AS n FROM lines": "First is not in the dialect: FIRST(amount)",
    "SELECT SYSTEM('ls') AS n FROM lines": "Anonymous is not in the dialect: SYSTEM('ls')",
}

# Each word of the dialect at work on awkward values; the answers are held against each other, engine by engine.
WORDS = {
    "division": "SELECT item, CAST(amount AS DOUBLE) / NULLIF(CAST(cost AS DOUBLE), 0) AS q, CAST(amount AS DOUBLE) / CAST(7 AS DOUBLE) AS s FROM lines",
    "floor": "SELECT item, CAST(FLOOR(CAST(amount AS DOUBLE) * CAST(0.5 AS DOUBLE)) AS BIGINT) AS half FROM lines",
    "median": "SELECT account, MEDIAN(CAST(amount AS DOUBLE)) AS m, MEDIAN(CAST(cost AS DOUBLE)) AS c FROM lines GROUP BY account",
    "days": "SELECT item, DATE_DIFF('day', day, $as_of) AS age, CAST(EXTRACT(YEAR FROM day) AS BIGINT) AS y, CAST(EXTRACT(MONTH FROM day) AS BIGINT) AS m, CAST(EXTRACT(DAY FROM day) AS BIGINT) AS d FROM lines",
    "case": "SELECT item, CASE WHEN cost IS NULL THEN 0 WHEN cost > 2 THEN 1 ELSE 2 END AS c, CASE kind WHEN 1 THEN 5 END AS k FROM lines",
    "truth": "SELECT item FROM lines WHERE NOT (cost = 1 OR cost IN (2, 3)) AND amount BETWEEN -5 AND 5000 AND account <> 3",
    "nothing": "SELECT item, COALESCE(cost, -1) AS c, ABS(amount) AS a, -amount AS n, NULLIF(cost, 1) AS z FROM lines",
    "logarithm": "SELECT item, LN(CAST(amount AS DOUBLE)) AS l FROM lines WHERE amount > 0",
    "counts": "SELECT account, COUNT(*) AS a, COUNT(cost) AS c, COUNT(DISTINCT day) AS d, CAST(SUM(cost) AS BIGINT) AS s, MIN(cost) AS x, MAX(day) AS y FROM lines GROUP BY account HAVING COUNT(*) > 1",
    "no rows": "SELECT COUNT(*) AS n, CAST(SUM(amount) AS BIGINT) AS s, MEDIAN(CAST(amount AS DOUBLE)) AS m, MAX(day) AS d FROM lines WHERE amount > 9000000",
    "windows": "SELECT item, LAG(amount) OVER (PARTITION BY account ORDER BY day, item) AS l, ROW_NUMBER() OVER (PARTITION BY account ORDER BY cost DESC, item) AS r, ROW_NUMBER() OVER (ORDER BY cost, item) AS f FROM lines",
    "joins": "WITH x AS (SELECT account, MAX(item) AS top FROM lines GROUP BY account) SELECT l.item, x.top FROM lines l LEFT JOIN x ON x.account = l.account AND l.cost > 1",
    "the first few": "SELECT account, day, CAST(SUM(amount) AS BIGINT) AS n FROM lines GROUP BY account, day ORDER BY day DESC, account LIMIT 3",
}
AWKWARD = tuple(
    Line(
        customer=place % 4,
        item=place,
        day=date(1969, 12, 30 + place % 2) if place % 5 == 0 else date(2024, 2, 26 + place % 4),
        amount=amount,
        cost=cost,
        kind=1 + place % 3,
    )
    for place, (amount, cost) in enumerate((a, c) for a in (-7, -1, 0, 1, 2, 5, 999) for c in (None, 0, 1, 3, -3))
)


@pytest.mark.parametrize("text", FORBIDDEN)
def test_what_is_forbidden_is_found(text: str) -> None:
    assert list(dialect.breaches(dialect.parsed(text))) == [FORBIDDEN[text]]


def test_unknown_columns_are_a_breach() -> None:
    (said,) = dialect.breaches(dialect.parsed("SELECT profit FROM lines"))
    assert said.startswith(
        "a column is not known or stands in several relations: Column 'profit' could not be resolved."
    )


def test_measures_that_are_no_query_are_refused() -> None:
    with pytest.raises(ValueError, match="a measure is one query"):
        dialect.parsed("DROP TABLE lines")


@pytest.mark.parametrize("name", dialect.names())
def test_every_measure_keeps_to_the_dialect(name: str) -> None:
    assert list(dialect.breaches(dialect.tree(name))) == []


@pytest.mark.parametrize("name", dialect.names())
def test_every_measure_states_its_bound(name: str) -> None:
    head = [line for line in (dialect.MEASURES / f"{name}.sql").read_text().splitlines() if line.startswith("--")]
    assert sum("ound: " in line for line in head) == 1


@pytest.mark.parametrize("name", dialect.names())
def test_every_measure_has_a_spark_form(name: str) -> None:
    spark = dialect.written(name, dialect="spark", days=DAYS)  # raises where sqlglot knows no word for it
    assert sqlglot.parse_one(spark, read="spark").sql(dialect="spark") == spark


@pytest.mark.parametrize("word", WORDS)
def test_every_word_keeps_to_the_dialect(word: str) -> None:
    query = dialect.parsed(WORDS[word])
    assert list(dialect.breaches(query)) == []
    assert dialect.translated(query, dialect="spark", days=DAYS).count("APPROX") == 0


@pytest.mark.postgres
def test_every_word_means_the_same_on_each_engine(spot: Callable[[], str], tmp_path: Path) -> None:
    scope = replace(NAMED["one account"], lines=AWKWARD).written(tmp_path / "awkward")
    address = spot()
    postgres.fill(address=address, parts=scope.parts)
    where = postgres.place(address)
    with duckdb.connect() as duck, psycopg.connect(where.address) as server:
        duck.register("stored", table(list(AWKWARD)))
        duck.execute("CREATE TEMP VIEW lines AS SELECT *, customer AS account FROM stored")
        server.execute(f'CREATE TEMP VIEW lines AS SELECT *, customer AS account FROM "{where.schema}"."{where.table}"')
        for word, text in WORDS.items():
            query = dialect.parsed(text)
            here = duck.execute(dialect.translated(query, dialect="duckdb", days=DAYS)).fetchall()
            there = server.execute(dialect.translated(query, dialect="postgres", days=DAYS)).fetchall()
            assert (word, _sorted(here)) == (word, _sorted(there))


def test_only_days_go_into_a_measure(tmp_path: Path) -> None:
    with pytest.raises(AttributeError):
        dialect.written("account_totals", dialect="duckdb", days={"as_of": "2024-01-01' OR '1'='1", "since": date.min})  # type: ignore[dict-item]


def _sorted(rows: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    told = [tuple(round(cell, 12) if isinstance(cell, float) else cell for cell in row) for row in rows]
    return sorted(told, key=lambda row: [(cell is None, str(cell)) for cell in row])
