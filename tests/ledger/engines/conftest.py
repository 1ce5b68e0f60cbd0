"""Every engine under one name: a ledger written where that engine looks, and a session over it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from psycopg import sql

from tests.postgres import postgres_address
from vitalfew.ledger.engines import duck, postgres
from vitalfew.ledger.engines.scope import Scope
from vitalfew.ledger.measuring import Session

__all__ = ["postgres_address"]

Opens = Callable[[Scope], AbstractContextManager[Session]]


@pytest.fixture
def spot(postgres_address: str) -> Iterator[Callable[[], str]]:
    """spot() names a table that is not there yet, in a schema of this test's own that goes with it."""
    schema = f"vf_{secrets.token_hex(6)}"

    def named() -> str:
        sign = "&" if urlsplit(postgres_address).query else "?"
        return f"{postgres_address}{sign}table={schema}.t{secrets.token_hex(4)}"

    yield named
    with psycopg.connect(postgres_address) as opened:
        opened.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(schema)))


@pytest.fixture
def in_postgres(spot: Callable[[], str]) -> Opens:
    """A session of PostgreSQL over the lines of a scope's parts, which it holds itself."""

    @contextmanager
    def opened(scope: Scope) -> Iterator[Session]:
        address = spot()
        postgres.fill(address=address, parts=scope.parts)
        with postgres.session(replace(scope, parts=()), address=address) as session:
            yield session

    return opened


@pytest.fixture(params=["duckdb", pytest.param("postgresql", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest) -> Opens:
    """A session of each engine over the lines of a scope."""
    return duck.session if request.param == "duckdb" else request.getfixturevalue("in_postgres")


@pytest.fixture
def place(tmp_path: Path) -> Callable[[], Path]:
    """place() is a folder that is not there yet."""
    return lambda: tmp_path / secrets.token_hex(6)
