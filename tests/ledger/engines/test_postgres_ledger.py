"""PostgreSQL as the ledger: read only, one moment for all measures, and clear words when it will not do."""

from __future__ import annotations

import secrets
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pyarrow.parquet as pq
import pytest

from tests.ledger.engines.written_ledgers import AS_OF, NAMED, SINCE, Ledger, Line, table
from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.ledger import batches, measuring, operations
from vitalfew.ledger.engines import postgres
from vitalfew.ledger.engines.postgres import LedgerOutOfReach, LedgerUnfit
from vitalfew.ledger.engines.scope import Scope
from vitalfew.ledger.importing.recognising import Wishes
from vitalfew.ledger.models import AccountTotals
from vitalfew.rounds.refresh import refresh
from vitalfew.trust.actors import operator

NOWHERE = Scope(Path("/"), ())
DAYS = {"as_of": AS_OF, "since": SINCE}


@pytest.fixture
def filled(spot: Callable[[], str], tmp_path: Path) -> str:
    """The address of a table with the lines of one account."""
    address = spot()
    postgres.fill(address=address, parts=NAMED["one account"].written(tmp_path / "one").parts)
    return address


def _execute(address: str, change: str) -> None:
    where = postgres.place(address)
    with psycopg.connect(where.address) as opened:
        opened.execute(change.format(table=f'"{where.schema}"."{where.table}"', schema=f'"{where.schema}"'))


def test_address_names_table_and_keeps_the_rest() -> None:
    where = postgres.place("postgresql://reader:secret@db.example:5433/erp?sslmode=require&table=sales.order%20lines")
    assert (where.address, where.schema, where.table) == (
        "postgresql://reader:secret@db.example:5433/erp?sslmode=require",
        "sales",
        "order lines",
    )
    assert where.called == "sales.order lines in erp on db.example"
    assert "secret" not in repr(where)


def test_table_has_a_name_of_its_own_unless_said() -> None:
    where = postgres.place("postgresql:///erp")
    assert where.address == "postgresql:///erp"
    assert (where.schema, where.table, where.called) == ("vitalfew", "lines", "vitalfew.lines in erp on this machine")


@pytest.mark.parametrize(
    "address",
    [
        "mysql://x/y",
        "lines.parquet",
        "postgresql:///erp?table=lines",
        "postgresql:///erp?table=a.b.c",
        "postgresql:///erp?table=",
    ],
)
def test_addresses_that_name_no_table_are_refused(address: str) -> None:
    with pytest.raises(LedgerUnfit):
        postgres.place(address)


def test_unreachable_server_is_told_without_its_password() -> None:
    with (
        pytest.raises(LedgerOutOfReach) as told,
        postgres.session(NOWHERE, address="postgresql://me:hush@127.0.0.1:1/erp"),
    ):
        pass
    assert str(told.value).startswith("vitalfew.lines in erp on 127.0.0.1 cannot be reached: “connection failed: ")
    assert "hush" not in str(told.value)


@pytest.mark.postgres
def test_missing_table_is_told_by_name(spot: Callable[[], str]) -> None:
    address = spot()
    with pytest.raises(LedgerUnfit) as told, postgres.session(NOWHERE, address=address):
        pass
    assert (
        str(told.value)
        == f"{postgres.place(address).called}: there is no such table. Name it in VITALFEW_LEDGER as ?table=schema.name. Nothing was changed."
    )


@pytest.mark.postgres
def test_columns_of_another_type_are_refused(filled: str) -> None:
    _execute(
        filled,
        "ALTER TABLE {table} ALTER amount TYPE numeric(12,2), DROP COLUMN cost, ALTER kind TYPE integer, ALTER item TYPE smallint",
    )
    with pytest.raises(LedgerUnfit) as told, postgres.session(NOWHERE, address=filled):
        pass
    wrong = (
        "kind is integer and must be smallint; amount is numeric and must be bigint; cost is missing and must be bigint"
    )
    assert (
        str(told.value) == f"{postgres.place(filled).called} is no ledger of sales lines: {wrong}. Nothing was changed."
    )


@pytest.mark.postgres
def test_narrower_columns_and_a_missing_row_number_serve(filled: str) -> None:
    _execute(
        filled,
        "ALTER TABLE {table} ALTER item TYPE smallint, ALTER amount TYPE integer, ALTER invoice TYPE varchar(40), DROP COLUMN row",
    )
    with postgres.session(NOWHERE, address=filled) as opened:
        assert opened.run("ledger_totals", DAYS)["lines"].to_pylist() == [3]


@pytest.mark.postgres
def test_session_cannot_write(filled: str) -> None:
    with (
        pytest.raises(LedgerUnfit, match="cannot execute DELETE in a read-only transaction"),
        postgres.session(NOWHERE, address=filled) as opened,
    ):
        opened._opened.execute("DELETE FROM lines")


@pytest.mark.postgres
def test_all_measures_see_one_moment(filled: str) -> None:
    with postgres.session(NOWHERE, address=filled) as opened:
        before = opened.run("account_totals", {"as_of": AS_OF, "since": date.min})
        _execute(filled, "DELETE FROM {table}")
        assert opened.run("account_totals", {"as_of": AS_OF, "since": date.min}) == before
    with postgres.session(NOWHERE, address=filled) as opened:
        assert opened.run("account_totals", {"as_of": AS_OF, "since": date.min}).num_rows == 0


@pytest.mark.postgres
def test_reader_without_rights_is_told_which(filled: str) -> None:
    role = f"vf_reader_{secrets.token_hex(4)}"
    _execute(filled, f"CREATE ROLE {role} LOGIN PASSWORD 'hush'; GRANT USAGE ON SCHEMA {{schema}} TO {role}")
    host = urlsplit(filled).netloc.rpartition("@")[2]
    reader = urlsplit(filled)._replace(netloc=f"{role}:hush@{host}").geturl()
    try:
        with pytest.raises(LedgerUnfit) as told, postgres.session(NOWHERE, address=reader) as opened:
            opened.run("account_totals", DAYS)
        assert str(told.value).startswith(
            f"{postgres.place(filled).called}: the server says “permission denied for table "
        )
        assert "hush" not in str(told.value)
        _execute(filled, f"GRANT SELECT ON {{table}} TO {role}")
        with postgres.session(NOWHERE, address=reader) as opened:
            assert opened.run("account_totals", DAYS).num_rows == 1
    finally:
        _execute(filled, f"DROP OWNED BY {role}; DROP ROLE {role}")


@pytest.mark.postgres
def test_measure_that_takes_too_long_is_stopped(filled: str) -> None:
    with (
        pytest.raises(LedgerOutOfReach, match="took longer than 1,800 seconds"),
        postgres.session(NOWHERE, address=filled) as opened,
    ):
        opened._opened.execute("SET LOCAL statement_timeout = 20")
        opened._opened.execute("SELECT pg_sleep(5)")


@pytest.mark.postgres
def test_many_rows_come_in_blocks(spot: Callable[[], str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres, "_AT_ONCE", 100)
    scope = Ledger(tuple(Line(customer=number, amount=number) for number in range(1, 351))).written(tmp_path / "many")
    address = spot()
    assert postgres.fill(address=address, parts=scope.parts) == 350
    with postgres.session(NOWHERE, address=address) as opened:
        rows = opened.run("account_totals", DAYS)
    assert rows["net"].num_chunks == 4
    assert sorted(rows["net"].to_pylist()) == list(range(1, 351))


@pytest.mark.postgres
def test_filling_keeps_every_cell(spot: Callable[[], str], tmp_path: Path) -> None:
    texts = ("", "a,b", 'say "x"', "line\nbreak", "\\N", "\\.", "é 漢", " ", "NULL")
    lines = [Line(invoice=text, cost=place or None, day=date(1, 1, 1 + place)) for place, text in enumerate(texts)]
    scope = Ledger(tuple(lines)).written(tmp_path / "cells")
    address = spot()
    postgres.fill(address=address, parts=scope.parts)
    where = postgres.place(address)
    with psycopg.connect(where.address) as opened:
        rows = opened.execute(f'SELECT * FROM "{where.schema}"."{where.table}" ORDER BY row').fetchall()
    assert rows == [tuple(row.values()) for row in pq.read_table(scope.parts[0]).to_pylist()]


@pytest.mark.postgres
def test_filling_a_table_that_is_there_is_refused(filled: str, tmp_path: Path) -> None:
    with pytest.raises(psycopg.errors.DuplicateTable):
        postgres.fill(address=filled, parts=())


@pytest.mark.postgres
def test_filling_needs_no_more_memory_for_more_lines(spot: Callable[[], str], tmp_path: Path) -> None:
    part = tmp_path / "part.parquet"
    block = table([Line(invoice=f"invoice number {number}") for number in range(20_000)])
    with pq.ParquetWriter(part, block.schema) as writer:
        for _ in range(20):
            writer.write_table(block)
    once, often = (_peak_of_filling(spot(), [part] * parts) for parts in (1, 3))
    assert often < once * 1.15


def _peak_of_filling(address: str, parts: list[Path]) -> int:
    """The largest resident memory of a process that fills a table from these parts, in KiB."""
    words = (
        "import resource, sys; from pathlib import Path; from vitalfew.ledger.engines import postgres;"
        "postgres.fill(address=sys.argv[1], parts=[Path(word) for word in sys.argv[2:]]);"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    root = Path(postgres.__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", words, address, *map(str, parts)], capture_output=True, text=True, check=True, cwd=root
    )
    return int(done.stdout)


@pytest.mark.postgres
def test_setting_names_the_engine(filled: str, settings, tmp_path: Path) -> None:
    scope = Ledger().written(tmp_path / "none")
    with measuring.session(scope) as opened:
        assert (opened.name, opened.run("account_totals", DAYS).num_rows) == ("duckdb", 0)
    settings.VITALFEW_LEDGER = filled
    with measuring.session(scope) as opened:
        assert (opened.name, opened.run("account_totals", DAYS).num_rows) == ("postgresql", 1)


@pytest.mark.django_db
def test_import_is_refused_where_lines_are_kept_elsewhere(home: Path, settings, tmp_path: Path) -> None:
    settings.VITALFEW_LEDGER = "postgresql://reader:secret@db.example/erp"
    path = tmp_path / "sales.csv"
    path.write_text("Invoice,Date,Customer,Item,Quantity,Price\n1,2024-03-01,Acme,A1,2,3.50\n")
    with pytest.raises(Refusal) as told:
        operations.import_file(path=path, name=path.name, wishes=Wishes(), by=operator(), at=clock.now())
    assert str(told.value) == (
        "sales.csv was not imported: sales lines are kept in vitalfew.lines in erp on db.example and only read here."
        " Add them there, or take VITALFEW_LEDGER out of the environment to keep a ledger of our own. Nothing was changed."
    )
    assert sorted(path.name for path in home.rglob("*.parquet")) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_refresh_finds_the_same_on_both_engines(home: Path, settings, spot: Callable[[], str], tmp_path: Path) -> None:
    path = tmp_path / "sales.csv"
    rows = [f"{n},2024-{1 + n % 12:02}-{1 + n % 27:02},K{n % 7},A{n % 5},{1 + n % 4},{n}.50" for n in range(1, 200)]
    path.write_text("\n".join(["Invoice,Date,Customer,Item,Quantity,Price", *rows]) + "\n")
    for changed in (
        "",
        ",2024-03-04,K9,A1,1,7.77",
    ):  # the second file replaces one invoice: its first version is masked
        if changed:
            path.write_text(f"Invoice,Date,Customer,Item,Quantity,Price\n4{changed}\n5{changed}\n")
        operations.import_file(path=path, name=path.name, wishes=Wishes(currency="EUR"), by=operator(), at=clock.now())
    address = spot()
    scope = batches.scope(as_of=date(2024, 12, 31))
    assert (len(scope.parts), len(scope.superseded)) == (2, 1)
    assert postgres.fill(address=address, parts=scope.parts) == 201
    here = _refreshed()
    settings.VITALFEW_LEDGER = address
    there = _refreshed()
    assert len(here) == 8
    assert there == here


def _refreshed() -> list[dict[str, object]]:
    report = refresh(by=operator(), at=clock.now(), as_of=date(2024, 12, 31))
    assert (report.lines, report.accounts) == (199, 8)
    return list(
        AccountTotals.objects.filter(run=report.run)
        .order_by("account")
        .values("account", "net", "net_12_months", "orders_12_months", "lines", "first_day", "last_day", "months")
    )
