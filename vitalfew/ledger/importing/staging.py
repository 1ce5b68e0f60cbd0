"""A file on its way into the ledger: checked block by block into a draft aside, with an account of every line."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from vitalfew.ground.sheets import guarded
from vitalfew.ledger.importing.checking import Checker
from vitalfew.ledger.importing.lines import SCHEMA, Checked, Trouble
from vitalfew.ledger.reading.table import Block, Table, joined

_SHOWN = 5
_CHECKED_AT_ONCE = 65_000  # rows
_DIGESTS_AT_ONCE = 1_500_000
_EPOCH = date(1970, 1, 1)


@dataclass(slots=True)
class Tally:
    """The account of a file: its four kinds of lines add up to `file`."""

    file: int = 0
    stored: int = 0
    corrected: int = 0
    set_aside: int = 0
    refused: int = 0
    blank: int = 0
    nets: Counter[str] = field(default_factory=Counter)
    cuts: Counter[str] = field(default_factory=Counter)
    repeats: int = 0
    in_order: bool = True
    first: int | None = None
    last: int | None = None
    currencies: Counter[str] = field(default_factory=Counter)
    notices: Counter[str] = field(default_factory=Counter)
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[Trouble]] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """The currency most of the lines are in, "" where there are none."""
        return self.currencies.most_common(1)[0][0] if self.currencies else ""

    @property
    def net(self) -> int:
        """The sum of the lines in that currency, in its minor units: amounts of two currencies never meet."""
        return self.nets[self.currency]

    @property
    def cut(self) -> int:
        """What rounding took off these lines, exact − rounded, in 10⁻¹² units."""
        return self.cuts[self.currency]

    @property
    def period(self) -> tuple[date, date] | None:
        """The first and last day of the accepted lines."""
        if self.first is None or self.last is None:
            return None
        return _EPOCH + timedelta(days=self.first), _EPOCH + timedelta(days=self.last)


@dataclass(frozen=True, slots=True)
class Draft:
    """What lies aside after checking: the lines, the refused and set-aside rows, and the tally."""

    lines: Path
    troubles: Path | None
    tally: Tally


def stage(*, table: Table, checker: Checker, workspace: Path, progress: Callable[[int], None]) -> Draft:
    """Check all of `table` into files in `workspace`; memory does not grow with the file."""
    tally, lines, digests = Tally(), workspace / "lines.parquet", workspace / "digests.u64"
    troubles = _Troubles(workspace / "troubles.csv", table.columns)
    with pq.ParquetWriter(lines, SCHEMA, compression="zstd") as writer, digests.open("wb") as digest_file, troubles:
        for block in _ahead(table):
            checked = checker.check(block)
            if len(checked.lines):
                writer.write_table(checked.lines)
            digest_file.write(memoryview(checked.digests))  # a full disk is told by number, which tofile does not
            troubles.write(block, checked)
            _count(tally, block, checked)
            progress(tally.file)
    tally.repeats = repeats(digests)
    digests.unlink()
    return Draft(lines, troubles.path if tally.refused + tally.set_aside else None, tally)


def _ahead(table: Table) -> Iterator[Block]:
    """The table's blocks a few at a time, the next ones being read while the present are checked.

    Checking costs by the distinct texts of a block, so a few small blocks joined are cheaper than each by itself.
    """
    blocks = table.blocks()
    with ThreadPoolExecutor(max_workers=1) as reader:
        coming = reader.submit(_together, blocks, table.columns)
        while (block := coming.result()) is not None:
            coming = reader.submit(_together, blocks, table.columns)
            yield block


def _together(blocks: Iterator[Block], columns: Sequence[str]) -> Block | None:
    taken: list[Block] = []
    while sum(len(block.rows) for block in taken) < _CHECKED_AT_ONCE and (block := next(blocks, None)) is not None:
        taken.append(block)
    return joined(taken, columns=columns) if taken else None


def repeats(path: Path) -> int:
    """How many of the digests in a file repeat another, counted in bounded memory by ranges of their value."""
    total = path.stat().st_size // 8
    if not total:
        return 0
    parts = max(1, -(-total // _DIGESTS_AT_ONCE))
    distinct = 0
    for part in range(parts):
        low, high = part * (1 << 64) // parts, (part + 1) * (1 << 64) // parts - 1
        found = np.concatenate([_between(block, low, high) for block in _digest_blocks(path)])
        found.sort()
        distinct += int((np.diff(found) != 0).sum()) + 1 if len(found) else 0
    return total - distinct


def _digest_blocks(path: Path) -> Iterator[NDArray[np.uint64]]:
    with path.open("rb") as file:
        while len(block := np.fromfile(file, np.uint64, 1 << 20)):
            yield block


def _between(block: NDArray[np.uint64], low: int, high: int) -> NDArray[np.uint64]:
    return block[(block >= np.uint64(low)) & (block <= np.uint64(high))]


def _count(tally: Tally, block: Block, checked: Checked) -> None:
    tally.file += len(block.rows) + len(block.bad)
    tally.blank += block.blank
    tally.stored += len(checked.lines)
    tally.corrected += checked.corrected
    tally.refused += len(checked.refused)
    tally.set_aside += len(checked.set_aside)
    tally.cuts.update(checked.cuts)
    tally.notices.update(checked.notices)
    for state, troubles in (("refused", checked.refused), ("set aside", checked.set_aside)):
        for trouble in troubles:
            key = (state, trouble.reason)
            tally.reasons[key] += 1
            if len(shown := tally.examples.setdefault(key, [])) < _SHOWN:
                shown.append(trouble)
    if not len(checked.lines):
        return
    days = checked.lines["day"].cast(pa.int32()).to_numpy()
    tally.in_order &= bool((np.diff(days) >= 0).all()) and (tally.last is None or int(days[0]) >= tally.last)
    tally.first = int(days.min()) if tally.first is None else min(tally.first, int(days.min()))
    tally.last = int(days.max()) if tally.last is None else max(tally.last, int(days.max()))
    told = pa.table({"currency": checked.lines["currency"].cast(pa.string()), "amount": checked.lines["amount"]})
    for row in told.group_by("currency").aggregate([("amount", "sum"), ("amount", "count")]).to_pylist():
        tally.nets[row["currency"]] += row["amount_sum"]
        tally.currencies[row["currency"]] += row["amount_count"]


class _Troubles:
    """The refused and set-aside rows as a CSV that can be mended and imported again."""

    def __init__(self, path: Path, columns: tuple[str, ...]) -> None:
        self.path, self._columns = path, columns

    def __enter__(self) -> _Troubles:
        self._file = self.path.open("w", newline="", encoding="utf-8")
        self._writer = csv.writer(self._file)
        self._writer.writerow([*self._columns, "Row in the file", "Cell", "Why", "What stood there"])
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def write(self, block: Block, checked: Checked) -> None:
        if not (checked.refused or checked.set_aside):
            return
        troubles = (*checked.refused, *checked.set_aside)
        places = {row: place for place, row in enumerate(block.rows.tolist())} if troubles else {}
        for trouble in sorted(troubles, key=lambda trouble: trouble.row):
            place = places.get(trouble.row)
            cells = (
                [""] * len(self._columns)
                if place is None
                else [block.cells[name][place].as_py() or "" for name in self._columns]
            )
            self._writer.writerow(
                [
                    guarded(cell)
                    for cell in (*cells, str(trouble.row), f"{trouble.cell}{trouble.row}", trouble.reason, trouble.text)
                ]
            )
