"""Accounts and prospects whose true chances are known, to try look-alikes on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from scipy.special import expit

from vitalfew.analytics.frames import Floats
from vitalfew.analytics.lookalike.encoder import Columns
from vitalfew.analytics.lookalike.reading import Bools

INDUSTRIES = ("Bakery", "Brewery", "Dairy", "Fishery", "Mill", "Orchard", "Packer", "Winery", "Abattoir", "Roastery")
SIZES = ("under 10", "10 to 49", "50 to 249", "250 and more")
AREAS = tuple(f"{letter}{number}" for letter in "ABCDE" for number in range(4))
COLUMNS = Columns(
    numbers=("employees",),
    categories=("industry",),
    orders={"size": SIZES},
    prefixes={"postcode": 2},
    place=("latitude", "longitude"),
)

# Standard deviation and number of the effects of size steps, log of employees and nearness to the hub.
_REST = ((0.5, len(SIZES) - 1), (0.4, 1), (1.0, 1))


@dataclass(frozen=True, slots=True)
class Book:
    """Firms with the true `chance` of each to be among the best and how it fell out, `best`; both shape (firms,)."""

    frame: pa.Table
    columns: Columns
    best: Bools
    chance: Floats


def simulate_lookalike(*, firms: int, seed: int, world: int = 0, strength: float = 1.0, start: float = -1.8) -> Book:
    """Firms drawn with `seed` in a world drawn with `world`: another seed draws other firms of the same world.

    Log-odds = `start` + what industry, area, each step of size, log of employees and nearness to a hub add, all drawn
    from normal distributions times `strength`. One firm in ten does not tell its employees.
    """
    rng, laws = np.random.default_rng(seed), np.random.default_rng(world)
    by_industry, by_area = strength * laws.normal(0, 0.8, len(INDUSTRIES)), strength * laws.normal(0, 0.4, len(AREAS))
    by_size, by_log, by_hub = (strength * laws.normal(0, deviation, count) for deviation, count in _REST)
    hub = laws.uniform((50.5, -3.0), (54.5, 1.0))
    share = laws.dirichlet(np.full(len(INDUSTRIES), 2.0))
    industry = rng.choice(len(INDUSTRIES), firms, p=share)
    area, size = rng.integers(len(AREAS), size=firms), rng.choice(len(SIZES), firms, p=(0.45, 0.33, 0.16, 0.06))
    log = np.log(8.0) + 1.2 * size + rng.normal(0, 0.6, firms)
    where = rng.uniform((50.5, -3.0), (54.5, 1.0), (firms, 2))
    near = np.exp(-((where - hub) ** 2).sum(axis=1))
    odds = start + by_industry[industry] + by_area[area] + np.append(0, by_size.cumsum())[size]
    odds += by_log[0] * (log - np.log(8.0) - 1.0) + by_hub[0] * near
    chance = expit(odds)
    frame = {
        "industry": np.array(INDUSTRIES)[industry],
        "size": np.array(SIZES)[size],
        "postcode": np.char.add(np.array(AREAS)[area], rng.integers(10, 99, firms).astype(str)),
        "employees": pa.array(np.rint(np.exp(log)), mask=rng.random(firms) < 0.1),
        "latitude": where[:, 0],
        "longitude": where[:, 1],
    }
    return Book(pa.table(frame), COLUMNS, rng.random(firms) < chance, chance)
