"""Cells of a block as arrays: each distinct text is read once, then spread to its rows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

MISSING, GOOD, MENDED, BAD = 0, 1, 2, 3
_KEPT = 400_000  # distinct texts remembered between blocks before starting afresh: bounds memory


@dataclass(frozen=True, slots=True)
class Cells:
    """A column of a block: one value and one state (MISSING, GOOD, MENDED, BAD) for each row."""

    values: NDArray[np.int64]
    states: NDArray[np.int8]

    def are(self, state: int) -> NDArray[np.bool_]:
        found: NDArray[np.bool_] = self.states == state
        return found

    @property
    def present(self) -> NDArray[np.bool_]:
        """Cells that hold a value."""
        found: NDArray[np.bool_] = (self.states == GOOD) | (self.states == MENDED)
        return found


class Reader:
    """Reads texts to whole numbers by one rule, remembering what it read; the rule answers (value, state)."""

    def __init__(self, rule: Callable[[str], tuple[int, int]]) -> None:
        self._rule = rule
        self._known: dict[str, tuple[int, int]] = {}

    def read(self, column: pa.DictionaryArray | None, rows: int) -> Cells:
        """The column's cells; None (the file has no such column) reads as all missing."""
        if column is None:
            return Cells(np.zeros(rows, np.int64), np.zeros(rows, np.int8))
        if len(self._known) > _KEPT:
            self._known.clear()
        known, rule = self._known, self._rule
        values = np.zeros(len(column.dictionary) + 1, np.int64)
        states = np.zeros(len(column.dictionary) + 1, np.int8)
        for place, text in enumerate(column.dictionary.to_pylist()):
            found = known.get(text)
            if found is None:
                found = known[text] = rule(text) if text and not text.isspace() else (0, MISSING)
            values[place], states[place] = found
        places = places_of(column)
        return Cells(values[places], states[places])


def places_of(column: pa.DictionaryArray) -> NDArray[np.int32]:
    """For each row the place of its text in the column's dictionary; one past the end where the cell is empty."""
    indices = column.indices
    if indices.null_count:
        indices = indices.fill_null(pa.scalar(len(column.dictionary), indices.type))
    found: NDArray[np.int32] = indices.to_numpy(zero_copy_only=False)
    return found


def digests(columns: dict[str, pa.DictionaryArray], rows: int) -> NDArray[np.uint64]:
    """A 64-bit digest of all cells of each row, alike for rows whose every cell is alike, within this process."""
    total = np.full(rows, 0x9E3779B97F4A7C15, np.uint64)
    for column in columns.values():
        texts = np.fromiter(
            (hash(text) & 0xFFFFFFFFFFFFFFFF for text in column.dictionary.to_pylist()),
            np.uint64,
            len(column.dictionary),
        )
        cell = np.append(texts, np.uint64(1))[places_of(column)]
        total = (total ^ cell) * np.uint64(0xBF58476D1CE4E5B9)
        total ^= total >> np.uint64(29)
    return total
