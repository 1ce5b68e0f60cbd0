"""The lines of a ledger that are not ordinary sales: counter sales, credit notes, free samples and charges."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vitalfew.demo.scene.streams import Bools, Floats, Ints, stream
from vitalfew.demo.trade.baskets import item_chances
from vitalfew.demo.trade.demand import Market, priced, unit_costs
from vitalfew.demo.trade.ledger import CHARGE, COUNTER, CREDIT, FREE, Lines, joined

COUNTER_SHARE = 0.04
SAMPLE_SHARE = 0.035
SMALL_ORDER, LARGE_ORDER = 15_000, 120_000
CARRIAGE, LARGE_CARRIAGE, PALLET, BANK = 99_500, 149_500, 185_000, 120_000


def counter_sales(*, seed: int, market: Market, lines: int) -> Lines:
    """Sales over the counter to customers without a name: about 4 % of `lines`, two or three lines a receipt."""
    rng = stream(seed=seed, topic="counter")
    receipts = max(1, round(lines * COUNTER_SHARE / 2.5))
    days = np.sort(rng.choice(market.window.working_days(), size=receipts))
    wished = rng.integers(1, 5, size=receipts)
    document = np.repeat(np.arange(receipts), wished)
    average = item_chances(products=market.products).mean(axis=0)
    items = rng.choice(market.products.count, size=len(document), p=average / average.sum())
    days = days[document]
    sold = (days >= market.products.first[items]) & (days <= market.products.last[items])
    quantities = 1 + rng.poisson(0.8, len(items))
    nobody = np.full(len(items), -1, dtype=np.int64)
    made = priced(
        market=market, buyers=nobody, days=days, items=items, quantities=quantities, documents=document
    ).where(sold)
    return replace(made, kind=np.full(len(made), COUNTER, dtype=np.int64))


def credit_notes(*, seed: int, market: Market, sales: Lines) -> Lines:
    """Returns: a sale's price and part or all of its quantity, 2 to 25 days later; each sale comes back once at most."""
    rng = stream(seed=seed, topic="credits")
    chosen = rng.random(len(sales)) < market.accounts.returned[sales.buyer]
    later, whole, part = rng.integers(2, 26, len(sales)), rng.random(len(sales)) < 0.55, rng.random(len(sales))
    day = market.window.next_working_day(sales.day + later)
    chosen &= day < market.window.days
    back = np.where(whole, sales.quantity, np.ceil(sales.quantity * part).astype(np.int64))
    back = np.clip(back, 1, sales.quantity)[chosen]
    sold = sales.where(chosen)
    # One credit note for all that a customer sends back on a day, so the document says nothing more.
    return replace(
        sold,
        day=day[chosen],
        document=np.zeros(len(sold), dtype=np.int64),
        quantity=-back,
        cost=-(sold.cost // sold.quantity) * back,
        kind=np.full(len(sold), CREDIT, dtype=np.int64),
    )


def samples(*, seed: int, market: Market, sales: Lines) -> Lines:
    """Free samples put into about one order in thirty: one or two pieces of any item sold that day, price zero."""
    rng = stream(seed=seed, topic="samples")
    heads, _ = _by_document(sales)
    heads = heads[rng.random(len(heads)) < SAMPLE_SHARE]
    host = sales.where(heads)
    items = rng.integers(market.products.count, size=len(heads))
    sold = (host.day >= market.products.first[items]) & (host.day <= market.products.last[items])
    quantity = rng.integers(1, 3, size=len(heads))
    months = market.window.month(host.day)
    given = replace(
        host,
        item=items,
        quantity=quantity,
        unit=np.zeros(len(heads), dtype=np.int64),
        listed=market.prices.listed[items, months],
        cost=quantity * unit_costs(market=market, items=items, months=months),
        kind=np.full(len(heads), FREE, dtype=np.int64),
    )
    return given.where(sold)


def charges(*, seed: int, market: Market, sales: Lines) -> Lines:
    """Carriage on small orders, pallet deposits on large ones, now and then a bank charge."""
    rng = stream(seed=seed, topic="charges")
    heads, net = _by_document(sales)
    draw: Floats = rng.random(len(heads))
    codes = market.products.charge
    small, large = net < SMALL_ORDER, net >= LARGE_ORDER
    parts = [
        _charge(host=sales.where(heads[small & (draw < 0.35)]), item=codes["FREIGHT"], unit=CARRIAGE),
        _charge(host=sales.where(heads[~small & ~large & (draw < 0.04)]), item=codes["FREIGHT"], unit=LARGE_CARRIAGE),
        _charge(host=sales.where(heads[large & (draw < 0.40)]), item=codes["PALLET"], unit=PALLET),
        _charge(host=sales.where(heads[draw > 0.997]), item=codes["BANKCHG"], unit=BANK),
    ]
    return joined(*parts)


def _charge(*, host: Lines, item: int, unit: int) -> Lines:
    def every(value: int) -> Ints:
        return np.full(len(host), value, dtype=np.int64)

    return replace(
        host, item=every(item), quantity=every(1), unit=every(unit), listed=every(-1), cost=every(0), kind=every(CHARGE)
    )


def _by_document(sales: Lines) -> tuple[Ints, Ints]:
    """Index of the first line of each invoice and the invoice's net in pence; `document` rises with the order."""
    documents, heads, place = np.unique(sales.document, return_index=True, return_inverse=True)
    net = np.zeros(len(documents), dtype=np.int64)
    np.add.at(net, place, sales.net)
    return heads, net


def salespeople(*, seed: int, buyers: Ints, days: Ints, count: int, people: int, leaves: int) -> Ints:
    """The salesperson of each line: each buyer has one; the last of `people` leaves on day `leaves` and the first takes over."""
    rng = stream(seed=seed, topic="salespeople")
    of_buyer = rng.integers(people, size=count)
    person = np.where(buyers >= 0, of_buyer[buyers], -1)
    left: Bools = (person == people - 1) & (days >= leaves)
    return np.where(left, 0, person)
