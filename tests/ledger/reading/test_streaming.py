"""Rows, their numbers and what is no row, against Python's csv module and in small blocks."""

from __future__ import annotations

import csv
import io
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ledger.reading import hostile, ugly
from tests.ledger.reading.conftest import rows_of, whole
from vitalfew.ledger.reading.encoding import Encoding
from vitalfew.ledger.reading.fitting import BLANK, Layout
from vitalfew.ledger.reading.limits import Limits
from vitalfew.ledger.reading.streaming import streamed
from vitalfew.ledger.reading.table import BadRow, Block, joined

WIDTH = 3
CELLS = st.text(alphabet='ab,"\n\r é€\u3042', max_size=6)
PLAIN = st.text(alphabet='ab" é', max_size=4)
ENDS = st.sampled_from(["\n", "\r\n", "\r"])


def layout_of(path: Path, *, block: int, header_row: int = 1) -> Layout:
    return Layout(
        path=path,
        name="random.csv",
        encoding=Encoding("utf-8"),
        delimiter=",",
        quote='"',
        skip=0,
        header_row=header_row,
        columns=("One", "Two", "Three"),
        hidden=0,
        limits=Limits(block_bytes=block),
    )


@st.composite
def tables(draw):
    """Rows of mostly three cells, some ragged, some blank, quoted or not, as one text."""
    out = io.StringIO()
    end = draw(ENDS)
    for cells in draw(
        st.lists(st.lists(CELLS, min_size=1, max_size=5) | st.lists(CELLS, min_size=3, max_size=3), min_size=1)
    ):
        quoting = draw(st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]))
        csv.writer(out, lineterminator=end, quoting=quoting).writerow(cells)
        if draw(st.integers(0, 5)) == 0:
            out.write(draw(st.sampled_from([end, ",," + end, "  " + end, ",,,," + end])))
        if draw(st.integers(0, 5)) == 0:
            # Quotes inside a cell that starts without one mean nothing.
            out.write(f"a{draw(PLAIN)},{draw(PLAIN).lstrip(chr(34))},5{chr(34)}{end}")
    return out.getvalue()


def by_the_book(text: str):
    """What Python's csv module reads, sorted by the same rules."""
    good, bad, blank = [], [], 0
    for row, cells in enumerate(csv.reader(io.StringIO(text, newline="")), start=2):
        if not any(cell.strip(BLANK) for cell in cells):
            blank += 1
        elif len(cells) < WIDTH:
            bad.append((row, "ABC"[len(cells)], "too-few-cells"))
        elif any(cells[WIDTH:]):
            surplus = next(place for place in range(WIDTH, len(cells)) if cells[place])
            bad.append((row, "ABCDEFG"[surplus], "too-many-cells"))
        elif len(cells) == WIDTH and (torn := [place for place, cell in enumerate(cells) if _torn(cell)]):
            bad.append((row, "ABC"[torn[0]], "unclosed-quote"))
        else:
            good.append((row, *(cell or None for cell in cells[:WIDTH])))
    return good, bad, blank


def _one_break(cell: str | None) -> str | None:
    """Arrow's reader drops the second half of a CRLF inside quotes where a block of the file ends between the two."""
    return cell and cell.replace("\r\n", "\r")


def _torn(cell: str) -> bool:
    return ("\n" in cell or "\r" in cell) and cell.count(",") >= WIDTH - 1


@settings(max_examples=200, deadline=None)
@given(text=tables(), block=st.sampled_from([64, 100, 1 << 20]))
def test_random_tables_read_like_pythons_csv_module(text: str, block: int):
    good, bad, blank = by_the_book(text)
    if not good and not bad:
        return
    with tempfile.TemporaryDirectory() as folder:
        path = ugly.written(Path(folder), "random.csv", text)
        found = joined(list(streamed(layout_of(path, block=block))), columns=("One", "Two", "Three"))
    assert [(int(row), *map(_one_break, cells)) for row, cells in zip(found.rows, rows_of(found), strict=True)] == [
        (row, *map(_one_break, cells)) for row, *cells in good
    ]
    assert [(each.row, each.cell, each.reason) for each in found.bad] == bad
    assert found.blank == blank


def test_blocks_are_small_and_numbers_run_on(tmp_path: Path):
    lines = [f"{number},x,y\n" if number % 7 else f"{number},x\n" for number in range(2, 5_000)]
    path = ugly.written(tmp_path, "many.csv", "".join(lines))
    blocks = list(streamed(layout_of(path, block=1_000)))
    assert max(len(block.rows) for block in blocks) < 200
    assert [int(row) for block in blocks for row in block.rows] == [row for row in range(2, 5_000) if row % 7]
    assert [bad.row for block in blocks for bad in block.bad] == [row for row in range(2, 5_000) if not row % 7]
    assert [text for block in blocks for text in block.cells["One"].to_pylist()] == [
        str(row) for row in range(2, 5_000) if row % 7
    ]


def test_table_reads_the_same_again(tmp_path: Path, opened):
    table = opened(ugly.ragged(tmp_path))
    assert rows_of(whole(table)) == rows_of(whole(table))
    assert len(rows_of(whole(table))) == 6


def test_bad_rows_name_their_first_wrong_cell(tmp_path: Path, opened):
    found = whole(opened(ugly.ragged(tmp_path)))
    assert found.bad == (
        BadRow(5, "G", "too-many-cells", "1003,2024-03-16,Bolt, Nut & Co,Nut,1,2.50"),
        BadRow(7, "C", "too-few-cells", "1004,2024-03-17"),
    )
    assert (found.rows.tolist(), found.blank) == ([2, 3, 4, 9, 10, 11], 2)


def test_rows_swallowed_by_a_quote_are_named(tmp_path: Path, opened):
    found = whole(opened(ugly.swallowed_rows(tmp_path)))
    assert [(bad.row, bad.cell, bad.reason) for bad in found.bad] == [(5, "C", "unclosed-quote")]
    assert found.rows.tolist() == [2, 3, 4, 6, 7, 8]


def test_surplus_empty_cells_do_no_harm(tmp_path: Path, opened):
    text = ugly.delimited() + "1003,2024-03-16,Bolt Ltd,Nut,1,2.50,,\n" + ugly.delimited(ugly.ROWS)
    found = whole(opened(ugly.written(tmp_path, "some.csv", text)))
    assert (found.rows.tolist(), found.bad) == ([2, 3, 4, 5, 6, 7, 8], ())
    assert rows_of(found)[3] == ("1003", "2024-03-16", "Bolt Ltd", "Nut", "1", "2.50")


def test_value_beyond_the_named_columns_is_refused(tmp_path: Path, opened):
    rows = [(*row, "") for row in ugly.ROWS] * 5_000
    text = ugly.delimited([ugly.HEADER, *rows, (*ugly.ROWS[0], "note"), *rows])
    found = whole(opened(ugly.written(tmp_path, "late.csv", text)))
    assert [(bad.row, bad.cell, bad.reason) for bad in found.bad] == [(15_002, "G", "too-many-cells")]
    assert len(found.rows) == 30_000


def test_sample_stops_at_the_rows_asked_for(tmp_path: Path, opened):
    text = ugly.delimited([ugly.HEADER, *ugly.ROWS * 1_000]) + "odd,row\n" + ugly.delimited(ugly.ROWS)
    table = opened(ugly.written(tmp_path, "long.csv", text))
    sample = table.sample(100)
    assert (sample.rows.tolist(), sample.bad) == (list(range(2, 102)), ())
    assert len(table.sample().rows) == 3_003
    assert [bad.row for bad in table.sample().bad] == [3_002]


def test_sample_joins_blocks_under_one_dictionary(tmp_path: Path, opened):
    text = ugly.delimited([ugly.HEADER, *([str(number), *ugly.ROWS[0][1:]] for number in range(1_000))])
    table = opened(ugly.written(tmp_path, "long.csv", text), Limits(block_bytes=2_000))
    sample = table.sample(500)
    assert sample.cells["Invoice"].to_pylist() == [str(number) for number in range(500)]
    assert sample.cells["Customer"].dictionary.to_pylist() == ["Müller GmbH"]


def test_last_cell_of_nothing_but_quotes_is_complete(tmp_path: Path, opened):
    for ending in ('""', '""""', '"a"""'):
        text = ugly.delimited() + "1003,2024-03-16,Bolt Ltd,Nut,1," + ending
        assert len(whole(opened(ugly.written(tmp_path, "end.csv", text))).rows) == 4


PEAK = r"""
import re, sys
from pathlib import Path
from tests.ledger.reading.conftest import header_score
from vitalfew.ledger.reading.opening import open_table
from vitalfew.ledger.reading.refusal import Unreadable
path = Path(sys.argv[1])
rows = 0
try:
    table = open_table(path=path, name=path.name, workspace=path.parent, header_score=header_score)
    for block in table.blocks():
        rows += len(block.rows)
except Unreadable as refusal:
    rows = type(refusal).__name__
# Not getrusage: its peak includes the parent's from before the start of this program.
print(rows, int(re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
"""


def peak_of(path: Path) -> tuple[str, int]:
    """(rows read or the refusal's name, peak memory in MB) in a process of its own."""
    ran = subprocess.run([sys.executable, "-c", PEAK, str(path)], capture_output=True, text=True, check=True)
    rows, peak = ran.stdout.split()
    return rows, int(peak)


@pytest.mark.parametrize("writer", [hostile.huge_cell, hostile.huge_first_cell])
def test_hundred_megabyte_cell_is_refused_cheaply(tmp_path: Path, writer):
    reason, peak = peak_of(writer(tmp_path))
    assert reason == "CellTooLarge"
    assert peak < 300


def test_memory_does_not_grow_with_length(tmp_path: Path):
    line = ugly.delimited(ugly.ROWS[:1]).encode() * 1_000
    peaks = []
    for thousands in (2_000, 6_000):
        path = tmp_path / f"{thousands}.csv"
        with path.open("wb") as file:
            file.write(ugly.delimited([ugly.HEADER]).encode())
            for _ in range(thousands):
                file.write(line)
        rows, peak = peak_of(path)
        assert rows == str(thousands * 1_000)
        peaks.append(peak)
    assert peaks[1] < 1.25 * peaks[0]


def test_blocks_hold_plain_text_dictionaries(tmp_path: Path, opened):
    block = next(opened(ugly.plain(tmp_path)).blocks())
    assert isinstance(block, Block)
    assert {str(column.type) for column in block.cells.values()} == {
        "dictionary<values=string, indices=int32, ordered=0>"
    }
