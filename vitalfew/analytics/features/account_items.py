"""What each account bought of each item: one row for each pair that was ever sold, in compressed rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse import csr_array

from vitalfew.analytics.features import counting
from vitalfew.analytics.features.fading import faded
from vitalfew.analytics.features.in_weeks import InWeeks
from vitalfew.analytics.features.lines import Lines, Masks, check_numbers, read
from vitalfew.analytics.features.naming import Coded, coded, occurring
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.refusals import NothingThere, above_zero, finite


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

    def counts(self, *, half_life: float | None = None, at_most: float | None = None) -> csr_array:
        """Days on which each account bought each item, shape (accounts, items), float32.

        A day of `half_life` days ago counts a half; `at_most` cuts each count. Raises NothingThere where a half-life
        is given and `days` were not asked for, BelowZero or NotFinite for a half-life that is none.
        """
        total = self.orders.astype(np.float64) if half_life is None else self._faded(half_life)
        return self.matrix(np.minimum(total, np.inf if at_most is None else at_most).astype(np.float32))

    def _faded(self, half_life: float) -> Floats:
        """Each pair's days, one of `half_life` days ago counting a half."""
        if self.days is None:
            raise NothingThere("The days of the pairs were not kept: measure them with each_day=True.")
        finite(half_life=np.array([half_life]))
        above_zero(half_life=np.array([half_life]))
        total, start, as_of = np.empty(self.orders.size), self.days.start, np.int32(self.as_of)
        for one, other in counting.blocks(start):
            day = self.days.day[start[one] : start[other]]
            total[one:other] = np.add.reduceat(faded(as_of - day, half_life), start[one:other] - start[one])
        return total

    def matrix(self, weights: NDArray[Any]) -> csr_array:
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
    what = occurring(coded(lines.table, item))
    if quantity:
        check_numbers(lines.table, quantity)
    sorted_lines = _sorted(lines, what, quantity)
    kept = _Kept(sorted_lines) if each_day else None
    parts = [_part(of, one, len(what.name), kept) for of, one in sorted_lines.parts()]
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
        days=kept.days(orders) if kept else None,
    )


@dataclass(frozen=True, slots=True)
class _Keys:
    """Item, day and whether a line was sold as one whole number that sorts by them, in this order."""

    first_day: int
    bits: int
    kind: type[np.signedinteger[Any]]

    @staticmethod
    def of(lines: Lines, items: int) -> _Keys:
        bits = (lines.as_of - lines.first_day).bit_length() + 1
        return _Keys(lines.first_day, bits, np.int32 if bits + items.bit_length() < 32 else np.int64)

    def packed(self, thing: Ints, day: Ints, sold: Masks) -> Ints:
        return thing.astype(np.int64) << self.bits | (day - self.first_day) << 1 | sold

    def thing(self, key: Ints) -> Ints:
        return key >> self.bits

    def day(self, key: Ints) -> Ints:
        """Days since the first day of the ledger."""
        return (key & ((1 << self.bits) - 1)) >> 1


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The lines that name an item, by account and else as they came; those of account i begin at `start[i]`."""

    keys: _Keys
    start: Ints
    key: Ints
    amount: Floats
    pieces: Floats | None

    def parts(self) -> Iterator[tuple[Ints, _Sorted]]:
        """The account of each line and the lines, cut between accounts into blocks that stay in the processor's cache."""
        for one, other in counting.blocks(self.start):
            rows, start = slice(int(self.start[one]), int(self.start[other])), self.start[one : other + 1]
            pieces = None if self.pieces is None else self.pieces[rows]
            of = np.repeat(np.arange(one, other), np.diff(start))
            yield of, _Sorted(self.keys, start, self.key[rows], self.amount[rows], pieces)

    def at(self, rows: Ints | Masks) -> _Sorted:
        """These lines, in this order."""
        pieces = None if self.pieces is None else self.pieces[rows]
        return _Sorted(self.keys, self.start, self.key[rows], self.amount[rows], pieces)


@dataclass(slots=True)
class _Kept:
    """Every day of every pair, written over the sorted lines it was made of: there are never more days than lines."""

    room: _Sorted
    size: int = 0

    def take(self, day: Ints, sale: Floats, sent: Floats) -> None:
        """The next days."""
        rows = slice(self.size, self.size + day.size)
        self.room.key.view(np.int32)[rows], self.room.amount[rows] = day, sale
        if self.room.pieces is not None:
            self.room.pieces[rows] = sent
        self.size = rows.stop

    def days(self, orders: Ints) -> PairDays:
        """All days; what is left of the room is given back."""
        key, sale, sent = self.room.key, self.room.amount, self.room.pieces
        key.resize(-(-self.size * 4 // key.itemsize), refcheck=False)
        sale.resize(self.size, refcheck=False)
        if sent is not None:
            sent.resize(self.size, refcheck=False)
        return PairDays(np.concatenate(([0], np.cumsum(orders))), key.view(np.int32)[: self.size], sale, sent)


def _sorted(lines: Lines, what: Coded, quantity: str | None) -> _Sorted:
    """The lines put in their accounts' places, block by block: a counting sort that moves every line once."""
    start = np.concatenate(([0], np.cumsum(_lines_with_an_item(lines, what))))
    keys, free = _Keys.of(lines, len(what.name)), start[:-1].copy()
    key, amount = np.empty(start[-1], keys.kind), np.empty(start[-1])
    pieces = np.empty(start[-1]) if quantity else None
    for block in lines.blocks(what.code, *([quantity] if quantity else [])):
        thing = block.others[0]
        named = slice(None) if (thing >= 0).all() else thing >= 0
        place = counting.places(block.code[named], free)
        key[place] = keys.packed(thing[named], block.day[named], block.sold[named])
        amount[place] = block.amount[named]
        if pieces is not None:
            pieces[place] = block.others[1][named]
    return _Sorted(keys, start, key, amount, pieces)


def _lines_with_an_item(lines: Lines, what: Coded) -> Ints:
    """How many of each account, shape (accounts,)."""
    count = np.zeros(len(lines.account), dtype=np.int64)
    for begin in range(0, lines.code.size, counting.BLOCK):
        rows = slice(begin, begin + counting.BLOCK)
        code = lines.code[rows][what.code[rows] >= 0]
        count += np.bincount(code[code >= 0], minlength=count.size)
    return count


def _part(of: Ints, lines: _Sorted, items: int, kept: _Kept | None) -> tuple[NDArray[Any], ...]:
    """The pairs of some accounts: account, item, orders, first and last day, log gaps, sale, quantity, net."""
    keys, place, key = lines.keys, of - of[0], lines.key.astype(np.int64)
    order = _in_order(place, keys.thing(key), keys.day(key), items)
    above = keys.bits + items.bit_length()
    lines = replace(lines, key=key | place << above).at(order)
    pair = keys.thing(lines.key)
    whole = counting.starts(pair)
    every, net, sold = pair[whole], np.add.reduceat(lines.amount, whole), (lines.key & 1) > 0
    if not sold.all():
        lines = lines.at(sold)
    if lines.key.size == 0:
        return tuple(np.empty(0, kind) for kind in (np.int64,) * 5 + (np.float64,) * 4)
    once = counting.starts(lines.key)
    key, sale = lines.key[once], np.add.reduceat(lines.amount, once)
    sent = sale if lines.pieces is None else np.add.reduceat(lines.pieces, once)
    day, pair = keys.day(key) + keys.first_day, keys.thing(key)
    first = counting.starts(pair)
    if kept:
        kept.take(day, sale, sent)
    pair = pair[first]
    sums = (np.add.reduceat(sale, first), np.add.reduceat(sent, first), net[np.searchsorted(every, pair)])
    account, thing = of[0] + (pair >> above - keys.bits), pair & ((1 << above - keys.bits) - 1)
    return (account, thing, *_rhythm(day, first), *sums)


def _in_order(place: Ints, thing: Ints, day: Ints, items: int) -> Ints:
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
