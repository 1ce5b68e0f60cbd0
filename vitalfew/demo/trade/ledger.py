"""The demo ledger as arrays: lines of every kind, joined, put in order of days and given invoice numbers."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from vitalfew.demo.scene.columns import divide_half_even
from vitalfew.demo.scene.streams import Bools, Ints

# Kinds of line as the import knows them, and counter sales, which are sales to nobody by name.
KINDS = ("sale", "counter", "credit", "free", "charge")
SALE, COUNTER, CREDIT, FREE, CHARGE = range(len(KINDS))


@dataclass(frozen=True, slots=True)
class Lines:
    """One entry for each line. `document` tells invoices apart inside one buyer, day and kind of document.

    `buyer` is -1 for nobody; `item` counts items and then the non-product codes; `unit` is the price of one piece in
    1/10,000 pounds, `listed` the list price in pence or -1; `cost` is pence for the whole line.
    """

    buyer: Ints
    day: Ints
    document: Ints
    item: Ints
    quantity: Ints
    unit: Ints
    listed: Ints
    cost: Ints
    kind: Ints

    @property
    def net(self) -> Ints:
        """Quantity × unit price in pence, rounded once, half to even."""
        return divide_half_even(dividend=self.quantity * self.unit, divisor=100)

    def __len__(self) -> int:
        return len(self.day)

    def where(self, chosen: Bools | Ints) -> Lines:
        """The chosen lines, by mask or by index."""
        return Lines(**{field.name: getattr(self, field.name)[chosen] for field in fields(Lines)})


def joined(*parts: Lines) -> Lines:
    """The lines of all parts, part after part."""
    return Lines(
        **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Lines)}
    )


def in_order(lines: Lines) -> Lines:
    """The lines by day, then invoices and counter sales before credit notes, then by document."""
    credit = (lines.kind == CREDIT).astype(np.int64)
    return lines.where(np.lexsort((lines.kind == CHARGE, lines.document, lines.buyer, credit, lines.day)))


def numbered(lines: Lines) -> tuple[Ints, Ints]:
    """For lines in order: the series of each line (0 invoice, 1 counter, 2 credit note) and its number in that series."""
    series = np.where(lines.kind == CREDIT, 2, np.where(lines.buyer < 0, 1, 0))
    keys = (series, lines.day, lines.buyer, lines.document)
    starts = np.ones(len(lines), dtype=np.bool_)
    starts[1:] = np.any([key[1:] != key[:-1] for key in keys], axis=0)
    number = np.zeros(len(lines), dtype=np.int64)
    for one in range(3):
        number[series == one] = np.cumsum(starts[series == one])
    return series, number


def entered_twice(lines: Lines, *, twin: Ints, renumbered: Ints) -> Lines:
    """The lines with buyers moved to their second entry from the day on which a clerk opened it.

    `twin[buyer]` is the second entry or -1, `renumbered[buyer]` its first day.
    """
    moves = (lines.buyer >= 0) & (twin[lines.buyer] >= 0) & (lines.day >= renumbered[lines.buyer])
    return replace(lines, buyer=np.where(moves, twin[lines.buyer], lines.buyer))
