"""The reference ledgers as arrays, read without any of the project's own import code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.reference.data import folder
from vitalfew.analytics.repeat import Orders
from vitalfew.analytics.standing import Features

ONE_YEAR = ("online_retail", "read_csv('{}/online_retail.csv.gz', all_varchar = true)")
TWO_YEARS = ("online_retail_two_years", "read_parquet('{}/online_retail_2009_2011.parquet')")
GROCERY = ("grocery", "read_parquet('{}/grocery.parquet')")
APPAREL = ("apparel", "read_parquet('{}/apparel.parquet')")
CDNOW = ("cdnow", "read_csv('{}/CDNOW_master.txt', all_varchar = true, delim = '\\n', header = true)")


@dataclass(frozen=True, slots=True)
class Days:
    """One row for each customer and day: minor units of all lines (`net`) and of the sale lines (`sale`)."""

    customer: NDArray[np.int64]
    day: NDArray[np.int64]
    net: NDArray[np.int64]
    sale: NDArray[np.int64]


def source(ledger: tuple[str, str]) -> str:
    """The ledger as an SQL table expression; skips the test where the data is absent."""
    name, table = ledger
    found: Path | None = folder(name)
    if found is None:
        pytest.skip(f"the reference ledger {name} is not here: set VITALFEW_DATA to the folder that holds it")
    return table.format(found)


def rows(query: str) -> dict[str, NDArray[np.generic]]:
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2")
        return {name: np.asarray(column) for name, column in connection.sql(query).fetchnumpy().items()}


def retail_days() -> Days:
    """The two-year ledger; an invoice that starts with C or a negative quantity is a credit note."""
    found = rows(
        f"""WITH line AS (
          SELECT CAST(CustomerID AS BIGINT) AS customer,
            date_diff('day', DATE '2009-12-01', CAST(CAST(InvoiceDate AS TIMESTAMP) AS DATE)) AS on_day,
            CAST(round(Quantity * UnitPrice * 100) AS BIGINT) AS minor,
            InvoiceNo LIKE 'C%' OR Quantity < 0 AS credit
          FROM {source(TWO_YEARS)} WHERE CustomerID IS NOT NULL)
        SELECT customer, on_day, CAST(sum(minor) AS BIGINT) AS net,
          CAST(sum(CASE WHEN credit THEN 0 ELSE minor END) AS BIGINT) AS sale
        FROM line GROUP BY customer, on_day ORDER BY customer, on_day"""
    )
    return Days(*(found[name].astype(np.int64) for name in ("customer", "on_day", "net", "sale")))


def cdnow_days() -> Days:
    source(CDNOW)
    path = Path(str(folder("cdnow"))) / "CDNOW_master.txt"
    table = np.loadtxt(path, skiprows=1)
    text = table[:, 1].astype(np.int64).astype(str)
    dates = np.array([f"{d[:4]}-{d[4:6]}-{d[6:]}" for d in text], dtype="datetime64[D]")
    day = (dates - np.datetime64("1997-01-01")).astype(np.int64)
    pairs, where = np.unique(np.column_stack((table[:, 0].astype(np.int64), day)), axis=0, return_inverse=True)
    minor = np.bincount(where.ravel(), np.rint(table[:, 3] * 100)).astype(np.int64)
    return Days(pairs[:, 0], pairs[:, 1], minor, minor)


def cdnow_sample_days() -> Days:
    """The tenth of the customers that the literature fits its models to; it counts orders of no value too."""
    days = cdnow_days()
    sample = np.loadtxt(Path(str(folder("cdnow"))) / "CDNOW_sample.txt", usecols=0).astype(np.int64)
    found = _some(days, np.isin(days.customer, sample))
    return Days(found.customer, found.day, found.net, np.maximum(found.sale, 1))


def grocery_days() -> Days:
    return _visits("SELECT CAST(cust AS BIGINT) AS customer, CAST(date AS DATE) AS on_date FROM {}", GROCERY)


def apparel_days() -> Days:
    return _visits("SELECT CAST(Id AS BIGINT) AS customer, CAST(Date AS DATE) AS on_date FROM {}", APPAREL)


def orders_at(days: Days, cut: int, end: int) -> tuple[Orders, NDArray[np.int64]]:
    """Orders up to day `cut` in weeks, and how many each of these customers places after it up to day `end`."""
    order = _some(days, days.sale > 0)
    past = _some(order, order.day <= cut)
    names, first, row = np.unique(past.customer, return_index=True, return_inverse=True)
    count = np.bincount(row)
    begun, last = past.day[first], past.day[first + count - 1]
    log_gaps = _log_gaps(row, cut - past.day, names.size) - (count - 1) * np.log(7)
    coming = order.customer[(order.day > cut) & (order.day <= end) & np.isin(order.customer, names)]
    orders = Orders(count - 1.0, (last - begun) / 7, (cut - begun) / 7, log_gaps)
    return orders, np.bincount(np.searchsorted(names, coming), minlength=names.size)


def _visits(query: str, ledger: tuple[str, str]) -> Days:
    """Order days of a ledger without values; day 0 is the year's first of its first year."""
    found = rows(f"SELECT DISTINCT * FROM ({query.format(source(ledger))}) ORDER BY ALL")
    date = found["on_date"].astype("datetime64[D]")
    day = (date - date.min().astype("datetime64[Y]").astype("datetime64[D]")).astype(np.int64)
    ones = np.ones(day.size, dtype=np.int64)
    return Days(found["customer"].astype(np.int64), day, ones, ones)


def _some(days: Days, which: NDArray[np.bool_]) -> Days:
    return Days(days.customer[which], days.day[which], days.net[which], days.sale[which])


def features_at(days: Days, cut: int, horizon: int = 182) -> tuple[Features, NDArray[np.float64]]:
    """Features of all that was known at the end of day `cut`, and each customer's net of the days after it."""
    past = days.day <= cut
    names, row = np.unique(days.customer[past], return_inverse=True)
    age, net, sale = cut - days.day[past], days.net[past], days.sale[past]
    order = sale > 0

    def total(mask: NDArray[np.bool_], what: NDArray[np.generic]) -> NDArray[np.float64]:
        return np.bincount(row[mask], what[mask], minlength=names.size)

    first, last = np.full(names.size, -1), np.full(names.size, 10**9)
    np.maximum.at(first, row[order], age[order])
    np.minimum.at(last, row[order], age[order])
    log = np.log(np.maximum(sale, 1))
    features = Features(
        orders=np.bincount(row[order], minlength=names.size),
        first_age=first,
        last_age=np.where(first < 0, -1, last),
        log_gaps=_log_gaps(row[order], age[order], names.size),
        sum_log=total(order, log),
        sum_log_squared=total(order, log**2),
        sale=total(order, sale).astype(np.int64),
        net=total(age >= 0, net).astype(np.int64),
        net_recent=total(age < 365, net).astype(np.int64),
        history_days=cut + 1,
    )
    coming = (days.day > cut) & (days.day <= cut + horizon) & np.isin(days.customer, names)
    where = np.searchsorted(names, days.customer[coming])
    return features, np.bincount(where, days.net[coming], minlength=names.size)


def _log_gaps(row: NDArray[np.int64], age: NDArray[np.int64], size: int) -> NDArray[np.float64]:
    """Sum of ln(days between one order and the next); rows lie by customer and day."""
    again = np.flatnonzero(row[1:] == row[:-1])
    return np.bincount(row[again], np.log(age[again] - age[again + 1]), minlength=size)
