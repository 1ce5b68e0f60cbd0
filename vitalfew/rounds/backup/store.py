"""The operational store of this installation, whichever it is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import psycopg
from django.db import connection

from vitalfew.ground.errors import Refusal
from vitalfew.rounds.backup import postgres_store, sqlite_store
from vitalfew.rounds.backup.moment import Moment


class StoreRefused(Refusal):
    """The database did not do what a backup needs."""


def kind() -> str:
    """sqlite or postgresql."""
    return connection.vendor


def settings() -> dict[str, Any]:
    """Django's settings of the store."""
    return dict(connection.settings_dict)


def address() -> str:
    """Where the store is, for PostgreSQL; nothing for SQLite."""
    return postgres_store.address_of(settings()) if kind() == "postgresql" else ""


def moment() -> AbstractContextManager[Moment]:
    """The store's present moment, kept until the block ends."""
    if kind() == "postgresql":
        return postgres_store.moment(address(), settings())
    return sqlite_store.moment(str(settings()["NAME"]))


@contextmanager
def told(what: str) -> Iterator[None]:
    """What the database refuses, as a sentence."""
    try:
        yield
    except (sqlite3.Error, psycopg.Error) as error:
        raise StoreRefused(f"{what}: the database says “{' '.join(str(error).split())[:300]}”.") from error
