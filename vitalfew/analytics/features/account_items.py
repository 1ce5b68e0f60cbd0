"""What each account bought of each item: one row for each pair that was ever sold, in compressed rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from vitalfew.analytics.features import counting
from vitalfew.analytics.features.in_weeks import InWeeks
from vitalfew.analytics.features.lines import BLOCK, Lines, Masks, check_numbers, read
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
class AccountItems(InWeeks):
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
    if quantity:
        check_numbers(lines.table, quantity)
    sorted_lines = _sorted(lines, what, quantity)
    kept = _Kept.of(sorted_lines.day.size, each_day=each_day)
    parts = [_part(of, one, lines.first_day, len(what.name), kept) for of, one in sorted_lines.parts()]
    if not any(part[0].size for part in parts):
        raise NothingThere(f"Nothing that names its {item} was sold: look at the amounts and at the column {item}.")
    of, thing, orders, first, last, gaps, sale, sent, net = map(np.concatenate, zip(*parts, strict=True))
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
        quantity=sent if quantity else None,
        sale=sale,
        net=net,
        days=kept.days(orders, counted=quantity is not None) if each_day else None,
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


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The lines that name an item, by account and else as they came; those of account i begin at `start[i]`."""

    start: Ints
    thing: NDArray[Any]
    day: NDArray[Any]
    amount: Floats
    sold: Masks
    pieces: Floats

    def parts(self) -> Iterator[tuple[Ints, _Sorted]]:
        """The account of each line and the lines, cut between accounts into blocks that stay in the processor's cache."""
        wanted = np.searchsorted(self.start, np.arange(0, self.day.size, BLOCK))
        for one, other in pairwise(np.unique(np.append(wanted, self.start.size - 1)).tolist()):
            rows = slice(int(self.start[one]), int(self.start[other]))
            columns: tuple[NDArray[Any], ...] = (self.thing, self.day, self.amount, self.sold, self.pieces)
            if rows.stop > rows.start:
                of = np.repeat(np.arange(one, other), np.diff(self.start[one : other + 1]))
                yield of, _Sorted(self.start[one : other + 1], *(column[rows] for column in columns))


def _sorted(lines: Lines, what: Coded, quantity: str | None) -> _Sorted:
    """The lines put in their accounts' places, block by block: a counting sort that moves every line once."""
    accounts = len(lines.account)
    start = np.concatenate(([0], np.cumsum(_lines_with_an_item(lines, what))))
    thing, day = np.empty((2, start[-1]), np.int32)
    amount, sold = np.empty(start[-1]), np.empty(start[-1], np.bool_)
    pieces, free = np.empty(start[-1]) if quantity else amount, start[:-1].copy()
    for block in lines.blocks(what.code, *([quantity] if quantity else [])):
        named = np.flatnonzero(block.others[0] >= 0)
        order = named[counting.by(block.code[named], accounts)]
        code = block.code[order]
        first = counting.starts(code)
        count = np.diff(first, append=code.size)
        place = np.arange(code.size) + np.repeat(free[code[first]] - first, count)
        free[code[first]] += count
        thing[place], day[place], sold[place] = block.others[0][order], block.day[order], block.sold[order]
        amount[place] = block.amount[order]
        if quantity:
            pieces[place] = block.others[1][order]
    return _Sorted(start, thing, day, amount, sold, pieces)


def _lines_with_an_item(lines: Lines, what: Coded) -> Ints:
    """How many of each account, shape (accounts,)."""
    count = np.zeros(len(lines.account), dtype=np.int64)
    for begin in range(0, lines.code.size, BLOCK):
        rows = slice(begin, begin + BLOCK)
        code = lines.code[rows][what.code[rows] >= 0]
        count += np.bincount(code[code >= 0], minlength=count.size)
    return count


def _part(of: Ints, lines: _Sorted, first_day: int, items: int, kept: _Kept) -> tuple[NDArray[Any], ...]:
    """The pairs of some accounts: account, item, orders, first and last day, log gaps, sale, quantity, net."""
    place = of - of[0]
    order = _in_order(place, lines.thing, lines.day - first_day, items)
    pair, day, sold = (place * items + lines.thing)[order], lines.day[order], lines.sold[order]
    amount, pieces = lines.amount[order], lines.pieces[order]
    whole = counting.starts(pair)
    every, net = pair[whole], np.add.reduceat(amount, whole)
    if not sold.all():
        pair, day, amount, pieces = pair[sold], day[sold], amount[sold], pieces[sold]
    if pair.size == 0:
        return tuple(np.empty(0, kind) for kind in (np.int64,) * 5 + (np.float64,) * 4)
    once = counting.starts(pair, day)
    pair, day = pair[once], day[once]
    first = counting.starts(pair)
    sale, sent = np.add.reduceat(amount, once), np.add.reduceat(pieces, once)
    if kept.columns:
        kept.take(day, sale, sent)
    sums = (np.add.reduceat(sale, first), np.add.reduceat(sent, first), net[np.searchsorted(every, pair[first])])
    return (of[0] + pair[first] // items, pair[first] % items, *_rhythm(day, first), *sums)


def _in_order(place: Ints, thing: NDArray[Any], day: NDArray[Any], items: int) -> Ints:
    """The order of lines, by account already, by item and by day within it."""
    accounts = int(place[-1]) + 1
    if ((day[1:] >= day[:-1]) | (place[1:] != place[:-1])).all():
        return counting.by_two(place, accounts, thing, items)
    by_day = counting.by(day, int(day.max()) + 1)
    return np.asarray(by_day[counting.by_two(place[by_day], accounts, thing[by_day], items)])


def _rhythm(day: NDArray[Any], first: Ints) -> tuple[Ints, Ints, Ints, Floats]:
    """Orders, first and last day and log gaps of each pair, from its days; a pair begins at `first`."""
    gap = np.diff(day, prepend=day[0])
    gap[first] = 1
    orders = np.diff(first, append=day.size)
    return orders, day[first], day[first + orders - 1], np.add.reduceat(np.log(gap), first)
