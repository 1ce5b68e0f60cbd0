"""The ledger as the firm's own system would export it: one table of lines with an ERP's column names."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from vitalfew.demo.cast.customers import Customers
from vitalfew.demo.cast.products import Products
from vitalfew.demo.scene.columns import dates, decimals, texts
from vitalfew.demo.scene.names import person_names
from vitalfew.demo.scene.streams import Ints, stream
from vitalfew.demo.scene.wares import CATEGORIES
from vitalfew.demo.scene.window import Window
from vitalfew.demo.trade.ledger import Lines, numbered
from vitalfew.demo.trade.sidelines import salespeople

SALESPEOPLE = 12
# The last salesperson leaves so many days before the end; another takes the accounts over.
LEAVES_BEFORE_END = 300
SERIES = (("INV-", 100_000), ("CS-", 500_000), ("CN-", 10_000))


def line_table(*, seed: int, lines: Lines, customers: Customers, products: Products, window: Window) -> pa.Table:
    """Lines in order as a table. Net Amount = Quantity × Unit Price rounded half to even; Cost is for the whole line.

    Customer and Salesperson are null for counter sales; List Price, Category are null for non-product codes.
    """
    item_category = np.concatenate([products.category, np.full(len(products.ids) - products.count, -1)])
    person = salespeople(
        seed=seed,
        buyers=lines.buyer,
        days=lines.day,
        count=customers.buyers,
        people=SALESPEOPLE,
        leaves=window.days - LEAVES_BEFORE_END,
    )
    # Drawn until twelve differ: two salespeople of one name would look like one.
    people = list(dict.fromkeys(person_names(rng=stream(seed=seed, topic="staff"), count=4 * SALESPEOPLE)))[
        :SALESPEOPLE
    ]
    return pa.table(
        {
            "Invoice No": _invoices(lines),
            "Customer": texts(words=customers.ids, index=lines.buyer),
            "Invoice Date": dates(days=lines.day, first=window.first),
            "Item": texts(words=products.ids, index=lines.item),
            "Description": texts(words=products.descriptions, index=lines.item),
            "Quantity": pa.array(lines.quantity),
            "Unit Price": decimals(values=lines.unit, places=4),
            "Net Amount": decimals(values=lines.net, places=2),
            "Currency": texts(words=("GBP",), index=np.zeros(len(lines), dtype=np.int64)),
            "Cost": decimals(values=lines.cost, places=2),
            "List Price": decimals(values=lines.listed, places=2, missing=lines.listed < 0),
            "Category": texts(words=[one.name for one in CATEGORIES], index=item_category[lines.item]),
            "Salesperson": texts(words=people, index=person),
        }
    )


def _invoices(lines: Lines) -> pa.Array:
    """Invoice numbers in three series, each rising with the days: INV- invoices, CS- counter sales, CN- credit notes."""
    series, number = numbered(lines)
    words: list[str] = []
    offset = np.zeros(len(SERIES), dtype=np.int64)
    for one, (prefix, start) in enumerate(SERIES):
        offset[one] = len(words) - 1
        last = int(number[series == one].max(initial=0))
        words += [f"{prefix}{start + count}" for count in range(1, last + 1)]
    index: Ints = offset[series] + number
    return texts(words=words, index=index)
