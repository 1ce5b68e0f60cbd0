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
SLAB = 128


def run(lines: Path, results: Path) -> None:
    """Read the lines and write one Parquet file for each result."""
    table = pq.ParquetFile(lines, read_dictionary=["account", "item"], memory_map=True).read(use_threads=False)
    last = pc.max(table["day"]).as_py().date()
    measured = features.measure_features(frame=table, as_of=last)
    pairs = features.measure_pairs(frame=table, quantity="quantity", as_of=last, each_day=True)
    del table
    accounts = customers(measured, np.diff(pairs.start))
    for name, found in {
        "accounts": accounts,
        "due": due(pairs),
        "new": new(pairs),
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
    # One number sorts by account, then by days from many to few, then by the age of the last: faster than three sorts.
    days, ages = int(pairs.orders.max()) + 1, int(pairs.last_age.max()) + 1
    order = np.argsort((pairs.rows * days - pairs.orders) * ages + pairs.last_age, kind="stable")
    best = order[np.arange(order.size) - pairs.start[pairs.rows] < TOP]
    return pa.table(
        {
            "account": pairs.account.take(pa.array(pairs.rows[best])),
            "item": pairs.items.take(pa.array(pairs.item[best])),
            "days": pairs.orders[best],
        }
    )


def new(pairs: features.AccountItems) -> pa.Table:
    """Ten items each account has never bought, by EASE."""
    wanted = np.flatnonzero(np.bincount(pairs.item, minlength=len(pairs.items)) >= LEAST * len(pairs.account))
    counts = pairs.counts(half_life=180.0, at_most=1)[:, wanted]
    score = recommend.fit_ease(purchases=counts).scores(counts)
    score[counts.nonzero()] = -np.inf
    best = np.concatenate([highest(score[start : start + SLAB]) for start in range(0, len(score), SLAB)])
    return pa.table(
        {
            "account": pairs.account.take(pa.array(np.repeat(np.arange(len(best)), TOP))),
            "item": pairs.items.take(pa.array(wanted[best.ravel()])),
        }
    )


def highest(score: NDArray[np.float32]) -> NDArray[np.int64]:
    """The columns of the ten highest scores of each row, the highest first."""
    top = np.argpartition(-score, TOP - 1, axis=1)[:, :TOP]
    return np.take_along_axis(top, np.argsort(-np.take_along_axis(score, top, axis=1), axis=1), axis=1)


def elasticity(pairs: features.AccountItems) -> pa.Table:
    """Slopes of log pieces on log price within account and item, month by month, drawn in by how noisy each is."""
    days = pairs.days
    first = int(days.day.min())
    month = np.arange(first, pairs.as_of + 1).astype("datetime64[D]").astype("datetime64[M]").astype(np.int32)
    month, begins = month[days.day - first], np.zeros(days.day.size, dtype=np.bool_)
    begins[1:] = month[1:] != month[:-1]
    begins[days.start[:-1]] = True
    pair = np.repeat(np.arange(pairs.item.size), np.add.reduceat(begins, days.start[:-1], dtype=np.int64))
    begins = np.flatnonzero(begins)
    pieces, paid = np.add.reduceat(days.quantity, begins), np.add.reduceat(days.sale, begins)
    if not (some := pieces > 0).all():
        pair, pieces, paid = pair[some], pieces[some], paid[some]
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
