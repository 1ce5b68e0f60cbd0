"""An installation of a test's own, in processes of its own, on SQLite or on the PostgreSQL that the suite runs on."""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from tests.sales import monthly, write

ROOT = Path(__file__).parents[3]
PASSING = {"use.lock", "writing.lock", "refresh.lock", "audit.head.lock", "backup.lock", "clock.lock", "restore.lock"}
MEASURES = """
import json
from datetime import date
from vitalfew.ledger import batches, measuring
with measuring.session(batches.scope(as_of=date(2199, 12, 31))) as opened:
    found = {name: sorted(map(str, measuring.measured(opened, name, as_of=date(2199, 12, 31), since=date(2000, 1, 1)).to_pylist()))
             for name in ("ledger_totals", "account_totals", "account_months")}
print(json.dumps(found))
"""


@dataclass(frozen=True, slots=True)
class Installation:
    """A data folder and its database: `address` is empty for SQLite."""

    home: Path
    address: str = ""

    @property
    def environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("VITALFEW_", "DJANGO_"))}
        own = {
            "VITALFEW_HOME": str(self.home),
            "PYTHONPATH": str(ROOT),
            "DJANGO_SETTINGS_MODULE": "vitalfew.config.settings",
        }
        return kept | own | ({"VITALFEW_DATABASE": self.address} if self.address else {})

    def started(self, *words: object, **more: Any) -> subprocess.Popen[str]:
        """A command on its way."""
        return subprocess.Popen(
            [sys.executable, "-m", "vitalfew", *map(str, words)], env=self.environment | more.pop("env", {}), text=True,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more,
        )  # fmt: skip

    def run(self, *words: object, **env: str) -> subprocess.CompletedProcess[str]:
        """A command to its end, however that is."""
        with self.started(*words, env=env) as running:
            out, err = running.communicate(timeout=300)
        return subprocess.CompletedProcess(words, running.returncode, out, err)

    def do(self, *words: object, **env: str) -> str:
        """A command that must succeed."""
        done = self.run(*words, **env)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def script(self, source: str, *words: object) -> str:
        """What a few lines of Python print that know this installation's records."""
        done = subprocess.run(
            [sys.executable, "-c", f"import django; django.setup()\n{source}", *map(str, words)],
            env=self.environment, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return done.stdout

    def rows(self) -> dict[str, list[str]]:
        """Every table, row by row, column by column."""
        return self._postgres_rows() if self.address else self._sqlite_rows()

    def files(self) -> dict[str, str]:
        """Every file with the digest of its bytes, but locks; SQLite's own are told as rows."""
        return {
            str(path.relative_to(self.home)): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in self.home.rglob("*")
            if path.is_file() and path.name not in PASSING and "sqlite3" not in path.name
        }

    def data(self) -> dict[str, str]:
        """The files that are data: parts, stored files, plays and keys of the state in use."""
        rooms = ("ledger/parts/", "files/", "plays/", "secret.key", "audit.key")
        return {name: digest for name, digest in self.files().items() if name.startswith(rooms)}

    def state(self) -> tuple[dict[str, list[str]], dict[str, str]]:
        """All rows and all files."""
        return self.rows(), self.files()

    def measures(self) -> dict[str, list[str]]:
        """What the ledger's measures say."""
        found: dict[str, list[str]] = json.loads(self.script(MEASURES))
        return found

    def execute(self, statement: str) -> None:
        """Change the database behind the product's back."""
        if self.address:
            with psycopg.connect(self.address) as opened:
                opened.execute(statement.encode())
            return
        with closing(sqlite3.connect(self.home / "vitalfew.sqlite3", timeout=30)) as opened, opened:
            opened.execute(statement)

    def _sqlite_rows(self) -> dict[str, list[str]]:
        with closing(sqlite3.connect(self.home / "vitalfew.sqlite3", timeout=30)) as opened:
            tables = [row[0] for row in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
            return {table: sorted(map(repr, opened.execute(f"SELECT * FROM {table}"))) for table in sorted(tables)}

    def _postgres_rows(self) -> dict[str, list[str]]:
        with psycopg.connect(self.address) as opened:
            found = opened.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()").fetchall()
            every = sql.SQL("SELECT * FROM {}")
            return {
                table: sorted(map(repr, opened.execute(every.format(sql.Identifier(table))).fetchall()))
                for (table,) in sorted(found)
            }


def fresh(folder: Path) -> Installation:
    """An empty one; its database, where it is PostgreSQL's, goes with the throw-away server."""
    server = os.environ.get("VITALFEW_DATABASE", "")
    if not server.startswith("postgres"):
        return Installation(folder / "home")
    name = f"backup_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as opened:
        opened.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    address, mark, query = server.partition("?")
    return Installation(folder / "home", f"{address.rpartition('/')[0]}/{name}{mark}{query}")


def stocked(folder: Path) -> Installation:
    """One with two batches, an undone one, a refused row, a key account, and people of two roles."""
    firm = fresh(folder)
    rows = monthly()
    firm.do("import", write(folder / "first.csv", rows[:96]))
    firm.do("import", write(folder / "second.csv", [*rows[90:], ("X", "no day", "C1", "I1", 1, "1.00")]))
    firm.do("import", write(folder / "third.csv", [("U1", "2025-11-11", "C9", "I1", 3, "7.00")]))
    firm.do("batches", "--undo", 3)
    firm.do("refresh")
    firm.do("admin", "create", "alice@example.org", "Alice Head")
    firm.do("people", "add", "ben@example.org", "Ben", "--role", "viewer")
    firm.do("designate", "C1", "--reason", "Carries the region")
    return firm
