"""What an import asks of the stored parts: which invoices came again, alike or changed, and which have vanished."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from vitalfew.ledger.engines import duck

# What a line says; its kind is our reading of it and may change with the rules.
_CONTENT = (
    "hash(customer, item, day, quantity_e6, unit_price_e6, list_price_e6, amount, cost, currency::VARCHAR)::HUGEINT"
)
_VANISHED_SHOWN = 2_000


@dataclass(frozen=True, slots=True)
class Overlap:
    """What a new file's invoices mean for those already there, counted in invoices."""

    new: int
    replaced: int
    unchanged: int
    unchanged_lines: int
    vanished: int
    vanished_shown: tuple[str, ...]
    reused: int
    reused_example: str


NOTHING_THERE = Overlap(0, 0, 0, 0, 0, (), 0, "")


def count_invoices(folder: Path, draft: Path) -> int:
    """How many invoices a draft holds."""
    with duck.connection(folder, memory=duck.IMPORT_MEMORY) as opened:
        return int(_one(opened, f"SELECT COUNT(*) FROM (SELECT invoice FROM {duck.files([draft])} GROUP BY invoice)"))


def count_lines(folder: Path, *, parts: Sequence[Path], superseded: Sequence[Path]) -> int:
    """How many lines some parts hold that no list supersedes."""
    if not parts:
        return 0
    with duck.connection(folder, memory=duck.IMPORT_MEMORY) as opened:
        masked = (
            f" ANTI JOIN {duck.files(superseded)} s ON s.batch = l.batch AND s.invoice = l.invoice"
            if superseded
            else ""
        )
        return _one(opened, f"SELECT COUNT(*) FROM {duck.files(parts)} l{masked}")


def compare(
    folder: Path, *, draft: Path, parts: Sequence[Path], superseded: Sequence[Path], first: date, last: date
) -> tuple[Overlap, Path | None, Path | None]:
    """Compare a draft with the stored parts.

    Writes beside the draft, where there is something to say, the list of (batch, invoice) that the draft supersedes
    and the list of those it repeats unchanged, and returns their paths.
    """
    with duck.connection(folder, memory=duck.IMPORT_MEMORY) as opened:
        alive = f"SELECT l.* FROM {duck.files(parts)} l" + (
            f" ANTI JOIN {duck.files(superseded)} s ON s.batch = l.batch AND s.invoice = l.invoice"
            if superseded
            else ""
        )
        opened.execute(
            f"""CREATE TEMP TABLE fresh AS SELECT invoice::VARCHAR AS invoice, COUNT(*) AS n, SUM({_CONTENT}) AS content,
            MIN(day) AS day, MIN(customer) AS customer FROM {duck.files([draft])} GROUP BY invoice"""
        )
        opened.execute(
            f"""CREATE TEMP TABLE former AS SELECT l.invoice::VARCHAR AS invoice, COUNT(*) AS n, SUM({_CONTENT}) AS content,
            MIN(day) AS day, MIN(customer) AS customer FROM ({alive}) l
            SEMI JOIN fresh f ON f.invoice = l.invoice GROUP BY l.invoice"""
        )
        opened.execute(
            """CREATE TEMP TABLE met AS SELECT f.invoice, f.n = o.n AND f.content = o.content AS same, f.n AS n,
            f.customer <> o.customer AND abs(date_diff('day', o.day, f.day)) > 180 AS reused
            FROM fresh f JOIN former o ON o.invoice = f.invoice"""
        )
        overlap = _counted(opened, alive, first, last)
        # Of changed invoices all earlier versions, masked ones too, so that undoing any batch between leaves no gap;
        # of unchanged ones only the version that counts now, since an earlier one may say something else.
        stored = duck.files(parts)
        superseded_list = (
            _listed(opened, draft.with_name("superseded.parquet"), stored, "NOT same") if overlap.replaced else None
        )
        same_list = (
            _listed(opened, draft.with_name("confirmed.parquet"), f"({alive})", "same") if overlap.unchanged else None
        )
    return overlap, superseded_list, same_list


def without(folder: Path, *, draft: Path, confirmed: Path | None, by_day: bool, out: Path) -> int:
    """Write the draft anew without the invoices it repeats unchanged, in order of days; the number of lines left."""
    with duck.connection(folder, memory=duck.IMPORT_MEMORY) as opened:
        but = f" WHERE invoice NOT IN (SELECT invoice FROM {duck.files([confirmed])})" if confirmed else ""
        return _copied(opened, f"SELECT * FROM {duck.files([draft])}{but}" + (" ORDER BY day" if by_day else ""), out)


def speaks_of(folder: Path, listed: Path, batch: int) -> bool:
    """True when a list of (batch, invoice) names an invoice of `batch`."""
    with duck.connection(folder, memory=duck.IMPORT_MEMORY) as opened:
        return _one(opened, f"SELECT COUNT(*) FROM {duck.files([listed])} WHERE batch = {batch:d}") > 0


@dataclass(frozen=True, slots=True)
class Gift:
    """Invoices of batch `old`, about to be undone, that go to batch `new`: those of its `confirmed` list, `but` these."""

    old: int
    new: int
    confirmed: Path
    but: tuple[Path, ...] = ()

    @property
    def invoices(self) -> str:
        """The gift's invoices as a relation."""
        others = (
            f" AND invoice NOT IN (SELECT invoice FROM {duck.files(self.but)} WHERE batch = {self.old:d})"
            if self.but
            else ""
        )
        return f"(SELECT DISTINCT invoice FROM {duck.files([self.confirmed])} WHERE batch = {self.old:d}{others})"


def rescue(folder: Path, *, parts: Sequence[Path], gift: Gift, out: Path) -> int:
    """Write the gift's lines as lines of the batch that gets them; the number of lines."""
    with duck.connection(folder, memory=duck.IMPORT_MEMORY) as opened:
        query = (
            f"SELECT {gift.new:d}::INTEGER AS batch, l.* EXCLUDE (batch) FROM {duck.files(parts)} l"
            f" SEMI JOIN {gift.invoices} g ON g.invoice = l.invoice ORDER BY day"
        )
        return _copied(opened, query, out)


def inherit(folder: Path, *, lists: Sequence[Path], gift: Gift, out: Path) -> None:
    """Write the heir's list of superseded invoices: its own, and the undone batch's (first of `lists`) for the gift."""
    own = f" UNION SELECT batch, invoice FROM {duck.files(lists[1:])}" if lists[1:] else ""
    with duck.connection(folder, memory=duck.IMPORT_MEMORY) as opened:
        _copied(
            opened,
            f"SELECT l.batch, l.invoice FROM {duck.files(lists[:1])} l SEMI JOIN {gift.invoices} g ON g.invoice = l.invoice{own}",
            out,
        )


def readdress(folder: Path, *, listed: Path, gift: Gift, out: Path) -> None:
    """Write a list anew so that what it says of the gift's invoices under their old batch it says of the new one too."""
    with duck.connection(folder, memory=duck.IMPORT_MEMORY) as opened:
        query = (
            f"SELECT batch, invoice FROM {duck.files([listed])} UNION SELECT {gift.new:d}::INTEGER AS batch, l.invoice"
            f" FROM {duck.files([listed])} l SEMI JOIN {gift.invoices} g ON g.invoice = l.invoice WHERE l.batch = {gift.old:d}"
        )
        _copied(opened, query, out)


def _counted(opened: duckdb.DuckDBPyConnection, alive: str, first: date, last: date) -> Overlap:
    total = int(_one(opened, "SELECT COUNT(*) FROM fresh"))
    row = opened.execute(
        """SELECT COUNT(*) FILTER (NOT same AND NOT reused), COUNT(*) FILTER (same), COALESCE(SUM(n) FILTER (same), 0),
        COUNT(*) FILTER (reused AND NOT same), MIN(invoice) FILTER (reused AND NOT same), COUNT(*) FROM met"""
    ).fetchall()[0]
    opened.execute(
        f"""CREATE TEMP TABLE vanished AS SELECT DISTINCT invoice::VARCHAR AS invoice FROM ({alive}) l
        ANTI JOIN fresh f ON f.invoice = l.invoice WHERE l.day BETWEEN ? AND ?""",
        [first, last],
    )
    shown = opened.execute(f"SELECT invoice FROM vanished ORDER BY invoice LIMIT {_VANISHED_SHOWN}").fetchall()
    return Overlap(
        new=total - int(row[5]),
        replaced=int(row[0]),
        unchanged=int(row[1]),
        unchanged_lines=int(row[2]),
        vanished=int(_one(opened, "SELECT COUNT(*) FROM vanished")),
        vanished_shown=tuple(invoice for (invoice,) in shown),
        reused=int(row[3]),
        reused_example=row[4] or "",
    )


def _listed(opened: duckdb.DuckDBPyConnection, out: Path, versions: str, which: str) -> Path:
    """Write (batch, invoice) of those `versions` whose invoice came again, the same or not."""
    query = (
        f"SELECT DISTINCT l.batch, l.invoice::VARCHAR AS invoice FROM {versions} l"
        f" SEMI JOIN (SELECT invoice FROM met WHERE {which}) m ON m.invoice = l.invoice"
    )
    _copied(opened, query, out)
    return out


def _copied(opened: duckdb.DuckDBPyConnection, query: str, out: Path) -> int:
    return int(
        _one(opened, f"COPY ({query}) TO {duck.quoted(out)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)")
    )


def _one(opened: duckdb.DuckDBPyConnection, query: str) -> int:
    return int(opened.execute(query).fetchall()[0][0])
