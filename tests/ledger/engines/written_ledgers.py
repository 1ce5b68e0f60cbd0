"""Small ledgers made by hand or by chance, written as stored parts, each with the scope it is asked under."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import strategies as st

from vitalfew.ledger.engines.scope import Conversion, Scope
from vitalfew.ledger.importing.kinds import CHARGE, CREDIT, FREE, SALE
from vitalfew.ledger.importing.lines import SCHEMA

AS_OF, SINCE = date(2024, 6, 30), date(2023, 7, 1)
LARGE = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Line:
    """One stored line; a whole year of nothing special unless said."""

    customer: int = 1
    day: date = date(2024, 3, 1)
    amount: int = 1_000
    kind: int = SALE
    invoice: str = "1"
    batch: int = 1
    item: int = 1
    currency: str = "GBP"
    cost: int | None = None
    quantity_e6: int | None = 1_000_000
    list_price_e6: int | None = None


@dataclass(frozen=True, slots=True)
class Ledger:
    """Lines and how they are asked for. `superseded` holds (batch, invoice)."""

    lines: tuple[Line, ...] = ()
    superseded: tuple[tuple[int, str], ...] = ()
    moved: dict[int, int] = field(default_factory=dict)
    currency: str = ""
    conversions: tuple[Conversion, ...] = ()

    def written(self, folder: Path) -> Scope:
        """The ledger as Parquet: one part for each batch, one list of what is superseded."""
        folder.mkdir(parents=True)
        parts = []
        for batch in sorted({line.batch for line in self.lines}):
            parts.append(folder / f"{batch}.parquet")
            pq.write_table(table([line for line in self.lines if line.batch == batch]), parts[-1])
        lists = []
        if self.superseded:
            lists.append(folder / "superseded.parquet")
            batches, invoices = zip(*self.superseded, strict=True)
            pq.write_table(
                pa.table({"batch": pa.array(batches, pa.int32()), "invoice": pa.array(invoices, pa.string())}), lists[0]
            )
        return Scope(folder, tuple(parts), tuple(lists), self.moved, self.currency, self.conversions)


def table(lines: list[Line]) -> pa.Table:
    """Lines as the table an import stores."""
    rows = [
        {
            "batch": line.batch, "row": row, "invoice": line.invoice, "customer": line.customer, "item": line.item, "day": line.day,
            "kind": line.kind, "quantity_e6": line.quantity_e6, "unit_price_e6": line.amount * 10_000 % 10**15, "list_price_e6": line.list_price_e6,
            "amount": line.amount, "cost": line.cost, "currency": line.currency,
        }
        for row, line in enumerate(lines, start=2)
    ]  # fmt: skip
    return pa.Table.from_pylist(rows, SCHEMA)


def _days(*gaps: int, customer: int = 1, amount: int = 700) -> tuple[Line, ...]:
    day, found = date(2023, 1, 5), []
    for gap in gaps:
        day += timedelta(days=gap)
        found.append(Line(customer=customer, day=day, amount=amount + gap))
    return tuple(found)


_ONE = _days(0, 3, 0, 17, 180, 1, 90)
_MANY = (*_ONE, *_days(0, 30, 31, 30, customer=2), *_days(400, customer=3), Line(customer=4, kind=FREE, amount=0))
_CREDITED = (
    *_MANY,
    Line(customer=2, amount=-250, kind=CREDIT, invoice="C1"),
    Line(customer=5, amount=-10, kind=CREDIT, invoice="C2"),
)
_EURO = Conversion("EUR", date(2023, 1, 1), date(2023, 12, 31), 0.87)
_LATER = Conversion("EUR", date(2024, 1, 1), date(2024, 7, 1), 0.853)
_YEN = Conversion("JPY", date(2020, 1, 1), date(2024, 7, 1), 0.53)
_RUPIAH = Conversion("IDR", date(2020, 1, 1), date(2024, 7, 1), 0.0049)
_MIXED = (
    *_CREDITED,
    *(replace(line, customer=6, currency="EUR", cost=line.amount // 2) for line in _ONE),
    *(
        Line(customer=7, currency="EUR", amount=amount, day=day)
        for amount in (1, -1, 150, -150, 50, 33)
        for day in (date(2022, 12, 31), date(2023, 1, 1), date(2024, 1, 1))
    ),
    *(Line(customer=8, currency="JPY", amount=amount, kind=CREDIT) for amount in (-1, -2, -3, -5, -15)),
    Line(customer=9, currency="IDR", amount=60),  # rounds to nothing: a sale whose logarithm is not there
    Line(customer=9, currency="IDR", amount=160),
    Line(customer=10, currency="USD", amount=500),  # stands alone: no rate
)
_EDGES = tuple(
    Line(customer=customer, day=day + timedelta(days=off), amount=100 + off)
    for customer in (1, 2)
    for day in (SINCE, AS_OF, date(2023, 12, 31), date(2024, 2, 29))
    for off in (-1, 0, 1)
)

_PIECES = tuple(
    Line(customer=customer, item=item, day=day, amount=300 * pieces + item, quantity_e6=pieces * 1_000_000, list_price_e6=listed)
    for customer in (1, 2, 3)
    for item in (0, 1, 2)
    for day in (SINCE, date(2024, 2, 1), date(2024, 2, 28))
    for pieces in (1, 2, 24, 999, 1_000)
    for listed in (None, 0, 3_250_000)
)  # fmt: skip

NAMED = {
    "empty": Ledger(),
    "one account": Ledger(_ONE),
    "many accounts": Ledger(_MANY),
    "credits": Ledger(_CREDITED),
    "charges": Ledger(
        (
            *_MANY,
            Line(amount=500, kind=CHARGE),
            Line(customer=0, amount=-3, kind=CHARGE),
            Line(customer=11, amount=9, kind=CHARGE),
        )
    ),
    "nobody named": Ledger((*_MANY, *(Line(customer=0, day=line.day, amount=5) for line in _ONE))),
    "nobody but nobody": Ledger((Line(customer=0), Line(customer=0, amount=-4, kind=CREDIT))),
    "costs": Ledger(
        (*_MANY, *(Line(customer=customer, cost=cost, amount=90) for customer in (1, 12) for cost in (None, 0, 91, 40)))
    ),
    "merged": Ledger(_CREDITED, moved={2: 1, 3: 1, 5: 20, 99: 1}),
    "superseded": Ledger(
        (
            *_ONE,
            Line(invoice="2", amount=9),
            Line(invoice="2", batch=2, amount=8),
            Line(invoice="3; DROP 'x'\n", customer=3),
            Line(invoice="1", batch=2),
        ),
        superseded=((1, "2"), (1, "3; DROP 'x'\n"), (7, "1")),
    ),
    "all superseded": Ledger(_ONE, superseded=((1, "1"),)),
    "own currency alone": Ledger(_MIXED, currency="GBP"),
    "other currency alone": Ledger(_MIXED, currency="EUR"),
    "goods by the piece": Ledger(
        (
            *_PIECES,
            Line(quantity_e6=None),
            Line(quantity_e6=-1_000_000),
            Line(quantity_e6=0),
            Line(quantity_e6=999_999, item=7),
            Line(quantity_e6=1_999_999, item=7),
            Line(item=9, kind=CHARGE, amount=70),
            Line(item=1, kind=CREDIT, amount=-70, quantity_e6=-1_000_000),
            Line(item=8, day=date(2022, 1, 1)),
        )
    ),
    "lists in other currencies": Ledger(
        (*_PIECES, *(replace(line, currency="EUR") for line in _PIECES)), currency="GBP", conversions=(_EURO, _LATER)
    ),
    "rates": Ledger(_MIXED, currency="GBP", conversions=(_EURO, _LATER, _YEN, _RUPIAH)),
    "rates, merges and masks": Ledger(
        _MIXED, superseded=((1, "C1"),), moved={6: 1, 7: 8}, currency="GBP", conversions=(_EURO, _LATER, _YEN)
    ),
    "window edges": Ledger(_EDGES),
    "before the epoch": Ledger(
        (*_ONE, Line(day=date(1969, 12, 31)), Line(day=date(1900, 2, 28), customer=2), Line(day=date(1, 1, 1)))
    ),
    "after the day asked for": Ledger((Line(day=date(2024, 7, 1)), Line(day=date(2099, 1, 1), customer=2))),
    "large amounts": Ledger(
        (
            *(Line(amount=LARGE - n, invoice=str(n), cost=LARGE - 2 * n) for n in range(300)),
            Line(amount=-LARGE, kind=CREDIT, cost=-1),
        )
    ),
}


@st.composite
def ledgers(draw: st.DrawFn) -> Ledger:
    """A few hundred lines by chance, in three batches, with merges, masks and rates."""
    money = st.one_of(st.integers(-500, 500), st.integers(-(10**12), 10**12))
    day = st.one_of(st.dates(date(2022, 6, 1), date(2024, 8, 1)), st.sampled_from((AS_OF, SINCE, date(1960, 1, 1))))
    pieces = st.none() | st.sampled_from((-1_000_000, 0, 1, 999_999, 1_000_000, 2_000_000, 10**9, 10**12))
    rows = draw(
        st.lists(
            st.tuples(
                st.integers(0, 6),
                day,
                money,
                st.integers(1, 3),
                st.integers(1, 9),
                st.sampled_from(("GBP", "EUR", "JPY")),
                st.none() | money,
                st.integers(0, 3),
                pieces,
                st.none() | st.sampled_from((0, 1, 12_500_000)),
            ),
            max_size=300,
        )
    )
    lines = tuple(
        Line(
            customer,
            on,
            amount,
            SALE if amount > 0 else CREDIT if amount else FREE,
            str(invoice),
            batch,
            item,
            currency,
            cost,
            quantity,
            listed,
        )
        for customer, on, amount, batch, invoice, currency, cost, item, quantity, listed in rows
    )
    masks = draw(st.sets(st.tuples(st.integers(1, 3), st.integers(1, 9).map(str)), max_size=4))
    moved = draw(st.dictionaries(st.integers(1, 6), st.integers(1, 9), max_size=3))
    currency = draw(st.sampled_from(("", "GBP", "EUR")))
    rates = draw(st.sampled_from(((), (_EURO, _LATER, _YEN)))) if currency == "GBP" else ()
    return Ledger(lines, tuple(sorted(masks)), moved, currency, rates)
