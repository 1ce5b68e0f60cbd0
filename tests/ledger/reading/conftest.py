"""Opening files in a folder of the test's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from vitalfew.ledger.reading.limits import DEFAULT_LIMITS, Limits
from vitalfew.ledger.reading.opening import open_table
from vitalfew.ledger.reading.table import Block, Table, joined

KNOWN = {
    "invoice",
    "date",
    "customer",
    "item",
    "quantity",
    "price",
    "amount",
    "no",
    "name",
    "invoice no",
    "invoice date",
}
KNOWN |= {"customer no", "customer name", "item no", "item name", "kunde", "menge"}


def header_score(cells: Sequence[str]) -> int:
    return sum(cell.strip().lower() in KNOWN for cell in cells)


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., Table]:
    """opened(path) opens a file as the import does."""
    workspace = tmp_path / "workspace"
    workspace.mkdir()

    def open_it(path: Path, limits: Limits = DEFAULT_LIMITS) -> Table:
        return open_table(path=path, name=path.name, workspace=workspace, header_score=header_score, limits=limits)

    return open_it


def whole(table: Table) -> Block:
    """All blocks of a table as one."""
    return joined(list(table.blocks()), columns=table.columns)


def rows_of(block: Block) -> list[tuple[str | None, ...]]:
    """The cells of a block row by row."""
    return list(zip(*(column.to_pylist() for column in block.cells.values()), strict=True))
