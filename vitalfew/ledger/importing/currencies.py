"""The currency of each line of a block, by ISO code or sign, and how many decimals its smallest coin has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.ground.money import digits
from vitalfew.ledger.importing import cells

_SYMBOLS = {"£": "GBP", "€": "EUR", "$": "USD", "¥": "JPY"}
_CODE = re.compile("[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Currencies:
    """One entry for each row: its code (in `column`, a dictionary array), whether it is no code, its decimals."""

    column: pa.DictionaryArray
    bad: NDArray[np.bool_]
    places: NDArray[np.int64]

    @property
    def single(self) -> bool:
        """Whether all rows are in one currency for want of any other in the block."""
        return len(set(self.column.dictionary.to_pylist())) == 1

    def each(self, rows: NDArray[np.bool_]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
        """Every currency among `rows` with those of them that are in it."""
        names, which = np.unique(np.array(self.column.dictionary.to_pylist()), return_inverse=True)
        numbers = which[cells.places_of(self.column)]
        for number in np.unique(numbers[rows]).tolist():
            yield str(names[number]), rows & (numbers == number)


def read(column: pa.DictionaryArray | None, *, own: str, rows: int) -> Currencies:
    """The currencies of a block of `rows` rows; `own` stands where the file or a cell names none."""
    if column is None:
        found = pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), [own])
        return Currencies(found, np.zeros(rows, bool), np.full(rows, digits(own)))
    texts = [_SYMBOLS.get(text.strip(), text.strip().upper()) or own for text in column.dictionary.to_pylist()]
    places = cells.places_of(column)
    bad = ~np.array([bool(_CODE.fullmatch(text)) for text in texts] + [True])[places]
    codes = [*(text[:3] for text in texts), own]
    return Currencies(
        pa.DictionaryArray.from_arrays(places, codes), bad, np.array([digits(code) for code in codes])[places]
    )
