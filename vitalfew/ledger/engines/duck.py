"""DuckDB in memory over the Parquet parts: the default engine, locked down before it sees a line."""

from __future__ import annotations

import errno
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb
import pyarrow as pa

from vitalfew.ledger.engines import dialect
from vitalfew.ledger.engines.scope import Scope
from vitalfew.ledger.importing.lines import SCHEMA

MEMORY = "2GB"
IMPORT_MEMORY = "200MB"


@contextmanager
def connection(folder: Path, *, memory: str = MEMORY) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection that can reach the ledger folder and nothing else; what does not fit `memory` spills into it."""
    spill = folder / "spill"
    spill.mkdir(parents=True, exist_ok=True)
    opened = duckdb.connect(":memory:")
    try:
        for name, value in (
            ("temp_directory", quoted(spill)),
            ("memory_limit", quoted(memory)),
            ("preserve_insertion_order", "false"),
            ("allowed_directories", f"[{quoted(folder)}]"),
            ("enable_external_access", "false"),
            ("lock_configuration", "true"),
        ):
            opened.execute(f"SET {name} = {value}")
        yield opened
    except duckdb.Error as error:
        if "No space left" in str(error) or "max_temp_directory_size" in str(error):
            raise OSError(errno.ENOSPC, "No space left on device") from error
        raise
    finally:
        opened.close()


def quoted(text: str | Path) -> str:
    """A path of ours as an SQL string."""
    return "'" + str(text).replace("'", "''") + "'"


def files(paths: Sequence[Path]) -> str:
    """The relation of all rows of some Parquet files."""
    return f"read_parquet([{', '.join(quoted(path) for path in paths)}])"


class Session:
    """Measures over one scope of the ledger."""

    name = "duckdb"

    def __init__(self, opened: duckdb.DuckDBPyConnection, scope: Scope) -> None:
        self._opened = opened
        self._show(scope)

    def run(self, measure: str, days: Mapping[str, date], accounts: Collection[int] = ()) -> pa.Table:
        """The measure's rows as an Arrow table; `accounts` are the ones a measure that asks for `chosen` reckons of."""
        self._opened.register("chosen", pa.table({"account": pa.array(accounts, pa.int32())}))
        return self._opened.sql(dialect.written(measure, dialect="duckdb", days=days)).to_arrow_table()

    def _show(self, scope: Scope) -> None:
        """Make the relation `lines` that measures read: unmasked lines of the scope, each with its account."""
        if scope.parts:
            stored = files(scope.parts)
        else:
            self._opened.register("no_lines", SCHEMA.empty_table())
            stored = "no_lines"
        account, joins, listed, amount, cost = "l.customer", "", "l.list_price_e6", "l.amount", "l.cost"
        if scope.superseded:
            joins += f" ANTI JOIN {files(scope.superseded)} s ON s.batch = l.batch AND s.invoice = l.invoice"
        if scope.moved:
            self._opened.register(
                "moved", _two_columns("customer", scope.moved.keys(), "account", scope.moved.values())
            )
            joins += " LEFT JOIN moved m ON m.customer = l.customer"
            account = "COALESCE(m.account, l.customer)"
        where = f" WHERE l.currency = {quoted(scope.currency)}" if scope.currency else ""
        if scope.conversions:
            self._opened.register("conversions", _conversions(scope))
            joins += " LEFT JOIN conversions c ON c.currency = l.currency AND l.day BETWEEN c.first AND c.last"
            own = f"l.currency = {quoted(scope.currency)}"
            amount = f"CASE WHEN {own} THEN l.amount ELSE CAST(FLOOR(l.amount::DOUBLE * c.factor + 0.5) AS BIGINT) END"
            cost = f"CASE WHEN {own} THEN l.cost ELSE CAST(FLOOR(l.cost::DOUBLE * c.factor + 0.5) AS BIGINT) END"
            listed = f"CASE WHEN {own} THEN l.list_price_e6 END"  # a list in another currency is no list of this one
            where = f" WHERE {own} OR c.factor IS NOT NULL"
        self._opened.execute(
            f"CREATE TEMP VIEW lines AS SELECT {account} AS account, l.customer, l.item, l.day, l.kind::SMALLINT AS kind, l.invoice, l.currency,"
            f" l.quantity_e6, l.unit_price_e6, {listed} AS list_price_e6, {amount} AS amount, {cost} AS cost FROM {stored} l{joins}{where}"
        )


@contextmanager
def session(scope: Scope) -> Iterator[Session]:
    """A session over a scope, closed at the end."""
    with connection(scope.folder) as opened:
        yield Session(opened, scope)


def _two_columns(first: str, keys: Iterable[int], second: str, values: Iterable[int]) -> pa.Table:
    return pa.table({first: pa.array(list(keys), pa.int32()), second: pa.array(list(values), pa.int32())})


def _conversions(scope: Scope) -> pa.Table:
    rows = scope.conversions
    return pa.table(
        {
            "currency": pa.array([row.currency for row in rows], pa.string()),
            "first": pa.array([row.first for row in rows], pa.date32()),
            "last": pa.array([row.last for row in rows], pa.date32()),
            "factor": pa.array([row.factor for row in rows], pa.float64()),
        }
    )
