"""A ledger of the test's own, and a way to hand files to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from tests.ledger.ledgers import HEADER, csv_of, take
from vitalfew.ledger.intake.report import ImportReport


@pytest.fixture
def ledger(db, home: Path) -> Path:
    """An empty ledger in a data folder of its own."""
    return home


@pytest.fixture
def bring(ledger: Path, tmp_path: Path) -> Callable[..., ImportReport]:
    """bring(rows, header=…, name=…, **wishes) imports a CSV with these rows."""

    def bring_it(
        rows: Iterable[Sequence[object]], *, header: Sequence[str] = HEADER, name: str = "sales.csv", **wishes: object
    ) -> ImportReport:
        path = tmp_path / name
        path.write_text(csv_of(rows, header))
        return take(path, **wishes)

    return bring_it
