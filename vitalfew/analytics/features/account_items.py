"""What each account bought of each item: one row for each pair that was ever sold, in compressed rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from vitalfew.analytics import frames
from vitalfew.analytics.features import counting
from vitalfew.analytics.features.account_features import WEEK
from vitalfew.analytics.features.lines import BLOCK, Lines, read
from vitalfew.analytics.features.naming import Coded, coded, sorted_by_name
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.refusals import NothingThere


@dataclass(frozen=True, slots=True)
class PairDays:
    """Every day on which a pair was sold: those of pair i are rows `start[i]` to `start[i + 1]`, oldest first.

    `start` shape (pairs + 1,); `day` since 1970-01-01, `sale` and `quantity` sold that day, shape (days,); `quantity`
    None without the column.
    """

    start: Ints
    day: NDArray[Any]
    sale: Floats
    quantity: Floats | None


@dataclass(frozen=True, slots=True)
class AccountItems:
    """The pairs of account i are rows `start[i]` to `start[i + 1]`, in the order of the items; arrays (pairs,).

    The accounts are those of `measure_features` for the same lines, also where nothing was sold to one. `item` points
    into `items`. `orders` days on which the item was sold to the account; `first_age`, `last_age` days from the first
    and the last of them to `as_of`; `sum_log_gap` of ln(days from one to the next); `quantity` pieces sold, None without
    the column; `sale` value sold; `net` all lines of the pair, credits too. `days` each of the orders, None where not
    asked for.
    """

    account: pa.Array
    items: pa.Array
    as_of: int
    start: Ints
    item: Ints
    orders: Ints
    first_age: Ints
    last_age: Ints
    sum_log_gap: Floats
    quantity: Floats | None
    sale: Floats
    net: Floats
    days: PairDays | None

    @property
    def rows(self) -> Ints:
        """The account of each pair, shape (pairs,)."""
        return np.repeat(np.arange(len(self.account)), np.diff(self.start))

    @property
    def repeats(self) -> Floats:
        """Orders of the pair after the first."""
        return np.asarray(self.orders - 1.0)

    @property
    def last(self) -> Floats:
        """Weeks from the pair's first order to its last."""
        return np.asarray((self.first_age - self.last_age) / WEEK)

    @property
    def age(self) -> Floats:
        """Weeks from the pair's first order to the as-of day."""
        return np.asarray(self.first_age / WEEK)

    @property
    def log_gaps(self) -> Floats:
        """Sum of ln(weeks from one order of the pair to the next)."""
        return np.asarray(self.sum_log_gap - self.repeats * np.log(WEEK))

    def matrix(self, weights: Floats | Ints) -> csr_array:
        """Weights of the pairs as a sparse matrix, shape (accounts, items)."""
        return csr_array((weights, self.item, self.start), shape=(len(self.account), len(self.items)))


def measure_pairs(
    *,
    frame: Any,
    account: str = "account",
    item: str = "item",
    day: str = "day",
    amount: str = "amount",
    kind: str | None = None,
    quantity: str | None = None,
    as_of: date | int | None = None,
    each_day: bool = False,
) -> AccountItems:
    """Every pair of account and item that was sold, from a ledger's lines up to `as_of`.

    Columns and cut as in `measure_features`. Lines that name no item are left out. Charges are pairs like others where
    no `kind` marks them: leave out what is no product. With `each_day` the days of every pair are kept, which take 20
    bytes each. Raises NotAColumn, NotFinite, NothingThere.
    Source: docs/measures/account_features.md.
    """
    lines = read(frame=frame, columns=(account, day, amount, kind), as_of=as_of)
    what = sorted_by_name(coded(lines.table, item))
    sold, others = _sold(lines, what)
    if sold.size == 0:
        raise NothingThere(f"Nothing that names its {item} was sold: look at the amounts and at the column {item}.")
    pieces = frames.numbers(lines.table, quantity) if quantity else None
    kept = _Kept.of(sold.size, each_day=each_day)
    parts = [_part(lines, what, pieces, rows, kept) for rows in _by_account(lines, sold)]
    of, thing, orders, first, last, gaps, sale, sent = map(np.concatenate, zip(*parts, strict=True))
    return AccountItems(
        account=lines.account,
        items=what.name,
        as_of=lines.as_of,
        start=np.searchsorted(of, np.arange(len(lines.account) + 1)),
        item=thing,
        orders=orders,
        first_age=lines.as_of - first,
        last_age=lines.as_of - last,
        sum_log_gap=gaps,
        quantity=None if pieces is None else sent,
        sale=sale,
        net=sale + _net_of(others, lines, what, of * np.int64(len(what.name)) + thing),
        days=kept.days(orders, counted=pieces is not None) if each_day else None,
    )


@dataclass(slots=True)
class _Kept:
    """Room for every day of every pair, made once so that nothing large is copied; `columns` is empty if not asked for."""

    columns: tuple[NDArray[Any], ...]
    size: int = 0

    @staticmethod
    def of(most: int, *, each_day: bool) -> _Kept:
        kinds = (np.int32, np.float64, np.float64) if each_day else ()
        return _Kept(tuple(np.empty(most, kind) for kind in kinds))

    def take(self, *parts: NDArray[Any]) -> None:
        for column, part in zip(self.columns, parts, strict=True):
            column[self.size : self.size + part.size] = part
        self.size += parts[0].size

    def days(self, orders: Ints, *, counted: bool) -> PairDays:
        day, sale, sent = (column[: self.size] for column in self.columns)
        return PairDays(np.concatenate(([0], np.cumsum(orders))), day, sale, sent if counted else None)


def _sold(lines: Lines, what: Coded) -> tuple[Ints, Ints]:
    """The lines that sold an item, and those of an item that did not: credits, charges and free ones."""
    parts, rows = [], np.arange(lines.code.size, dtype=np.int32 if lines.code.size < 2**31 else np.int64)
    for block in lines.blocks(what.code, rows):
        thing, row = block.others
        named = thing >= 0
        parts.append((row[named & block.sold], row[named & ~block.sold]))
    sold, others = (np.concatenate(column) for column in zip(*parts, strict=True))
    return sold, others


def _by_account(lines: Lines, rows: Ints) -> Iterator[Ints]:
    """The rows by account and cut between accounts into blocks that stay in the processor's cache."""
    code = lines.code[rows]
    ends = np.cumsum(np.bincount(code, minlength=len(lines.account)))
    cuts = np.unique(ends[np.searchsorted(ends, np.arange(0, rows.size, BLOCK) + 1)])
    yield from np.split(rows[counting.by(code, len(lines.account))], cuts[:-1])


def _part(lines: Lines, what: Coded, pieces: Floats | None, rows: Ints, kept: _Kept) -> tuple[NDArray[Any], ...]:
    """The pairs of some accounts: account, item, orders, first and last day, log gaps, sale, quantity; days are kept."""
    # What is needed of the lines is fetched once, in their own order, and then sorted within the block.
    of, thing, day, items = lines.code[rows], what.code[rows], lines.day[rows], len(what.name)
    place = of - of[0]
    if (np.diff(day)[np.diff(of) == 0] < 0).any():
        by_day = counting.by(day - lines.first_day, lines.as_of - lines.first_day + 1)
        order = by_day[counting.by_two(place[by_day], int(place[-1]) + 1, thing[by_day], items)]
    else:
        order = counting.by_two(place, int(place[-1]) + 1, thing, items)
    pair, day = (place * np.int64(items) + thing)[order], day[order]
    once = counting.starts(pair, day)
    pair, day = pair[once], day[once]
    first = counting.starts(pair)
    sale = np.add.reduceat(lines.amount[rows][order], once)
    sent = sale if pieces is None else np.add.reduceat(pieces[rows][order], once)
    if kept.columns:
        kept.take(day, sale, sent)
    names = (of[0] + pair[first] // items, pair[first] % items)
    return (*names, *_rhythm(day, first), np.add.reduceat(sale, first), np.add.reduceat(sent, first))


def _rhythm(day: Ints, first: Ints) -> tuple[Ints, Ints, Ints, Floats]:
    """Orders, first and last day and log gaps of each pair, from its days; a pair begins at `first`."""
    gap = np.diff(day, prepend=day[0])
    gap[first] = 1
    orders = np.diff(first, append=day.size)
    return orders, day[first], day[first + orders - 1], np.add.reduceat(np.log(gap), first)


def _net_of(rows: Ints, lines: Lines, what: Coded, pairs: Ints) -> Floats:
    """Sum of some lines for each of the `pairs`, which ascend."""
    key = lines.code[rows] * np.int64(len(what.name)) + what.code[rows]
    place = np.minimum(np.searchsorted(pairs, key), pairs.size - 1)
    known = pairs[place] == key
    return np.bincount(place[known], lines.amount[rows[known]], minlength=pairs.size)
