"""A world of purchases whose truth is known: accounts and items of hidden segments, everybody buying at a steady rate."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.recommend.history import Bools, Purchases
from vitalfew.analytics.refusals import above_zero, at_least


@dataclass(frozen=True, slots=True)
class World:
    """`purchases` of `days` days, and the truth behind them.

    `account_segment`, shape (accounts,), `item_segment`, shape (items,); `rate` purchases a day of each pair, shape
    (accounts, items).
    """

    purchases: Purchases
    account_segment: Ints
    item_segment: Ints
    rate: Floats

    def chance(self, *, window: int) -> Floats:
        """The true chance that an account buys an item within `window` days, shape (accounts, items)."""
        chance: Floats = -np.expm1(-self.rate * window)
        return chance

    def continued(self, *, window: int, rng: np.random.Generator) -> Bools:
        """One draw of who buys what within the next `window` days, shape (accounts, items)."""
        drawn: Bools = rng.random(self.rate.shape) < self.chance(window=window)
        return drawn


def simulate_purchases(
    *,
    accounts: int = 600,
    items: int = 300,
    segments: int = 5,
    days: int = 365,
    focus: float = 12.0,
    basket: float = 60.0,
    rng: np.random.Generator,
) -> World:
    """Draw a world: an account buys items of its own segment `focus` times as often as others, `basket` purchases a year.

    Rates are product of the account's size (Gamma, shape 2), the item's weight (Gamma, shape 1) and the focus, so a
    pair's purchases are a Poisson process and the chance of a first one is the same at all times.
    Raises TooFew or BelowZero for numbers that make no world.
    """
    at_least(min(accounts, items, segments, days), 1, "accounts, items, segments and days")
    above_zero(focus_and_basket=np.array([focus, basket]))
    account_segment, item_segment = rng.integers(segments, size=accounts), rng.integers(segments, size=items)
    size, weight = rng.gamma(2.0, 0.5, size=accounts), rng.gamma(1.0, 1.0, size=items)
    rate = size[:, None] * weight * np.where(account_segment[:, None] == item_segment, focus, 1.0)
    rate *= basket / 365 * accounts / rate.sum()
    times = rng.poisson(rate * days)
    pair = np.repeat(np.arange(accounts * items), times.ravel())
    packed = np.unique(pair * days + rng.integers(days, size=pair.size))
    codes, day = packed // days, packed % days
    names = (
        pa.array([f"account {code}" for code in range(accounts)]),
        pa.array([f"item {code}" for code in range(items)]),
    )
    made = Purchases(codes // items, codes % items, day, *names, 0, days - 1)
    return World(made, account_segment, item_segment, rate)
