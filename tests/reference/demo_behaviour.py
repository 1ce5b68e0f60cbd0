"""What the demo firm's own lines show of its customers, reckoned plainly and apart from the rooms that will do it well."""

from __future__ import annotations

import numpy as np
import pyarrow.compute as pc

from vitalfew.analytics.level import History, Indicators, measured, together


def sales(*, firm, names):
    """Sales lines of named customers as arrays: account, day (0 on the window's first), item, quantity, paid and list price."""
    lines = firm.lines.filter(pc.and_(pc.is_valid(firm.lines["Customer"]), pc.is_valid(firm.lines["List Price"])))
    place = {name: row for row, name in enumerate(names)}
    account = np.array([place.get(name, -1) for name in lines["Customer"].to_pylist()])
    day = (lines["Invoice Date"].to_numpy().astype("datetime64[D]") - np.datetime64(firm.window.first)).astype(int)
    item = np.unique(lines["Item"].to_numpy(zero_copy_only=False), return_inverse=True)[1]
    quantity = lines["Quantity"].to_numpy()
    paid, listed = (pc.cast(lines[name], "float64").to_numpy() for name in ("Unit Price", "List Price"))
    kept = (account >= 0) & (quantity > 0) & (paid > 0)
    return [column[kept] for column in (account, day, item, quantity, paid, listed)]


def behaviour(*, firm, names) -> Indicators:
    """Price realisation, price response and silence, with their errors."""
    account, day, item, quantity, paid, listed = sales(firm=firm, names=names)
    size, last = len(names), firm.window.days - 1
    realised = _realised(account, quantity, paid, listed, recent=last - day < 365, size=size)
    response = _response(account, item, day // 183, quantity=np.log(quantity), price=np.log(listed), size=size)
    return together(
        measured(name="price realisation", value=realised[0], error=realised[1]),
        measured(name="price response", value=response[0], error=response[1]),
        measured(
            name="silence",
            value=_silence(account, day, last, size),
            error=np.full(size, 0.3),
            side="loyalty",
            falls=True,
        ),
    )


def history(*, firm, names) -> History:
    account, day, *_ = sales(firm=firm, names=names)
    pairs = np.unique(np.column_stack((account, day)), axis=0)
    orders = np.bincount(pairs[:, 0], minlength=len(names))
    first = np.full(len(names), firm.window.days - 1)
    np.minimum.at(first, pairs[:, 0], pairs[:, 1])
    calm = np.zeros(len(names), dtype=bool)
    return History(orders, firm.window.days - 1.0 - first, calm, calm)


def _realised(account, quantity, paid, listed, *, recent, size):
    """Mean log of price paid over list price of small lines (no quantity break), against accounts that spend as much."""
    small = recent & (quantity <= 2)
    count = np.bincount(account[small], minlength=size)
    value = np.bincount(account[small], np.log(paid / listed)[small], minlength=size) / np.maximum(count, 1)
    spent = np.log(np.bincount(account[recent], (quantity * paid)[recent], minlength=size) + 1.0)
    enough = count >= 3
    slope, start = np.polyfit(spent[enough], value[enough], 1)
    return np.where(enough, value - start - slope * spent, np.nan), 0.02 / np.sqrt(np.maximum(count, 1))


def _response(account, item, half, *, quantity, price, size):
    """Slope of log quantity on log list price within each account's items, its own half-years taken out."""
    pair = np.unique(account * 10_000 + item, return_inverse=True)[1]
    time = np.unique(account * 100 + half, return_inverse=True)[1]
    y, x = (_without(column, pair, time) for column in (quantity, price))
    spread = np.bincount(account, x**2, minlength=size)
    slope = np.bincount(account, x * y, minlength=size) / np.maximum(spread, 1e-12)
    noise = np.mean((y - slope[account] * x) ** 2) * 1.4
    return np.where(spread > 0.01, slope, np.nan), np.sqrt(noise / np.maximum(spread, 1e-12))


def _without(values, *groups):
    for _ in range(12):
        for group in groups:
            values = values - (np.bincount(group, values) / np.bincount(group))[group]
    return values


def _silence(account, day, last, size):
    """Days since the last order in own mean gaps, as a logarithm; NaN with fewer than four orders."""
    pairs = np.unique(np.column_stack((account, day)), axis=0)
    count = np.bincount(pairs[:, 0], minlength=size)
    first, newest = np.full(size, last), np.zeros(size)
    np.minimum.at(first, pairs[:, 0], pairs[:, 1])
    np.maximum.at(newest, pairs[:, 0], pairs[:, 1])
    gap = (newest - first) / np.maximum(count - 1, 1)
    return np.where(count >= 4, np.log1p((last - newest) / np.maximum(gap, 1.0)), np.nan)
