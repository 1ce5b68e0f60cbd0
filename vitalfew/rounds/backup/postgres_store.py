"""PostgreSQL at one moment, by its own tools; a restored store is made ready in a schema of its own beside the present one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

import psycopg
from psycopg import sql

from vitalfew.ground.errors import Refusal
from vitalfew.rounds.backup import layout
from vitalfew.rounds.backup.moment import Tell

_HARMLESS = (" SCHEMA ", " EXTENSION ", " COMMENT - EXTENSION ", " ACL ", " DEFAULT ACL ")


class ToolMissing(Refusal):
    """PostgreSQL's own tools are needed and not installed."""


class ToolFailed(Refusal):
    """One of PostgreSQL's tools did not do its work. Nothing was changed."""


@dataclass(frozen=True, slots=True)
class PostgresMoment:
    """An open repeatable read transaction, and the name under which other sessions can see the same moment."""

    opened: psycopg.Connection[tuple[Any, ...]]
    settings: Mapping[str, Any]
    schema: str
    snapshot: str
    kind: str = "postgresql"
    member: str = layout.DUMP

    def tables(self) -> set[str]:
        """The names of all tables."""
        return {row[0] for row in self.rows("SELECT tablename FROM pg_tables WHERE schemaname = current_schema()")}

    def rows(self, statement: str) -> list[tuple[Any, ...]]:
        """What a question finds."""
        found: list[tuple[Any, ...]] = self.opened.execute(statement.encode()).fetchall()
        return found

    def copy(self, to: Path, tell: Tell) -> None:
        """Dump the schema of our tables in PostgreSQL's custom format, which is compressed."""
        tell(0.0)
        words = ["--format=custom", "--no-owner", "--no-privileges", f"--schema={_pattern(self.schema)}"]
        _run(_command("pg_dump", self.settings, [*words, f"--snapshot={self.snapshot}", f"--file={to}"]), self.settings)
        tell(1.0)


def address_of(settings: Mapping[str, Any]) -> str:
    """Django's settings of a database as an address."""
    who = quote(settings.get("USER") or "", safe="")
    who += f":{quote(settings['PASSWORD'], safe='')}" if settings.get("PASSWORD") else ""
    where = quote(settings.get("HOST") or "", safe="[]:" if "[" in (settings.get("HOST") or "") else "") + (
        f":{settings['PORT']}" if settings.get("PORT") else ""
    )
    own = {name: value for name, value in settings.get("OPTIONS", {}).items() if isinstance(value, str)}
    words = urlencode(own, quote_via=quote)
    return f"postgresql://{who}{'@' if who else ''}{where}/{quote(settings['NAME'])}{'?' if words else ''}{words}"


@contextmanager
def moment(address: str, settings: Mapping[str, Any]) -> Iterator[PostgresMoment]:
    """The store's present moment, kept until the block ends. `settings` are Django's for the same database."""
    _found("pg_dump")
    with closing(psycopg.connect(address)) as opened:
        opened.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        opened.read_only = True
        row = opened.execute("SELECT current_schema(), pg_export_snapshot()").fetchone()
        schema, snapshot = row if row else ("public", "")
        yield PostgresMoment(opened, settings, schema or "public", snapshot)


def live_schema(address: str) -> str:
    """The schema that holds our tables at present."""
    with closing(psycopg.connect(address)) as opened:
        row = opened.execute("SELECT current_schema()").fetchone()
    return str(row[0]) if row and row[0] else "public"


def stage(dump: Path, *, address: str, settings: Mapping[str, Any], schema: str, fresh: str) -> None:
    """Restore a dump of `schema` into a new schema `fresh`, all or nothing; the present one is only moved aside within the transaction.

    What was restored names its own schema, so it is made under that name and renamed before anybody can see it.
    """
    psql = _command("psql", settings, ["-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-f", "-"])
    script = _script(dump)
    aside = f"{fresh}_aside"
    with closing(psycopg.connect(address)) as opened:
        taken = opened.execute("SELECT 1 FROM pg_namespace WHERE nspname = %s", [schema]).fetchone() is not None
        names = {
            name: sql.Identifier(word).as_string(opened)
            for name, word in (("own", schema), ("aside", aside), ("fresh", fresh))
        }
    before = "ALTER SCHEMA {own} RENAME TO {aside};\n" if taken else ""
    after = "ALTER SCHEMA {aside} RENAME TO {own};\n" if taken else ""
    try:
        _feed(
            psql,
            settings,
            before=(before + "CREATE SCHEMA {own};\n").format(**names),
            script=script,
            after=("\nALTER SCHEMA {own} RENAME TO {fresh};\n" + after).format(**names),
        )
    finally:
        script.unlink()


def drop_fresh(address: str, fresh: str) -> None:
    """Remove what was made ready and is not needed."""
    with psycopg.connect(address) as opened:
        opened.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(fresh)))


def leftovers(address: str, beginning: str) -> list[str]:
    """Schemas that restores which died have left."""
    with psycopg.connect(address) as opened:
        rows = opened.execute("SELECT nspname FROM pg_namespace WHERE starts_with(nspname, %s)", [beginning])
        return [str(row[0]) for row in rows.fetchall()]


def inside(address: str, schema: str) -> str:
    """The address of the same database, seen from another schema."""
    parts = urlsplit(address)
    words = dict(parse_qsl(parts.query))
    words["options"] = f"{words.get('options', '')} -csearch_path={schema}".strip()
    return urlunsplit(parts._replace(query=urlencode(words, quote_via=quote)))


def _script(dump: Path) -> Path:
    """The dump as SQL, without making schemas, extensions and rights, which are the target's own affair."""
    tool = _found("pg_restore")
    listed = subprocess.run([tool, "--list", str(dump)], capture_output=True, text=True, check=False)
    if listed.returncode:
        raise ToolFailed(f"pg_restore cannot read the backup's store: {_last(listed.stderr)} Nothing was changed.")
    wanted = dump.with_suffix(".list")
    wanted.write_text("".join(line for line in listed.stdout.splitlines(True) if not _left_out(line)))
    script = dump.with_suffix(".sql")
    words = ["--no-owner", "--no-privileges", f"--use-list={wanted}", f"--file={script}", str(dump)]
    _run([tool, *words], {})
    wanted.unlink()
    return script


def _left_out(line: str) -> bool:
    return any(word in line for word in _HARMLESS)


def _feed(words: list[str], settings: Mapping[str, Any], *, before: str, script: Path, after: str) -> None:
    """Give psql a script with something before and behind it, as one transaction."""
    with (
        script.with_suffix(".log").open("w+") as log,
        subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=log, env=_environment(settings)
        ) as psql,
        script.open("rb") as middle,
    ):
        assert psql.stdin is not None
        try:
            psql.stdin.write(before.encode())
            shutil.copyfileobj(middle, psql.stdin, 1 << 20)
            psql.stdin.write(after.encode())
            psql.stdin.close()
        except BrokenPipeError:
            pass  # it has ended; its log says why
        code = psql.wait()
        log.seek(0)
        said = log.read()
    if code:
        raise ToolFailed(f"PostgreSQL did not take the backup: {_last(said)} Nothing was changed.")


def _command(tool: str, settings: Mapping[str, Any], words: list[str]) -> list[str]:
    named = (("--host", "HOST"), ("--port", "PORT"), ("--username", "USER"))
    where = [f"{option}={settings[name]}" for option, name in named if settings.get(name)]
    return [_found(tool), *where, f"--dbname={settings['NAME']}", "--no-password", *words]


def _environment(settings: Mapping[str, Any]) -> dict[str, str]:
    """The password and the ways of connecting: never words of the call, which every user of the machine can see."""
    found = dict(os.environ)
    if settings.get("PASSWORD"):
        found["PGPASSWORD"] = str(settings["PASSWORD"])
    for name, value in settings.get("OPTIONS", {}).items():
        if name in ("sslmode", "sslrootcert", "sslcert", "sslkey", "service", "passfile", "options"):
            found[f"PG{name.upper()}"] = str(value)
    return found


def _run(words: list[str], settings: Mapping[str, Any]) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False, env=_environment(settings))
    if done.returncode:
        raise ToolFailed(f"{Path(words[0]).name} failed: {_last(done.stderr)} Nothing was changed.")


def _found(tool: str) -> str:
    found = shutil.which(tool)
    if found is None:
        raise ToolMissing(
            f"{tool} is not installed here: install PostgreSQL's client tools (on Debian: apt install postgresql-client),"
            " at least of the server's version. Nothing was changed."
        )
    return found


def _pattern(schema: str) -> str:
    """A schema's name where pg_dump expects a pattern."""
    return '"' + schema.replace('"', '""') + '"'


def _last(said: str) -> str:
    return " ".join(said.split())[-400:]
