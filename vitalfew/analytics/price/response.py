"""How each account's volume answers the market's price: its own number where the data carry it, the firm's elsewhere."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from vitalfew.analytics import refusals
from vitalfew.analytics.price.enough import (
    ENOUGH,
    FEW_ACCOUNTS,
    NOT_LASTING,
    NOT_PASSED_ON,
    NOTHING_MOVED,
    REASONS,
    Enough,
    evidence,
)
from vitalfew.analytics.price.halves import Drawn, Slopes, silent
from vitalfew.analytics.price.margins import Margins, margins
from vitalfew.analytics.price.panel import Panel
from vitalfew.analytics.price.shrink import Belief
from vitalfew.analytics.price.sums import Sum, summed

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

# What is believed of a firm that sells to firms before its data: volume falls by as much as the price rises.
BUSINESS = Belief(-1.0, 1.0)
LEAST_SD = 1e-12


@dataclass(frozen=True, slots=True)
class Common:
    """One number for many accounts: the mean of their responses with its interval, and how far accounts differ (sd)."""

    centre: float
    low: float
    high: float
    spread: float


@dataclass(frozen=True, slots=True)
class PriceResponse:
    """By how many per cent volume changes when a price rises by one per cent: below zero. Arrays of shape (accounts,).

    `low` to `high` holds an account's response with a chance of `level`. Where `own` is true the number is the
    account's; elsewhere it is that of its segment or the firm, its band that of any such account, and `reason` says why
    (see `why`). `more_sensitive` is the chance that the account answers more strongly than the middle account of the
    firm, .5 where `own` is false. `items`, `lines`, `moves` are what an account's number stands on.
    `slope` is what the account's orders say alone, nothing drawn in, and `error` its standard error: 0 and infinite
    where they say nothing.

    `firm`, and `segments` where there are any, are means over accounts; `orders` and `size` split the firm's into
    ordering more or less often and taking more or less at a time. `through` is the part of a move of the market's price
    that reaches the price paid, None where it cannot be told. `reliability`, 0 to 1, is the share of the differences
    seen between accounts that is real and lasts, by halves of the time; `verdict` says in words why no account has a
    number of its own, and is empty where some have.
    """

    accounts: pa.Array
    centre: Floats
    low: Floats
    high: Floats
    more_sensitive: Floats
    own: Bools
    reason: Ints
    slope: Floats
    error: Floats
    items: Ints
    lines: Ints
    moves: Ints
    firm: Common
    segments: tuple[Common, ...]
    orders: Common
    size: Common
    through: float | None
    reliability: float
    verdict: str
    level: float

    def why(self, row: int) -> str:
        """Why the account in this row has no number of its own, empty where it has one."""
        return self.verdict or REASONS[int(self.reason[row])]

    def volume_left(self, *, rise: float) -> tuple[Floats, Floats, Floats]:
        """Low, middle and high share of each account's volume that is left when its prices rise by `rise` (.05: 5 %)."""
        low, middle, high = (np.exp(np.log1p(rise) * one) for one in (self.low, self.centre, self.high))
        return np.minimum(low, high), middle, np.maximum(low, high)


def fit_response(
    *,
    panel: Panel,
    segment: Ints | None = None,
    level: float = 0.9,
    own_months: bool = True,
    belief: Belief = BUSINESS,
    enough: Enough = ENOUGH,
) -> PriceResponse:
    """The response of every account of a panel; `segment`, shape (accounts,), holds codes from 0.

    Each item is compared with the others its account buys: the level of each month of an account (`own_months`), of
    each month of a group of items and of each account's item are swept out, so what is left is how volume shifts when
    the market's price of one item moves beside others. With `own_months` false months are those of the book.
    Raises NotAlike, NotFinite, BelowZero, OutOfOrder or TooFew.
    Sources: reduced form over one first stage instead of weak instruments by account (Angrist and Pischke 2009);
    shrinkage as in Boatwright, McCulloch and Rossi 1999, in closed form.
    """
    _check(panel, segment)
    found = margins(panel, own_months=own_months)
    orders, size = _passed_on(found, len(panel.accounts))
    both = summed(orders, size, segment, belief)
    verdict = _verdict(both, found, len(panel.accounts), enough)
    known, z = evidence(panel, enough), float(ndtri(0.5 + level / 2))
    reason = known.reasons(enough)
    reason = np.where((reason == 0) & (both.learnt < enough.own), len(REASONS) - 1, reason)
    own = (reason == 0) & (verdict == "")
    centre = np.where(own, both.centre, both.plain)
    sd = np.hypot(np.where(own, both.sd, both.plain_sd), centre * found.loose)
    return PriceResponse(
        accounts=panel.accounts,
        centre=centre,
        low=centre - z * sd,
        high=centre + z * sd,
        more_sensitive=np.where(own, ndtr((both.mean - centre) / np.maximum(sd, LEAST_SD)), 0.5),
        own=own,
        reason=reason,
        slope=orders.slope + size.slope,
        error=np.sqrt(orders.variance + size.variance),
        items=known.items,
        lines=known.lines,
        moves=known.moves,
        firm=_common(both.mean, float(np.hypot(both.error, both.mean * found.loose)), both.spread, z),
        segments=() if segment is None else tuple(_segments(both, z)),
        orders=_margin(both.orders, z),
        size=_margin(both.size, z),
        through=found.through,
        reliability=both.reliability,
        verdict=verdict,
        level=level,
    )


def _passed_on(found: Margins, accounts: int) -> tuple[Slopes, Slopes]:
    """Both margins' reduced forms over the first stage; no slopes at all where that stage is not sure."""
    if found.through is None or not found.sure:
        return silent(accounts), silent(accounts)
    return found.orders.over(found.through), found.size.over(found.through)


def _verdict(both: Sum, found: Margins, accounts: int, enough: Enough) -> str:
    if found.through is None:
        return NOTHING_MOVED
    if not found.sure:
        return NOT_PASSED_ON
    if accounts < enough.accounts:
        return FEW_ACCOUNTS
    return "" if both.real and both.reliability >= enough.reliability else NOT_LASTING


def _common(centre: float, error: float, spread: float, z: float) -> Common:
    return Common(centre, centre - z * error, centre + z * error, spread)


def _margin(one: Drawn, z: float) -> Common:
    return _common(one.shrunk.common.mean, one.shrunk.common.error, one.shrunk.common.spread, z)


def _segments(both: Sum, z: float) -> Iterator[Common]:
    for off, doubt in zip(both.offset.tolist(), both.doubt.tolist(), strict=True):
        yield _common(both.mean + off, doubt, both.spread, z)


def _check(panel: Panel, segment: Ints | None) -> None:
    rows = {name: getattr(panel, name) for name in ("account", "item", "month", "quantity", "orders", "price", "paid")}
    refusals.same_length(**rows)
    refusals.finite(**rows)
    refusals.not_below_zero(month=panel.month, quantity=panel.quantity, orders=panel.orders)
    refusals.at_least(len(panel.accounts), 2, "accounts")
    for name in ("account", "item"):
        wrong = (rows[name] < 0) | (rows[name] >= len(getattr(panel, f"{name}s")))
        refusals.in_order(wrong, f"Every code of {name} must be one of the {len(getattr(panel, f'{name}s'))} names")
    step = np.diff((panel.account * len(panel.items) + panel.item) * (int(panel.month.max()) + 1) + panel.month)
    refusals.in_order(step <= 0, "Rows must rise by account, item and month, each month once")
    refusals.in_order((panel.quantity > 0) != (panel.orders > 0), "A month has a quantity exactly where it has orders")
    if segment is not None and segment.shape != (len(panel.accounts),):
        raise refusals.NotAlike(
            f"segment has the shape {segment.shape} and there are {len(panel.accounts)} accounts: give one code for each."
        )
