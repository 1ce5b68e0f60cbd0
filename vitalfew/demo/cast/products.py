"""The demo firm's catalogue: items with their names, popularity, cost and the months in which they are sold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitalfew.demo.scene.streams import Floats, Ints, stream
from vitalfew.demo.scene.wares import CATEGORIES, CHARGES, ITEMS_PER_CATEGORY, Category
from vitalfew.demo.scene.window import Window


@dataclass(frozen=True, slots=True)
class Products:
    """All items in the order of their categories; `charge` gives the index of each non-product code after them.

    `ids`, `descriptions` have the charges at their end, all arrays have the items only. `first` and `last` are
    the days between which an item is sold (whole window for most), `unit_cost` is pence at the window's start.
    """

    ids: tuple[str, ...]
    descriptions: tuple[str, ...]
    category: Ints
    popularity: Floats
    first_price: Ints
    unit_cost: Ints
    first: Ints
    last: Ints

    @property
    def count(self) -> int:
        return len(self.category)

    @property
    def charge(self) -> dict[str, int]:
        return {code: self.count + index for index, (code, _) in enumerate(CHARGES)}


def make_products(*, seed: int, window: Window) -> Products:
    """The catalogue: the same number of items in each category, few of them launched or delisted in the window."""
    rng = stream(seed=seed, topic="products")
    count = len(CATEGORIES) * ITEMS_PER_CATEGORY
    category = np.repeat(np.arange(len(CATEGORIES)), ITEMS_PER_CATEGORY)
    ranks = np.concatenate([rng.permutation(ITEMS_PER_CATEGORY) for _ in CATEGORIES]) + 1.0
    middle = np.array([one.price for one in CATEGORIES])[category]
    first_price = np.rint(middle * np.exp(rng.normal(0.0, 0.55, count)) / 5).astype(np.int64) * 5
    margin = np.array([one.margin for one in CATEGORIES])[category] + rng.normal(0.0, 0.05, count)
    first, last = _lives(rng=rng, count=count, window=window)
    return Products(
        ids=(
            *(f"{CATEGORIES[c].code}-{1001 + n}" for c in range(len(CATEGORIES)) for n in range(ITEMS_PER_CATEGORY)),
            *(code for code, _ in CHARGES),
        ),
        descriptions=(
            *(name for one in CATEGORIES for name in _descriptions(rng=rng, category=one)),
            *(words for _, words in CHARGES),
        ),
        category=category,
        popularity=ranks**-0.8,
        first_price=np.maximum(first_price, 95),
        unit_cost=np.rint(first_price * (1 - margin)).astype(np.int64),
        first=first,
        last=last,
    )


def _lives(*, rng: np.random.Generator, count: int, window: Window) -> tuple[Ints, Ints]:
    first, last = np.zeros(count, dtype=np.int64), np.full(count, window.days - 1)
    fate, when = rng.random(count), rng.random(count)
    launched, delisted = fate < 0.07, fate > 0.94
    first[launched] = (window.days * (0.1 + 0.7 * when[launched])).astype(np.int64)
    last[delisted] = (window.days * (0.2 + 0.7 * when[delisted])).astype(np.int64)
    return first, last


def _descriptions(*, rng: np.random.Generator, category: Category) -> list[str]:
    packs, things = len(category.packs), len(category.things)
    codes = rng.permutation(len(category.makes) * things * packs)[:ITEMS_PER_CATEGORY].tolist()
    return [
        f"{category.makes[code // packs // things]} {category.things[code // packs % things]}, {category.packs[code % packs]}"
        for code in codes
    ]
