"""Streams the rows of a worksheet as blocks of text, with the error texts its parser drops put back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import pyarrow as pa

from vitalfew.ledger.reading.fitting import LOOK, blank_rows, large_cell, too_large
from vitalfew.ledger.reading.formulas import SheetFacts
from vitalfew.ledger.reading.header import HeaderOnly
from vitalfew.ledger.reading.letters import letter
from vitalfew.ledger.reading.limits import Limits
from vitalfew.ledger.reading.refusal import Damaged
from vitalfew.ledger.reading.table import Block, coded
from vitalfew.ledger.reading.texts import texts_of


@dataclass(frozen=True, slots=True)
class SheetRows:
    """A parsed sheet; `left` is the 0-based column of its first cell, `header_row` the number of the header's row."""

    source: Any
    name: str
    left: int
    columns: tuple[str, ...]
    header_row: int
    facts: SheetFacts
    limits: Limits


def streamed_sheet(sheet: SheetRows) -> Iterator[Block]:
    """Every row below the header. Raises HeaderOnly where there is none, Damaged where the parser gives up."""
    rows = islice(sheet.source.iter_rows(), sheet.header_row, None)
    at, good = sheet.header_row, False
    while taken := _taken(rows, sheet):
        block = _block(taken, at, sheet)
        at += len(taken)
        good = good or bool(len(block.rows))
        yield block
    if not good:
        raise HeaderOnly(name=sheet.name)


def _taken(rows: Iterator[list[object]], sheet: SheetRows) -> list[list[object]]:
    try:
        return list(islice(rows, sheet.limits.block_rows))
    except ValueError as error:  # dates outside Python's years
        raise Damaged(name=sheet.name, what=f"a cell of its sheet cannot be read ({error})") from error


def _block(taken: list[list[object]], at: int, sheet: SheetRows) -> Block:
    for row in sheet.facts.errors.keys() & range(at + 1, at + 1 + len(taken)) if sheet.facts.errors else ():
        for column, text in sheet.facts.errors[row]:
            if 0 <= column - sheet.left < len(sheet.columns):
                taken[row - at - 1][column - sheet.left] = text
    columns = [coded(texts_of(column)) for column in zip(*taken, strict=True)]
    numbers = np.arange(at + 1, at + 1 + len(taken), dtype=np.int64)
    if large := large_cell(columns, numbers, sheet.limits):
        row, place = large
        raise too_large(name=sheet.name, row=row, column=letter(sheet.left + place), limits=sheet.limits, remedy=LOOK)
    blank = blank_rows(columns)
    if blank.any():
        columns = [column.filter(pa.array(~blank)) for column in columns]
        numbers = numbers[~blank]
    return Block(numbers, dict(zip(sheet.columns, columns, strict=True)), (), int(blank.sum()))
