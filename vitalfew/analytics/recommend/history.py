"""Who bought what on which days: the input of this room, as sorted codes and as sparse rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_array

from vitalfew.analytics.features.fading import faded
from vitalfew.analytics.frames import Coded, Floats, Ints, coded, days, numbers, table
from vitalfew.analytics.refusals import NotAColumn, NothingThere, OutOfOrder, same_length

Bools = NDArray[np.bool_]

_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Purchases:
    """Purchases known at the end of the day `as_of`; an event is one account buying one item on one day, told once.

    `account`, `item`, `day`, each shape (events,), are sorted by account, item, day; the first two point into
    `account_name` and `item_name`, in their own order, which hold also those without any purchase; days count from
    1970-01-01.
    `since` is the first day of the ledger. Made by `purchases`.
    """

    account: Ints
    item: Ints
    day: Ints
    account_name: pa.Array
    item_name: pa.Array
    since: int
    as_of: int

    @property
    def shape(self) -> tuple[int, int]:
        """How many accounts and items have a name."""
        return len(self.account_name), len(self.item_name)

    @property
    def history(self) -> int:
        """Days from the first of the ledger to `as_of`, both inside."""
        return self.as_of - self.since + 1

    @property
    def age(self) -> Ints:
        """Days from each event to `as_of`, shape (events,)."""
        return self.as_of - self.day

    def until(self, day: int) -> Purchases:
        """What was known at the end of an earlier day; codes of accounts and items stay as they are."""
        return self.where(self.day <= day, as_of=min(day, self.as_of))

    def after(self, day: int) -> Purchases:
        """What happened later than `day`."""
        return self.where(self.day > day)

    def where(self, kept: Bools, *, as_of: int | None = None) -> Purchases:
        """The events that are `kept`, shape (events,); codes stay as they are."""
        events = self.account[kept], self.item[kept], self.day[kept]
        last = self.as_of if as_of is None else as_of
        return Purchases(*events, self.account_name, self.item_name, self.since, last)

    def starts(self) -> Ints:
        """Where each pair of account and item begins among the events, shape (pairs,)."""
        fresh = np.ones(self.day.size, dtype=np.bool_)
        fresh[1:] = (np.diff(self.account) != 0) | (np.diff(self.item) != 0)
        return np.flatnonzero(fresh)

    def counts(self, *, half_life: float | None = None, at_most: float | None = None) -> csr_array:
        """Days on which each account bought each item, shape (accounts, items), float32.

        An event of `half_life` days ago counts a half; `at_most` cuts each count.
        """
        start = self.starts()
        total = self.decayed(half_life).astype(np.float32)
        if at_most is not None:
            np.minimum(total, np.float32(at_most), out=total)
        held = np.bincount(self.account[start], minlength=self.shape[0])
        return csr_array((total, self.item[start], np.r_[0, np.cumsum(held)]), shape=self.shape)

    def decayed(self, half_life: float | None) -> Floats:
        """Each pair's purchase days, one of `half_life` days ago counting a half, shape (pairs,)."""
        weight = np.ones(self.day.size) if half_life is None else faded(self.age, half_life)
        total: Floats = np.add.reduceat(weight, self.starts()) if weight.size else weight
        return total

    def owners(self) -> tuple[Ints, Ints]:
        """How many items each account has bought, shape (accounts,), and how many accounts each item, shape (items,)."""
        start, (accounts, items) = self.starts(), self.shape
        return np.bincount(self.account[start], minlength=accounts), np.bincount(self.item[start], minlength=items)

    def rhythm(self, *, half_life: float) -> tuple[Floats, Floats, Floats]:
        """Of each account, shape (accounts,): order days, the same decayed, days since the last (all history if none)."""
        size, span = self.shape[0], self.history + 1
        packed = np.unique(self.account * span + (self.day - self.since))
        account, age = packed // span, self.as_of - self.since - packed % span
        last = np.full(size, float(self.history))
        np.minimum.at(last, account, age.astype(np.float64))
        decayed = np.bincount(account, faded(age, half_life), minlength=size)
        return np.bincount(account, minlength=size).astype(np.float64), decayed, last

    def accounts_named(self, names: Sequence[Any]) -> Ints:
        """Codes of accounts by name, in the order given, -1 for a name the ledger does not know."""
        return _places(self.account_name, names)

    def items_named(self, names: Sequence[Any]) -> Ints:
        """Codes of items by name, in the order given, -1 for a name the ledger does not know."""
        return _places(self.item_name, names)

    def chosen(self, accounts: Ints | None) -> Ints:
        """Sorted codes of the accounts asked for, or of all. Raises OutOfOrder for a code the ledger does not have."""
        if accounts is None:
            return np.arange(self.shape[0])
        asked = np.unique(np.asarray(accounts, dtype=np.int64))
        wrong = (asked < 0) | (asked >= self.shape[0])
        if wrong.any():
            raise OutOfOrder(
                f"There is no account with code {asked[wrong][0]}: codes run from 0 to {self.shape[0] - 1}."
            )
        return asked


def purchases(
    *,
    frame: Any,
    account: str = "account",
    item: str = "item",
    day: str = "day",
    quantity: str | None = None,
    net: str | None = None,
    products: str | None = None,
    as_of: date | int | None = None,
) -> Purchases:
    """Purchases from a frame of lines; the other arguments name its columns.

    A line counts where its `quantity` is above zero (a return is no purchase), its `net` is above zero (a free sample
    is none either) and its item's code fits the regular expression `products` (freight, fees and vouchers do not);
    None asks nothing. Lines after `as_of`, the last complete day (default: the last day of the frame), are not looked
    at. Accounts and items that fail all this keep their names and have no event.
    Raises NotAColumn, NotFinite, or NothingThere where no line is left.
    """
    source = table(frame)
    who, what, when = _sorted(coded(source, account)), _sorted(coded(source, item)), days(source, day)
    rows = same_length(**{account: who.code, item: what.code, day: when})
    last = int(when.max()) if as_of is None else (as_of - _EPOCH).days if isinstance(as_of, date) else int(as_of)
    kept = (when <= last) & _fitting(what, products)[what.code]
    for column in (quantity, net):
        if column is not None:
            kept &= numbers(source, column) > 0
    if not kept.any():
        raise NothingThere(f"None of the {rows} lines is a purchase: look at quantities, item codes and the last day.")
    since = int(when.min())
    span = last - since + 1
    packed = np.unique((who.code[kept] * len(what.name) + what.code[kept]) * span + (when[kept] - since))
    pair, days_in = packed // span, packed % span
    return Purchases(pair // len(what.name), pair % len(what.name), days_in + since, who.name, what.name, since, last)


def _sorted(column: Coded) -> Coded:
    """Codes in the order of the names, so that the order of the lines changes nothing."""
    order = pc.sort_indices(column.name).to_numpy().astype(np.int64)
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    return Coded(place[column.code], column.name.take(pa.array(order)))


def _fitting(what: Coded, pattern: str | None) -> Bools:
    if pattern is None:
        return np.ones(len(what.name), dtype=np.bool_)
    fits: Bools = pc.match_substring_regex(pc.cast(what.name, pa.string()), pattern).to_numpy(zero_copy_only=False)
    return fits


def _places(known: pa.Array, names: Sequence[Any]) -> Ints:
    try:
        asked = pa.array(list(names), type=known.type)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
        raise NotAColumn(
            f"Names in this ledger are of the kind {known.type}, and other ones were asked for."
        ) from error
    found: Ints = pc.fill_null(pc.index_in(asked, value_set=known), -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return found
