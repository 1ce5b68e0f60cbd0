"""The shape of a stored sales line, and what one checked block of a file holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

# Quantities and prices are whole millionths, amounts and costs whole minor units: exact, and alike on every engine.
SCHEMA = pa.schema(
    [
        pa.field("batch", pa.int32(), nullable=False),
        pa.field("row", pa.int64(), nullable=False),
        pa.field("invoice", pa.dictionary(pa.int32(), pa.string()), nullable=False),
        pa.field("customer", pa.int32(), nullable=False),
        pa.field("item", pa.int32(), nullable=False),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("kind", pa.int8(), nullable=False),
        pa.field("quantity_e6", pa.int64()),
        pa.field("unit_price_e6", pa.int64()),
        pa.field("list_price_e6", pa.int64()),
        pa.field("amount", pa.int64(), nullable=False),
        pa.field("cost", pa.int64()),
        pa.field("currency", pa.dictionary(pa.int32(), pa.string()), nullable=False),
    ]
)


@dataclass(frozen=True, slots=True)
class Trouble:
    """One line that is not accepted: where, why (a slug) and what stood there."""

    row: int
    cell: str
    reason: str
    text: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One block after checking: the lines to store, and an account of all others.

    `cuts` is by currency what rounding took off the accepted lines, exact − rounded, in 10⁻¹² units.
    """

    lines: pa.Table
    corrected: int
    refused: tuple[Trouble, ...]
    set_aside: tuple[Trouble, ...]
    notices: dict[str, int]
    digests: NDArray[np.uint64]
    cuts: dict[str, int]
