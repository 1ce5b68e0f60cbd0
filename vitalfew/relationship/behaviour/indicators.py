"""What an account's orders say of how it sees us: indicators with their known errors, as the level model reads them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.level import Indicator, Indicators, breadth, measured, together
from vitalfew.ledger.snapshot import Found
from vitalfew.relationship.behaviour.prices import Breadth, Prices
from vitalfew.selection.standings import Rhythm

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# The names under which doors explain them; the model is learnt anew with every run, so they may change.
PRICE_PAID, PRICE_RESPONSE = "price paid", "price response"
SILENCE, RHYTHM, RANGE, RETURNS, GROWTH = "silence", "rhythm", "range", "returns", "growth"
FEWEST_GAPS = 3
FEWEST_MONTHS = 4
# An indicator that so few accounts show teaches nothing about the others.
FEWEST_ACCOUNTS = 20
# An error below this is no knowledge of an account but of its few lines.
LEAST_ERROR = 0.005


def indicators(*, found: Found, rhythm: Rhythm, prices: Prices | None, bought: Breadth | None) -> Indicators | None:
    """The indicators of every account of the run, in its order; None where the ledger shows none."""
    shown = [one for one in _shown(found, rhythm, prices, bought) if _tells(one)]
    return together(*shown) if shown else None


def _shown(found: Found, rhythm: Rhythm, prices: Prices | None, bought: Breadth | None) -> Iterator[Indicator]:
    if prices is not None:
        place = np.searchsorted(found.account, prices.account)
        value, error = _spread(found, place, *_price_paid(found, prices, place))
        yield measured(name=PRICE_PAID, value=value, error=error)
        value, error = _spread(found, place, *_price_response(prices))
        yield measured(name=PRICE_RESPONSE, value=value, error=error)
    place = np.searchsorted(found.account, rhythm.account)
    value, error = _spread(found, place, *_silence(rhythm))
    yield measured(name=SILENCE, value=value, error=error, side="loyalty", falls=True)
    value, error = _spread(found, place, *_evenness(rhythm))
    yield measured(name=RHYTHM, value=value, error=error, side="loyalty")
    if bought is not None:
        place = np.searchsorted(found.account, bought.account)
        value, error = _spread(found, place, *_range(bought))
        yield measured(name=RANGE, value=value, error=error, side="loyalty")
    value, error = _returns(found)
    yield measured(name=RETURNS, value=value, error=error, side="loyalty", falls=True)
    value, error = _growth(found)
    yield measured(name=GROWTH, value=value, error=error, side="loyalty")


def _tells(one: Indicator) -> bool:
    known = one.value[~np.isnan(one.value)]
    return known.size >= FEWEST_ACCOUNTS and bool(np.ptp(known) > 0)


def _price_paid(found: Found, prices: Prices, place: Ints) -> tuple[Floats, Floats]:
    """Log of the price paid over others', beside what accounts of its sales pay: who buys more gets more off anyhow."""
    sales = np.log(np.maximum(prices.spend, 1.0))
    usual = _fitted(sales, prices.index, prices.told)
    return np.where(prices.told, prices.index - usual, np.nan), np.maximum(prices.error, LEAST_ERROR)


def _price_response(prices: Prices) -> tuple[Floats, Floats]:
    """The account's own measurement of its response, before it was drawn to that of all."""
    known = np.isfinite(prices.own_variance) & (prices.own_variance > 0)
    return np.where(known, prices.own_response, np.nan), np.sqrt(np.where(known, prices.own_variance, 1.0))


def _silence(rhythm: Rhythm) -> tuple[Floats, Floats]:
    """Log of one and the time since the last order in own gaps; its error is that of the gap."""
    gaps = rhythm.orders - 1
    gap = (rhythm.first_age - rhythm.last_age) / np.maximum(gaps, 1)
    cycles = rhythm.last_age / np.maximum(gap, 1.0)
    enough = gaps >= FEWEST_GAPS
    return np.where(enough, np.log1p(cycles), np.nan), cycles / (1 + cycles) / np.sqrt(np.maximum(gaps, 1))


def _evenness(rhythm: Rhythm) -> tuple[Floats, Floats]:
    """Log of the regularity k of the account's own gaps (maximum likelihood of a gamma, Minka 2002) and its error."""
    gaps = rhythm.orders - 1
    safe = np.maximum(gaps, 1)
    gap = np.maximum((rhythm.first_age - rhythm.last_age) / safe, 1.0)
    # What chance alone takes from the mean of logarithms of a few gaps is about half of one over their number.
    apart = np.maximum(np.log(gap) - rhythm.log_gaps / safe, 1e-3)
    k = (3 - apart + np.sqrt((apart - 3) ** 2 + 24 * apart)) / (12 * apart) * np.maximum(1 - 2 / safe, 0.1)
    enough = gaps > FEWEST_GAPS
    return np.where(enough, np.log(np.clip(k, 0.2, 50.0)), np.nan), np.sqrt(2 / np.maximum(safe - 1, 1))


def _range(bought: Breadth) -> tuple[Floats, Floats]:
    """Different items bought beside what accounts with as many lines buy, as a logarithm."""
    items, lines = bought.all_items.astype(np.float64), np.log(np.maximum(bought.all_lines, 1))
    buys = bought.all_items > 0
    usual = np.exp(_fitted(lines, np.log(np.maximum(items, 1.0)), buys))
    shown = breadth(name=RANGE, bought=items, peers=usual)
    return np.where(buys, shown.value, np.nan), np.sqrt(shown.variance)


def _returns(found: Found) -> tuple[Floats, Floats]:
    """Log of the share of lines that are credits, half a line added to either side; its error is that of so few."""
    back, lines = found.credit_lines + 0.5, found.lines + 1.0
    shown = (found.lines > 0) & bool(found.credit_lines.any())
    return np.where(shown, np.log(back / lines), np.nan), 1 / np.sqrt(back)


def _growth(found: Found) -> tuple[Floats, Floats]:
    """Log of a month's sales in the last twelve over a month's before, from the month after its first one in the table.

    NaN with fewer than four months before; its error is that of sums of so many uneven months.
    """
    sales = found.months.clip(0).astype(np.float64)
    year = sales.shape[1] // 2
    began = np.where((sales > 0).any(axis=1), (sales > 0).argmax(axis=1), year)
    later, earlier = sales[:, year:], sales[:, :year] * (np.arange(year) > began[:, None])
    months = year - 1 - began
    sums = np.maximum(earlier.sum(axis=1), 1.0), np.maximum(later.sum(axis=1), 1.0)
    both = (months >= FEWEST_MONTHS) & (earlier.sum(axis=1) > 0) & (later.sum(axis=1) > 0)
    uneven = (earlier**2).sum(axis=1) / sums[0] ** 2 + (later**2).sum(axis=1) / sums[1] ** 2
    ratio = np.log(sums[1] / year) - np.log(sums[0] / np.maximum(months, 1))
    return np.where(both, ratio, np.nan), np.sqrt(uneven)


def _fitted(across: Floats, up: Floats, rows: NDArray[np.bool_]) -> Floats:
    """What a straight line through `rows` says at every place; their mean where they are too few to draw one."""
    if rows.sum() < FEWEST_ACCOUNTS or np.ptp(across[rows]) == 0:
        return np.full(up.shape, up[rows].mean() if rows.any() else 0.0)
    slope, start = np.polyfit(across[rows], up[rows], 1)
    return np.asarray(start + slope * across)


def _spread(found: Found, place: Ints, value: Floats, error: Floats) -> tuple[Floats, Floats]:
    """Value and error of all accounts of the run; NaN is "not measured"."""
    values, errors = np.full(len(found.account), np.nan), np.zeros(len(found.account))
    values[place], errors[place] = value, np.where(np.isfinite(error), error, 0.0)
    return values, errors
