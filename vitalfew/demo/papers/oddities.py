"""What is honestly wrong with the demo firm's sales files: an invoice corrected later, a totals row, unreadable lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from vitalfew.demo.scene.columns import divide_half_even
from vitalfew.demo.scene.window import Window

OVERLAP_DAYS = 7
# The quantity of the wrong first version: a clerk keyed one digit too many.
MISKEYED = 10


@dataclass(frozen=True, slots=True)
class Correction:
    """The invoice that is first written wrong: its number, the row of its wrong line, and by how much net was too high (pence)."""

    invoice: str
    row: int
    excess: int


def overlap_starts(*, window: Window) -> date:
    """The day from which the second year's file repeats the first year's last days."""
    return window.month_start(12) - timedelta(days=OVERLAP_DAYS)


def choose_correction(*, lines: pa.Table, window: Window) -> Correction:
    """The line of most money among the ordinary lines of the overlapping days that take fewer than ten pieces."""
    day = lines["Invoice Date"].combine_chunks().cast(pa.int32()).to_numpy()
    first, after = (_number(one) for one in (overlap_starts(window=window), window.month_start(12)))
    ordinary = pc.and_(pc.starts_with(lines["Invoice No"], "INV-"), pc.is_valid(lines["List Price"])).to_numpy()
    quantity, net = lines["Quantity"].to_numpy(), _units(lines, "Net Amount", 2)
    fit = (day >= first) & (day < after) & ordinary & (quantity > 0) & (quantity < MISKEYED)
    row = int(np.argmax(np.where(fit, net, -1)))
    wrong = divide_half_even(
        dividend=quantity[row : row + 1] * MISKEYED * _units(lines, "Unit Price", 4)[row], divisor=100
    )
    return Correction(invoice=lines["Invoice No"][row].as_py(), row=row, excess=int(wrong[0] - net[row]))


def as_first_written(*, lines: pa.Table, correction: Correction) -> pa.Table:
    """The lines with the wrong quantity still in them, its net and cost to match."""
    row = lines.slice(correction.row, 1).to_pylist()[0]
    row["Net Amount"] += _pounds(correction.excess)
    row["Quantity"] *= MISKEYED
    row["Cost"] *= MISKEYED
    wrong = pa.Table.from_pylist([row], schema=lines.schema)
    return pa.concat_tables([lines.slice(0, correction.row), wrong, lines.slice(correction.row + 1)]).combine_chunks()


def totals_row(*, lines: pa.Table) -> str:
    """A totals row as a report writer adds it: the word and the sum of Net Amount."""
    cells = dict.fromkeys(lines.column_names, "")
    cells["Invoice No"] = "Total"
    cells["Net Amount"] = str(_pounds(int(_units(lines, "Net Amount", 2).sum())))
    return ",".join(cells.values()) + "\n"


def unreadable_rows(*, columns: list[str], customer: str, item: str, day: date) -> str:
    """Three lines that nobody can read: a date that does not exist, no quantity and no amount, a quantity in words."""
    impossible = f"{day.year}-02-30"
    rows = (
        {"Invoice No": "INV-000001", "Invoice Date": impossible, "Quantity": "2", "Net Amount": "25.00"},
        {"Invoice No": "INV-000002", "Invoice Date": day.isoformat(), "Quantity": "", "Net Amount": ""},
        {"Invoice No": "INV-000003", "Invoice Date": day.isoformat(), "Quantity": "a dozen", "Net Amount": ""},
    )
    rest = {
        "Customer": customer,
        "Item": item,
        "Description": "Keyed by hand",
        "Unit Price": "12.5000",
        "Currency": "GBP",
    }
    return "".join(",".join((rest | row).get(column, "") for column in columns) + "\n" for row in rows)


def _units(lines: pa.Table, column: str, places: int) -> np.ndarray:
    whole = pc.multiply(lines[column].cast(pa.decimal128(20, places)), pa.scalar(10**places, pa.decimal128(6, 0)))
    return np.asarray(whole.cast(pa.int64()).to_numpy())


def _number(day: date) -> int:
    return (day - date(1970, 1, 1)).days


def _pounds(pence: int) -> Decimal:
    return Decimal(pence).scaleb(-2)
