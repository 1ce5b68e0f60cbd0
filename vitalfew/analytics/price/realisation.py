"""What each account pays beside what others pay for the same items in the same months: the price-realisation index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import ndtri

from vitalfew.analytics.price.cells import Cells, added_up, ready
from vitalfew.analytics.price.deals import Deals, deals
from vitalfew.analytics.price.lines import Columns, read_lines
from vitalfew.analytics.price.others import others_median
from vitalfew.analytics.price.shrink import Middle, moderated, shrunk
from vitalfew.analytics.price.units import FACTORS, near_a_factor, with_changed_units_apart
from vitalfew.analytics.refusals import TooFew

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# A price beyond double or half of what others paid counts as double or half: it is a slip more often than a price.
FURTHEST = float(np.log(2.0))
FEWEST_FOR_HALVES = 10


@dataclass(frozen=True, slots=True)
class Realisation:
    """Log of the price paid over the others' price; arrays of shape (accounts,), below zero where an account pays less.

    `index` is the spend-weighted mean over what could be compared and `error` its standard error, 0 and infinite where
    nothing could; `centre` is what is believed of the account beside all others, `low` to `high` holds its truth with a
    chance of `level`. `lines`, `items` and `spend` are what was compared; `told` is false where fewer than the items
    asked for were, and the number then is not the account's but that of any account. `common` is the mean of all and
    their spread; `reliability` the correlation of two halves of the items of each account, None with too few accounts.
    `left_out` says how many lines were left out, by reason.
    """

    accounts: pa.Array
    index: Floats
    error: Floats
    centre: Floats
    low: Floats
    high: Floats
    lines: Ints
    items: Ints
    spend: Floats
    told: Bools
    common: Middle
    reliability: float | None
    left_out: Mapping[str, int]
    level: float

    @property
    def given_away(self) -> Floats:
        """What the compared spend would have brought more at the price of the others, in the ledger's money."""
        return np.asarray(self.spend * (np.exp(-self.centre) - 1))

    def price_at(self, *, market: Floats) -> tuple[Floats, Floats, Floats]:
        """Low, middle and high price that each account pays for an item that others buy at `market`, shape (accounts,)."""
        low, middle, high = (market * np.exp(one) for one in (self.low, self.centre, self.high))
        return low, middle, high


def measure_realisation(
    *,
    frame: Any,
    account: str = "account",
    item: str = "item",
    day: str = "day",
    quantity: str = "quantity",
    amount: str | None = "amount",
    price: str | None = None,
    product: str | None = None,
    factors: Sequence[float] = FACTORS,
    least_items: int = 3,
    level: float = 0.9,
) -> Realisation:
    """The index of every account of a frame of sales lines; the other arguments name its columns, `price` before `amount`.

    Each price is compared with the median of the other accounts that bought the item that calendar month, once what the
    size of a line saves is taken out of both (`sizes`). Left out and counted: lines without an account, of no product
    (`product` is false), credit notes, nothing paid, items nobody else bought that month, and prices that are others'
    times one of `factors`, which are another unit. Raises NotAColumn, NotFinite, NothingThere or
    TooFew.
    Sources: Marn and Rosiello 1992 for the pocket price beside list and peers; Morris 1983 for drawing in.
    """
    cells = added_up(read_lines(frame, Columns(account, item, day, quantity, amount, price, product)))
    return _measured(cells, factors=factors, least_items=least_items, level=level)


def measure_realisation_of(
    *, cells: Cells, factors: Sequence[float] = FACTORS, least_items: int = 3, level: float = 0.9
) -> Realisation:
    """The index of every account of lines that were added up elsewhere, as `measure_realisation` tells it.

    Raises NotAlike, NothingThere, NotFinite, BelowZero, OutOfOrder or TooFew.
    """
    return _measured(ready(cells), factors=factors, least_items=least_items, level=level)


def _measured(cells: Cells, *, factors: Sequence[float], least_items: int, level: float) -> Realisation:
    cells, _ = with_changed_units_apart(cells, factors=factors)
    sold = deals(cells)
    others, rivals = others_median(group=sold.season, value=sold.log_price)
    gap = sold.log_price - others
    alone, unit = rivals == 0, (rivals > 0) & near_a_factor(gap, factors=factors)
    left_out = {
        **cells.left_out,
        "nobody else bought it that month": int(sold.lines[alone].sum()),
        "another unit": int(sold.lines[unit].sum()),
    }
    kept, accounts = ~alone & ~unit, len(cells.accounts)
    if not kept.any():
        raise TooFew("No item was bought by two accounts in the same month, so no price can be compared with another.")
    pairs = _pairs(sold, np.clip(gap, -FURTHEST, FURTHEST), kept)
    index, error = _index(pairs, accounts)
    drawn, z = shrunk(estimate=index, variance=error**2), float(ndtri(0.5 + level / 2))
    items = np.bincount(pairs.account, minlength=accounts)
    told = items >= least_items
    centre = np.where(told, drawn.centre, drawn.common.mean)
    sd = np.where(told, drawn.sd, drawn.nobody)
    return Realisation(
        accounts=cells.accounts,
        index=index,
        error=error,
        centre=centre,
        low=centre - z * sd,
        high=centre + z * sd,
        lines=np.bincount(sold.account[kept], sold.lines[kept], minlength=accounts).astype(np.int64),
        items=items,
        spend=np.bincount(pairs.account, pairs.spend, minlength=accounts),
        told=told,
        common=drawn.common,
        reliability=_reliability(pairs, told),
        left_out=left_out,
        level=level,
    )


@dataclass(frozen=True, slots=True)
class _Pairs:
    """One row for each account and item that can be compared, by account: spend and spend-weighted gap to the others."""

    account: Ints
    spend: Floats
    gap: Floats


def _pairs(sold: Deals, gap: Floats, kept: Bools) -> _Pairs:
    fresh = np.diff(sold.account[kept] * (int(sold.item.max()) + 1) + sold.item[kept], prepend=-1) > 0
    pair, weight = np.cumsum(fresh) - 1, sold.spend[kept]
    spend = np.bincount(pair, weight, minlength=int(fresh.sum()))
    return _Pairs(sold.account[kept][fresh], spend, np.bincount(pair, weight * gap[kept], minlength=spend.size) / spend)


def _index(pairs: _Pairs, accounts: int) -> tuple[Floats, Floats]:
    """Spend-weighted mean gap and its standard error: items of an account scatter around it, some accounts' more."""
    spend = np.bincount(pairs.account, pairs.spend, minlength=accounts)
    known, safe = spend > 0, np.where(spend > 0, spend, 1.0)
    index = np.bincount(pairs.account, pairs.spend * pairs.gap, minlength=accounts) / safe
    off = pairs.spend * (pairs.gap - index[pairs.account])
    squares = np.bincount(pairs.account, pairs.spend**2, minlength=accounts)
    freedom = np.where(known, spend**2 / np.where(known, squares, 1.0) - 1, 0.0)
    freedom = np.where(freedom > 1e-6, freedom, 0.0)
    scatter = np.bincount(pairs.account, off**2, minlength=accounts) / np.where(known, squares, 1.0)
    own = np.where(freedom > 0, scatter * (freedom + 1) / np.where(freedom > 0, freedom, 1.0), 0.0)
    noise = moderated(variance=own, freedom=freedom)
    return index, np.where(known, np.sqrt(noise * squares) / safe, np.inf)


def _reliability(pairs: _Pairs, told: Bools) -> float | None:
    """The correlation over accounts of the index from every other item with that from the rest."""
    if told.sum() < FEWEST_FOR_HALVES:
        return None
    first = np.searchsorted(pairs.account, pairs.account)
    half = (np.arange(pairs.account.size) - first) % 2
    code = half * told.size + pairs.account
    spend = np.bincount(code, pairs.spend, minlength=2 * told.size)
    halves = np.bincount(code, pairs.spend * pairs.gap, minlength=spend.size) / np.maximum(spend, 1e-300)
    both = halves.reshape(2, -1)[:, told]
    if (np.ptp(both, axis=1) == 0).any():
        return None
    return float(np.asarray(np.corrcoef(both))[0, 1])
