"""Parquet of any column type as canonical text."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.ledger.reading import ugly
from tests.ledger.reading.conftest import rows_of, whole
from vitalfew.ledger.reading.limits import Limits
from vitalfew.ledger.reading.refusal import Unreadable


def test_every_type_becomes_its_canonical_text(tmp_path: Path, opened):
    table = opened(ugly.parquet(tmp_path))
    found = whole(table)
    assert (table.kind, table.header_row, table.header_rows) == ("parquet", 0, 0)
    assert rows_of(found) == [
        ("1001", "2024-03-04T08:30:00", "2024-03-04T08:30:00", "Bolt Ltd", "5", "2.5", "true", '["a", "b"]'),
        ("1001", "2024-03-05T00:00:00", None, None, "0.1", "10", "false", "[]"),
    ]
    assert (found.rows.tolist(), found.blank) == ([1, 2], 1)
    assert table.notes == ("Times are taken as the clock showed them in their time zone: Booked (Europe/London).",)


def test_rows_run_on_over_batches(tmp_path: Path, opened):
    path = tmp_path / "many.parquet"
    pq.write_table(pa.table({"Customer": [str(row) for row in range(1, 1_001)]}), path, row_group_size=300)
    blocks = list(opened(path, Limits(block_rows=70)).blocks())
    assert max(len(block.rows) for block in blocks) <= 70
    assert [int(row) for block in blocks for row in block.rows] == list(range(1, 1_001))
    assert [text for block in blocks for text in block.cells["Customer"].to_pylist()] == [
        str(row) for row in range(1, 1_001)
    ]


def test_damage_inside_is_found_while_reading(tmp_path: Path, opened):
    path = tmp_path / "torn.parquet"
    pq.write_table(pa.table({"Customer": [str(row) for row in range(100_000)]}), path)
    data = bytearray(path.read_bytes())
    data[2_000:60_000] = b"\xff" * 58_000
    path.write_bytes(data)
    table = opened(path)
    with pytest.raises(Unreadable) as caught:
        whole(table)
    assert str(caught.value).startswith(
        "torn.parquet is damaged: its rows after 0 cannot be read. Nothing was changed."
    )


def test_no_rows_means_nothing_to_import(tmp_path: Path, opened):
    path = tmp_path / "none.parquet"
    pq.write_table(pa.table({"Customer": pa.array([], pa.string())}), path)
    with pytest.raises(Unreadable) as caught:
        opened(path)
    assert str(caught.value).startswith("none.parquet has column names but no rows below them.")
