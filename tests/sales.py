"""A small firm's sales, made by rule: what the tests above the ledger import, and the sums they may expect of it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from tests.ledger.ledgers import HEADER, csv_of, take
from vitalfew.ledger.intake.report import ImportReport

NOW = datetime(2026, 2, 1, 9, 0, tzinfo=UTC)
FIRST = date(2024, 1, 1)
LAST = date(2025, 12, 28)


def monthly(customers: int = 8, *, months: int = 24) -> list[tuple[object, ...]]:
    """One invoice a month for each customer, from January 2024: customer n of `customers` buys for (customers − n + 1) × 10.00.

    Customer n buys on the n-th day, the last one of eight on the 8th; a line on the last day closes the window.
    """
    return [
        (f"{month:02}-{n:03}", _day(month, n).isoformat(), f"C{n}", f"I{n % 3}", 1, f"{(customers - n + 1) * 10}.00")
        for month in range(months)
        for n in range(1, customers + 1)
    ]


def write(path: Path, rows: Iterable[Sequence[object]], header: Sequence[str] = HEADER) -> Path:
    """Rows as a CSV file."""
    path.write_text(csv_of(rows, header))
    return path


def brought(
    folder: Path,
    rows: Iterable[Sequence[object]] | None = None,
    *,
    name: str = "sales.csv",
    header: Sequence[str] = HEADER,
) -> ImportReport:
    """Rows (the monthly ones unless given) imported into the ledger of the home."""
    return take(write(folder / name, monthly() if rows is None else rows, header))


def _day(month: int, n: int) -> date:
    return date(2024 + month // 12, month % 12 + 1, (n - 1) % 28 + 1)
