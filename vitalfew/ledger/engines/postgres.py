"""PostgreSQL where the firm keeps its lines: measures run there, read only, and only their rows travel."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
from psycopg import sql
from psycopg.postgres import types
from pyarrow import csv

from vitalfew.ground.errors import Refusal
from vitalfew.ledger.engines import dialect
from vitalfew.ledger.engines.scope import Scope
from vitalfew.ledger.importing.lines import SCHEMA

TABLE = "vitalfew.lines"  # unless the address names another: postgresql://host/database?table=sales.lines
TIMEOUT = 1_800  # seconds one measure may take
_AT_ONCE = 65_536

_COLUMN = {
    pa.int8(): "smallint",
    pa.int32(): "integer",
    pa.int64(): "bigint",
    pa.date32(): "date",
    SCHEMA.field("invoice").type: "text",
}
_SERVES = {
    "smallint": {"smallint"},
    "integer": {"smallint", "integer"},
    "bigint": {"smallint", "integer", "bigint"},
    "date": {"date"},
    "text": {"text", "character varying"},
}
_ARROW = {"int2": pa.int16(), "int4": pa.int32(), "int8": pa.int64(), "float8": pa.float64(), "date": pa.date32()}


class LedgerOutOfReach(Refusal):
    """The database that VITALFEW_LEDGER names does not answer. Nothing was changed."""


class LedgerUnfit(Refusal):
    """The table that VITALFEW_LEDGER names is no ledger of sales lines. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where lines lie: a server's address for psycopg (it may hold a password) and the table's schema and name."""

    address: str = field(repr=False)
    schema: str
    table: str

    @property
    def name(self) -> sql.Composable:
        """The table as SQL."""
        return sql.Identifier(self.schema, self.table)

    @property
    def called(self) -> str:
        """The table and its server in words, without a password."""
        parts = urlsplit(self.address)
        host = unquote(parts.hostname or "this machine")
        return f"{self.schema}.{self.table} in {parts.path.lstrip('/') or 'the default database'} on {host}"


def place(address: str) -> Place:
    """What VITALFEW_LEDGER names: `postgresql://user@host/database`, with `?table=schema.name` where it is not vitalfew.lines."""
    front, _, query = address.partition("?")
    if not front.startswith(("postgresql://", "postgres://")):
        raise LedgerUnfit("VITALFEW_LEDGER must be empty or begin with postgresql://. Nothing was changed.")
    words = parse_qsl(query, keep_blank_values=True)
    schema, dot, table = dict(words).get("table", TABLE).partition(".")
    if not (schema and dot and table) or "." in table:
        raise LedgerUnfit(
            "The table in VITALFEW_LEDGER must be named as schema.name, for example ?table=sales.lines. Nothing was changed."
        )
    rest = urlencode([(word, value) for word, value in words if word != "table"])
    return Place(f"{front}?{rest}" if rest else front, schema, table)


class Session:
    """Measures over one scope of the ledger, in one read-only transaction: all of them see the same lines."""

    name = "postgresql"

    def __init__(self, opened: psycopg.Connection[Any]) -> None:
        self._opened = opened

    def run(self, measure: str, days: Mapping[str, date], accounts: Collection[int] = ()) -> pa.Table:
        """The measure's rows as an Arrow table, with the column types DuckDB gives; `accounts` are those in `chosen`."""
        query = dialect.written(measure, dialect="postgres", days=days)
        self._choose(accounts)
        with self._opened.cursor(binary=True) as cursor:
            cursor.execute(f"SELECT asked.* FROM ({query}) AS asked LIMIT 0")  # the types, also where there are no rows
            schema = _schema(cursor.description)
            # Not a server-side cursor: PostgreSQL gives those no parallel plan.
            rows = cursor.stream(query, size=_AT_ONCE)
            return pa.Table.from_batches((_batch(some, schema) for some in batched(rows, _AT_ONCE)), schema)

    def _choose(self, accounts: Collection[int]) -> None:
        """Name the accounts of a question. A read-only transaction may fill a temporary table, but neither make nor empty one by TRUNCATE."""
        self._opened.execute("DELETE FROM pg_temp.chosen")
        _rows(self._opened, "chosen", ((int(account),) for account in accounts))


@contextmanager
def session(scope: Scope, *, address: str) -> Iterator[Session]:
    """A session over a scope whose lines lie in a table of SCHEMA's columns; the scope's own parts are not looked at.

    Raises LedgerOutOfReach when the server does not answer, breaks off or takes longer than TIMEOUT, LedgerUnfit when
    the table is not there, may not be read, or has other columns.
    """
    where = place(address)
    try:
        with psycopg.connect(where.address, autocommit=True, application_name="vitalfew") as opened:
            _settle(opened)
            _check(opened, where)
            _show(opened, where, scope)
            # The temporary tables had to be made before: a read-only transaction makes none.
            opened.autocommit = False
            opened.read_only = True
            opened.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield Session(opened)
            opened.rollback()
    except psycopg.errors.QueryCanceled as error:
        raise LedgerOutOfReach(
            f"{where.called} took longer than {TIMEOUT:,} seconds over one measure. Nothing was changed."
        ) from error
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction) as error:
        raise LedgerUnfit(
            f"{where.called}: the server says “{_first(error)}”. The user of VITALFEW_LEDGER must be allowed to read the table"
            " and to make temporary tables (GRANT USAGE, SELECT, TEMPORARY), on a server that is no standby. Nothing was changed."
        ) from error
    except psycopg.OperationalError as error:
        raise LedgerOutOfReach(
            f"{where.called} cannot be reached: “{_first(error)}”. Look at VITALFEW_LEDGER and at the server. Nothing was changed."
        ) from error


def fill(*, address: str, parts: Sequence[Path]) -> int:
    """Make the table that `address` names, fill it from Parquet parts by COPY and return how many lines it holds.

    Memory holds one block of lines, however long the parts are. All or nothing: refused by the server where the table is there.
    """
    where = place(address)
    columns = [
        sql.SQL("{} {} {}").format(
            sql.Identifier(column.name), sql.SQL(_COLUMN[column.type]), sql.SQL("" if column.nullable else "NOT NULL")
        )
        for column in SCHEMA
    ]
    with psycopg.connect(where.address) as opened:
        opened.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(where.schema)))
        opened.execute(sql.SQL("CREATE TABLE {} ({})").format(where.name, sql.SQL(", ").join(columns)))
        filled = _copy(opened, where.name, SCHEMA.names, parts)
        opened.execute(sql.SQL("CREATE INDEX ON {} USING brin (day)").format(where.name))
        opened.execute(sql.SQL("ANALYZE {}").format(where.name))
    return filled


def _settle(opened: psycopg.Connection[Any]) -> None:
    """Nothing outside the system's own schema is found by a bare name; no measure runs for ever."""
    opened.execute("SET search_path = ''")
    opened.execute(sql.SQL("SET statement_timeout = {}").format(sql.Literal(f"{TIMEOUT}s")))


def _check(opened: psycopg.Connection[Any], where: Place) -> None:
    """Refuse a table that lacks a column or holds it as another type: a cast would round silently."""
    rows = opened.execute(
        "SELECT attname, format_type(atttypid, NULL) FROM pg_attribute"
        " WHERE attrelid = to_regclass(format('%%I.%%I', %s::text, %s::text)) AND attnum > 0 AND NOT attisdropped",
        (where.schema, where.table),
    ).fetchall()
    if not rows:
        raise LedgerUnfit(
            f"{where.called}: there is no such table. Name it in VITALFEW_LEDGER as ?table=schema.name. Nothing was changed."
        )
    has = dict(rows)
    wrong = [
        f"{column.name} is {has.get(column.name, 'missing')} and must be {_COLUMN[column.type]}"
        for column in SCHEMA
        if column.name not in _UNREAD and has.get(column.name) not in _SERVES[_COLUMN[column.type]]
    ]
    if wrong:
        raise LedgerUnfit(f"{where.called} is no ledger of sales lines: {'; '.join(wrong)}. Nothing was changed.")


_UNREAD = {"row"}  # where a line stood in its file; no measure asks


def _show(opened: psycopg.Connection[Any], where: Place, scope: Scope) -> None:
    """Make the relation `lines` that measures read, as engines/duck.py does."""
    account, listed, amount, cost = (sql.SQL(f"l.{word}") for word in ("customer", "list_price_e6", "amount", "cost"))
    _table(opened, "chosen", "account integer PRIMARY KEY")
    joins, wanted = [sql.SQL("")], [sql.SQL("TRUE")]
    if scope.superseded:
        _table(opened, "superseded", "batch integer, invoice text")
        _copy(opened, sql.Identifier("pg_temp", "superseded"), ["batch", "invoice"], scope.superseded)
        opened.execute("ANALYZE pg_temp.superseded")
        wanted.append(
            sql.SQL("NOT EXISTS (SELECT 1 FROM pg_temp.superseded s WHERE s.batch = l.batch AND s.invoice = l.invoice)")
        )
    if scope.moved:
        _table(opened, "moved", "customer integer PRIMARY KEY, account integer NOT NULL", scope.moved.items())
        joins.append(sql.SQL("LEFT JOIN pg_temp.moved m ON m.customer = l.customer"))
        account = sql.SQL("COALESCE(m.account, l.customer)")
    own = sql.SQL("l.currency = {}").format(sql.Literal(scope.currency))
    if scope.currency and not scope.conversions:
        wanted.append(own)
    if scope.conversions:
        rows = ((row.currency, row.first, row.last, row.factor) for row in scope.conversions)
        _table(opened, "conversions", "currency text, first date, last date, factor double precision", rows)
        joins.append(
            sql.SQL("LEFT JOIN pg_temp.conversions c ON c.currency = l.currency AND l.day BETWEEN c.first AND c.last")
        )
        amount, cost = _converted(own, "amount"), _converted(own, "cost")
        listed = sql.SQL("CASE WHEN {} THEN l.list_price_e6 END").format(own)
        wanted.append(sql.SQL("({} OR c.factor IS NOT NULL)").format(own))
    opened.execute(
        sql.SQL(
            "CREATE TEMP VIEW lines AS SELECT CAST({} AS integer) AS account, CAST(l.customer AS integer) AS customer, CAST(l.item AS integer) AS item,"
            " l.day, CAST(l.kind AS smallint) AS kind, CAST(l.invoice AS text) AS invoice, CAST(l.currency AS text) AS currency,"
            " CAST(l.quantity_e6 AS bigint) AS quantity_e6, CAST(l.unit_price_e6 AS bigint) AS unit_price_e6,"
            " CAST({} AS bigint) AS list_price_e6, CAST({} AS bigint) AS amount, CAST({} AS bigint) AS cost FROM {} l {} WHERE {}"
        ).format(account, listed, amount, cost, where.name, sql.SQL(" ").join(joins), sql.SQL(" AND ").join(wanted))
    )


def _converted(own: sql.Composable, column: str) -> sql.Composable:
    """An amount in the scope's currency, rounded half up once a line, as every engine does it."""
    money = sql.Identifier("l", column)
    return sql.SQL(
        "CASE WHEN {} THEN {} ELSE CAST(FLOOR(CAST({} AS double precision) * c.factor + 0.5::double precision) AS bigint) END"
    ).format(own, money, money)


def _table(opened: psycopg.Connection[Any], name: str, columns: str, rows: Iterable[Sequence[object]] = ()) -> None:
    """A temporary table of ours, filled."""
    opened.execute(sql.SQL("CREATE TEMP TABLE {} ({})").format(sql.Identifier(name), sql.SQL(columns)))
    _rows(opened, name, rows)
    opened.execute(sql.SQL("ANALYZE {}").format(sql.Identifier("pg_temp", name)))


def _rows(opened: psycopg.Connection[Any], name: str, rows: Iterable[Sequence[object]]) -> None:
    """Rows more in a temporary table of ours."""
    with (
        opened.cursor() as cursor,
        cursor.copy(sql.SQL("COPY pg_temp.{} FROM STDIN").format(sql.Identifier(name))) as copy,
    ):
        for row in rows:
            copy.write_row(row)


def _copy(opened: psycopg.Connection[Any], into: sql.Composable, columns: Sequence[str], parts: Sequence[Path]) -> int:
    """Send columns of Parquet files into a table block by block; how many rows went."""
    named, sent = sql.SQL(", ").join(map(sql.Identifier, columns)), 0
    plain = csv.WriteOptions(include_header=False)
    with (
        opened.cursor() as cursor,
        cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv)").format(into, named)) as copy,
    ):
        for part in parts:
            for block in pq.ParquetFile(part).iter_batches(_AT_ONCE, columns=list(columns)):
                sink = pa.BufferOutputStream()
                csv.write_csv(block, sink, plain)
                copy.write(sink.getvalue().to_pybytes())
                sent += block.num_rows
    return sent


def _schema(description: Any) -> pa.Schema:
    """The Arrow columns of a result; a type outside the dialect is a fault of the measure."""
    return pa.schema([(column.name, _ARROW[types[column.type_code].name]) for column in description])


def _batch(rows: Sequence[tuple[Any, ...]], schema: pa.Schema) -> pa.RecordBatch:
    return pa.record_batch(
        [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), schema.types, strict=True)], schema
    )


def _first(error: Exception) -> str:
    """The first line of what the server says."""
    return next(iter(str(error).strip().splitlines()), "nothing")
