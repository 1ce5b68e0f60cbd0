"""What is true of each buying customer: rhythm, size, growth, and how it sees the firm, quarter by quarter."""

from __future__ import annotations

from dataclasses import dataclass, fields

import numpy as np
from scipy.special import ndtr

from vitalfew.demo.cast.customers import Customers
from vitalfew.demo.scene.segments import STAGES, column
from vitalfew.demo.scene.streams import Floats, Ints, stream
from vitalfew.demo.scene.window import YEAR, Window

# Where the trait passes from level 1 to 2, 2 to 3 and 3 to 4.
LEVEL_CUTS = np.array([-0.90, 0.15, 1.05])
QUARTER_STEP = 0.15
TRAIT_SPREAD = 1.03
# How closely a steady rhythm follows the trait among customers of one industry, as a correlation.
STEADY = 0.65
RATE_SHAPE = 1.8
# Orders a week grow with size band, quantities too.
RATE_BY_SIZE = np.array([0.75, 1.1, 1.6, 2.2])
SPEND_BY_SIZE = np.array([-0.25, 0.1, 0.45, 0.75])
LINES_BY_SIZE = np.array([4.5, 6.0, 7.5, 9.5])


@dataclass(frozen=True, slots=True)
class Accounts:
    """One entry for each buyer. Days count from the window's first day; a twin entry repeats its first entry.

    `trait[buyer, quarter]` is the perceived relationship on the scale of LEVEL_CUTS; `rate` is orders a week and
    `stages` the k of its gamma-distributed gaps; `quit_chance` is the chance to stop after an order; `starts` is the
    first day it may order (before the window: 0 and `known_before`), `silent_from` the day after which it orders
    no more whatever chance says; `elasticity` is d log(quantity) / d log(list price); `growth` is log volume a year;
    `discount` is thousandths off, from day `discount_from`; `returned` is the chance that a line comes back.
    """

    industry: Ints
    size: Ints
    trait: Floats
    stages: Ints
    rate: Floats
    lines: Floats
    spend: Floats
    quit_chance: Floats
    known_before: Ints
    starts: Floats
    silent_from: Floats
    growth: Floats
    elasticity: Floats
    discount: Ints
    discount_from: Ints
    returned: Floats

    @property
    def count(self) -> int:
        return len(self.rate)


def levels(*, trait: Floats) -> Ints:
    """The perceived level 1 to 4 of each trait."""
    return 1 + np.searchsorted(LEVEL_CUTS, trait, side="right")


def make_accounts(*, seed: int, customers: Customers, window: Window) -> Accounts:
    """Draws the truth of all buyers; see `stories` for the few that are then cast by hand."""
    buyers = customers.buyers
    industry, size = customers.industry[:buyers], customers.size[:buyers]
    made = draw_accounts(seed=seed, topic="accounts", industry=industry, size=size, window=window)
    twin_of = customers.twin_of[:buyers]
    source = np.where(twin_of >= 0, twin_of, np.arange(buyers))
    return Accounts(**{field.name: getattr(made, field.name)[source] for field in fields(Accounts)})


def draw_accounts(*, seed: int, topic: str, industry: Ints, size: Ints, window: Window) -> Accounts:
    """Accounts as they come for the given industries and sizes; prospects are drawn from here as well."""
    rng = stream(seed=seed, topic=topic)
    count = len(industry)
    trait = _traits(rng=rng, industry=industry, size=size, quarters=-(-window.months // 3))
    mean_trait = trait.mean(axis=1)
    activity = rng.standard_gamma(RATE_SHAPE, count) / RATE_SHAPE
    rate = np.clip(column("rate")[industry] * RATE_BY_SIZE[size] * activity, 0.03, 4.5)
    lines = np.clip(LINES_BY_SIZE[size] * np.exp(rng.normal(0.0, 0.4, count)), 1.5, 40.0)
    # Who orders often orders more each time as well, as in most ledgers of firms that sell to firms.
    spend = (
        column("spend")[industry] + SPEND_BY_SIZE[size] + 0.2 * np.log(activity + 0.1) + rng.normal(0.0, 0.41, count)
    )
    known, starts = _beginnings(rng=rng, count=count, window=window)
    discount, discount_from = _discounts(rng=rng, spend=spend + np.log(rate), trait=mean_trait, window=window)
    return Accounts(
        industry=industry,
        size=size,
        trait=trait,
        stages=_stages(rng=rng, industry=industry, trait=mean_trait),
        rate=rate,
        lines=lines,
        spend=spend,
        quit_chance=_quit_chances(rng=rng, trait=mean_trait, rate=rate),
        known_before=known,
        starts=starts,
        silent_from=np.full(count, float(window.days)),
        growth=np.clip(rng.normal(0.01 + 0.06 * mean_trait, 0.115, count), -0.5, 0.5),
        elasticity=np.minimum(-1.35 + 0.6 * mean_trait + rng.normal(0.0, 0.35, count), -0.05),
        discount=discount,
        discount_from=discount_from,
        returned=np.clip(0.014 * np.exp(-0.65 * mean_trait) * rng.standard_gamma(4.0, count) / 4.0, 0.0, 0.12),
    )


def _traits(*, rng: np.random.Generator, industry: Ints, size: Ints, quarters: int) -> Floats:
    start = column("trait")[industry] + 0.1 * (size - 1) + rng.standard_normal(len(industry))
    steps = rng.normal(0.0, QUARTER_STEP, (len(industry), quarters))
    steps[:, 0] = 0.0
    return start[:, None] + np.cumsum(steps, axis=1)


def _stages(*, rng: np.random.Generator, industry: Ints, trait: Floats) -> Ints:
    """The k of the rhythm, of each industry's own shares: who trusts us orders more steadily than others of its kind."""
    own = rng.standard_normal(len(trait))
    steady = STEADY * (trait - column("trait")[industry]) / TRAIT_SPREAD + np.sqrt(1 - STEADY**2) * own
    ends = np.cumsum(column("stages"), axis=1)[industry, :-1]
    place: Ints = (ndtr(steady)[:, None] >= ends).sum(axis=1)
    return np.array(STAGES)[place]


def _quit_chances(*, rng: np.random.Generator, trait: Floats, rate: Floats) -> Floats:
    """Chance to stop after an order, such that about one account in eight stops in a year, fewer where they trust us."""
    hazard = 0.13 * np.exp(-0.45 * trait) * rng.standard_gamma(1.5, len(rate)) / 1.5
    return 1.0 - np.exp(-hazard / (rate * YEAR / 7))


def _beginnings(*, rng: np.random.Generator, count: int, window: Window) -> tuple[Ints, Floats]:
    known = (rng.random(count) < 0.66).astype(np.int64)
    return known, np.where(known == 1, 0.0, rng.random(count) * (window.days - 45))


def _discounts(*, rng: np.random.Generator, spend: Floats, trait: Floats, window: Window) -> tuple[Ints, Ints]:
    """Big accounts and those that see a commodity have haggled more off the list, in steps of half a per cent."""
    wanted = 5.0 * np.round(2 * (6.0 + 1.7 * spend - 1.9 * trait + rng.normal(0.0, 1.1, len(spend))))
    before = rng.random(len(spend)) < 0.85
    later = (rng.random(len(spend)) * window.days).astype(np.int64)
    return np.clip(wanted, 0, 180).astype(np.int64), np.where(before, 0, later)
