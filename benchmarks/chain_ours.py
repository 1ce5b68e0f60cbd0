"""The notebook's list of results through vitalfew.analytics: from a ledger's lines to every score."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from numpy.typing import NDArray

from vitalfew.analytics import features, lookalike, price, recommend, repeat, value

WEEKS, TOP = 12.0, 10
# New items are ranked among those that one account in a hundred has bought: as right as all, at a tenth of the work.
LEAST = 0.01
SLAB = 512


def run(lines: Path, results: Path) -> None:
    """Read the lines and write one Parquet file for each result."""
    table = pq.ParquetFile(lines, read_dictionary=["account", "item"]).read()
    last = pc.max(table["day"]).as_py().date()
    measured = features.measure_features(frame=table, as_of=last)
    pairs = features.measure_pairs(frame=table, quantity="quantity", as_of=last, each_day=True)
    del table
    accounts = customers(measured, np.diff(pairs.start))
    for name, found in {
        "accounts": accounts,
        "due": due(pairs),
        "new": new(pairs, measured.first_day),
        "elasticity": elasticity(pairs),
        "alike": alike(accounts),
    }.items():
        pq.write_table(found, results / f"{name}.parquet")


def customers(measured: features.AccountFeatures, items: NDArray[np.int64]) -> pa.Table:
    """Chance to be active, orders of the next 12 weeks and value of the next year of each account."""
    rows = measured.buyers
    orders = repeat.Orders(measured.repeats[rows], measured.last[rows], measured.age[rows], measured.log_gaps[rows])
    model = repeat.fit_orders(orders=orders).model
    worth = value.fit_order_value(
        count=orders.repeats + 1,
        sum_log=measured.sum_log[rows],
        sum_log_squared=measured.sum_log_squared[rows],
        sum_log_late=measured.sum_log_late[rows],
        sale=measured.sale[rows],
        net=measured.net[rows],
        log_rate=np.log(model.pace(orders)),
    )
    orders_of_year = value.discounted_orders(model=model, orders=orders)
    return pa.table(
        {
            "account": measured.account.take(pa.array(rows)),
            "active": model.chance_active(orders),
            "orders": model.expected_orders(orders, WEEKS),
            "order_value": worth.mean,
            "value": orders_of_year * worth.mean,
            "repeats": orders.repeats,
            "age": orders.age,
            "sale": measured.sale[rows],
            "lines": measured.lines[rows].astype(float),
            "items": items[rows].astype(float),
        }
    )


def due(pairs: features.AccountItems) -> pa.Table:
    """The ten items each account bought on most days, the latest first among equals."""
    order = np.lexsort((pairs.last_age, -pairs.orders, pairs.rows))
    best = order[np.arange(order.size) - pairs.start[pairs.rows] < TOP]
    return pa.table(
        {
            "account": pairs.account.take(pa.array(pairs.rows[best])),
            "item": pairs.items.take(pa.array(pairs.item[best])),
            "days": pairs.orders[best],
        }
    )


def new(pairs: features.AccountItems, first_day: int) -> pa.Table:
    """Ten items each account has never bought, by EASE."""
    known = purchases(pairs, first_day)
    ease = recommend.fit_ease(purchases=known)
    counts, names = known.counts(half_life=180.0, at_most=1), []
    for start in range(0, known.shape[0], SLAB):
        part = counts[start : start + SLAB]
        score = ease.scores(part)
        score[part.nonzero()] = -np.inf
        top = np.argpartition(-score, TOP - 1, axis=1)[:, :TOP]
        names.append(np.take_along_axis(top, np.argsort(-np.take_along_axis(score, top, axis=1), axis=1), axis=1))
    item = np.concatenate(names)
    account = np.repeat(np.arange(known.shape[0]), TOP)
    return pa.table(
        {
            "account": known.account_name.take(pa.array(account)),
            "item": known.item_name.take(pa.array(item.ravel())),
        }
    )


def purchases(pairs: features.AccountItems, first_day: int) -> recommend.Purchases:
    """The days of the pairs of items that enough accounts have bought, as the recommendations read them."""
    wanted = np.bincount(pairs.item, minlength=len(pairs.items)) >= LEAST * len(pairs.account)
    code, names = np.cumsum(wanted) - 1, pairs.items.filter(pa.array(wanted))
    kept = wanted[pairs.item]
    orders = pairs.orders[kept]
    day = pairs.days.day[np.repeat(kept, pairs.orders)].astype(np.int64)
    account, item = np.repeat(pairs.rows[kept], orders), np.repeat(code[pairs.item[kept]], orders)
    return recommend.Purchases(account, item, day, pairs.account, names, first_day, pairs.as_of)


def elasticity(pairs: features.AccountItems) -> pa.Table:
    """Slopes of log pieces on log price within account and item, month by month, drawn in by how noisy each is."""
    days = pairs.days
    first = int(days.day.min())
    month = np.arange(first, pairs.as_of + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int32)
    month = month[days.day - first]
    pair = np.repeat(np.arange(pairs.item.size, dtype=np.int32), pairs.orders)
    fresh = np.flatnonzero(np.diff(pair, prepend=-1) | np.diff(month, prepend=month[0]))
    pieces, paid, pair = np.add.reduceat(days.quantity, fresh), np.add.reduceat(days.sale, fresh), pair[fresh]
    pair, pieces, paid = pair[pieces > 0], pieces[pieces > 0], paid[pieces > 0]
    found = price.fit_slopes(
        account=pairs.rows[pair], log_price=np.log(paid / pieces), log_volume=np.log(pieces), effects=(pair,)
    )
    columns = {"elasticity": found.centre, "low": found.low, "high": found.high, "own": found.slope}
    return pa.table({"account": pairs.account[: found.slope.size], **columns})


def alike(accounts: pa.Table) -> pa.Table:
    """The ten accounts of the best fifth that each account is most like."""
    numbers = ("repeats", "sale", "items", "lines", "age")
    best = lookalike.best_by_value(value=accounts["value"])
    encoder = lookalike.fit_encoder(frame=accounts, columns=lookalike.Columns(numbers=numbers))
    found = lookalike.nearest(encoder=encoder, accounts=accounts, best=best, prospects=accounts, count=TOP)
    names = accounts["account"].combine_chunks()
    return pa.table(
        {
            "account": names.take(pa.array(np.repeat(np.arange(len(names)), TOP))),
            "like": names.take(pa.array(found.account.ravel())),
            "likeness": found.likeness.ravel(),
        }
    )
