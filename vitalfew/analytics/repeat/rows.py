"""The customers as a fit reads them: equal ones once, with how many there are, and sums where a sum is enough."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from vitalfew.analytics.repeat.orders import Floats, Orders

Ints = NDArray[np.int64]
LARGEST = 2**62


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its different values: `value[code]` is the column, `code` of shape (rows,)."""

    value: Floats
    code: Ints

    @staticmethod
    def of(values: Floats) -> Column:
        # By buffer and DLPack, as Arrow's own ways from and to numpy look for pandas first and import it.
        plain = np.ascontiguousarray(values, dtype=np.float64)
        coded = pa.Array.from_buffers(pa.float64(), plain.size, [None, pa.py_buffer(plain)]).dictionary_encode()
        return Column(
            np.from_dlpack(coded.dictionary).astype(np.float64), np.from_dlpack(coded.indices).astype(np.int64)
        )

    def at(self, rows: slice) -> Floats:
        return self.value[self.code[rows]]

    def total(self, weight: Floats) -> Floats:
        """The weight of each different value."""
        return np.bincount(self.code, weight, minlength=self.value.size)


@dataclass(frozen=True, slots=True)
class Rows:
    """Customers without their log gaps, which a likelihood needs in sum only; arrays of shape (rows,).

    `repeats` and `last` as in Orders, `quiet` time since the last order, `weight` how many customers a row stands for.
    """

    repeats: Column
    last: Column
    quiet: Floats
    weight: Floats


def each(orders: Orders) -> Rows:
    """A row for each customer, in their order."""
    ones = np.ones(orders.age.size)
    return Rows(Column.of(orders.repeats), Column.of(orders.last), orders.age - orders.last, ones)


def distinct(orders: Orders) -> Rows:
    """A row for each different customer: orders lie on whole days, so a million of them share far fewer rows."""
    repeats, last, age = Column.of(orders.repeats), Column.of(orders.last), Column.of(orders.age)
    lasts, ages = last.value.size, age.value.size
    if repeats.value.size * lasts * ages >= LARGEST:
        return each(orders)
    # Sorting plain integers is many times faster than sorting rows.
    packed, count = np.unique((repeats.code * lasts + last.code) * ages + age.code, return_counts=True)
    packed, age_code = np.divmod(packed, ages)
    repeats_code, last_code = np.divmod(packed, lasts)
    quiet = age.value[age_code] - last.value[last_code]
    return Rows(Column(repeats.value, repeats_code), Column(last.value, last_code), quiet, count.astype(np.float64))
