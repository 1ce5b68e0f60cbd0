"""The latest words a file has for each customer or product: kept by code while the file streams past."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.ledger.importing import cells


class Words:
    """One word by code, for one column; a later row of the file goes before an earlier one, an empty cell says nothing."""

    def __init__(self) -> None:
        self._texts: NDArray[Any] = np.empty(0, object)

    def learn(
        self,
        column: pa.DictionaryArray | None,
        codes: NDArray[np.int64],
        rows: NDArray[np.int64],
        every: NDArray[np.int64],
    ) -> None:
        """Take in what a column says in `rows`, the last row of each of `codes` in a block.

        `every` holds the code of each row: where the last row says nothing an earlier one may.
        """
        if column is None or not len(codes):
            return
        if codes[-1] >= len(self._texts):
            self._texts = np.concatenate([self._texts, np.full(int(codes[-1]) + 1024 - len(self._texts), None)])
        texts = np.array(
            [*(text if text and not text.isspace() else None for text in column.dictionary.to_pylist()), None], object
        )
        places, empty = cells.places_of(column), texts == np.array(None)
        told = ~empty[places[rows]]
        if not told.all():
            earlier = last_rows(np.where(~empty[places] & np.isin(every, codes[~told]), every, 0))
            self._texts[earlier[0]] = texts[places[earlier[1]]]
        self._texts[codes[told]] = texts[places[rows]][told]

    def by_code(self) -> dict[int, str]:
        """Every code with its word, blanks folded."""
        known = np.nonzero(self._texts != np.array(None))[0]
        return {code: " ".join(self._texts[code].split())[:200] for code in known.tolist()}


def last_rows(codes: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Each code above 0 in a block, rising, and the last row it stands in."""
    last = np.full(int(codes.max(initial=0)) + 1, -1)
    last[codes] = np.arange(len(codes))  # of several rows with one code the last is kept
    last[0] = -1
    found = np.nonzero(last >= 0)[0]
    return found, last[found]
