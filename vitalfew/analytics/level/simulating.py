"""Worlds whose levels are known: accounts, their people and their behaviour drawn from the model or from one that bends it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from vitalfew.analytics.level.evidence import membership
from vitalfew.analytics.level.graded import Scale, scale_of
from vitalfew.analytics.level.indicators import Indicators
from vitalfew.analytics.level.levels import History
from vitalfew.analytics.level.parameters import Parameters
from vitalfew.analytics.level.questions import Question, check_questions
from vitalfew.analytics.level.survey import QUARTER, Survey
from vitalfew.analytics.refusals import at_least

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

QUESTIONS = (
    Question("best sentence", steps=(2, 3, 4), anchor=True),
    Question("hard to replace", steps=(2, 3, 4, 5), side="loyalty"),
    Question("understands us", steps=(2, 3, 4, 5)),
    Question("helps our aims", steps=(2, 3, 4, 5)),
    Question("rival 5 % cheaper", words=("move", "split", "ask for a match", "stay"), side="price"),
    Question("accepts price rises", steps=(2, 3, 4, 5), side="price"),
)
ROLES = ("decision maker", "influencer", "user", "buyer")
THRESHOLDS = (
    (-0.90, 0.15, 1.05),
    (-1.4, -0.5, 0.5, 1.5),
    (-1.5, -0.6, 0.4, 1.4),
    (-1.2, -0.3, 0.6, 1.5),
    (-2.0, -1.0, 0.1),
    (-1.5, -0.5, 0.5, 1.6),
)


def _truth() -> Parameters:
    return Parameters(
        slope=np.array([1.9, 1.5, 1.7, 1.8, 1.3, 1.3]),
        threshold=np.concatenate(THRESHOLDS),
        intercept=np.zeros(4),
        loading=np.array([0.55, 0.90, 0.35, 0.70]),
        residual=np.array([0.70, 0.80, 0.80, 0.75]),
        effect=np.array([-0.3, 0.0, 0.3, -0.2, 0.0, 0.2]),
        spread=0.45,
        shift=np.array([-0.05, 0.05, 0.15, -0.15]),
    )


@dataclass(frozen=True, slots=True)
class World:
    """What is true. A fitted model's parameters make a world like the firm it was fitted to.

    `groups` sizes of the groups of which each account belongs to one, equally likely; `answers` the share of accounts
    that answer, with one person, two, and so on as `people` says; `ages` days since each wave, `fills` who fills it.
    The indicators' known variances are `error` / orders, with orders lognormal around `orders`.
    The last three bend the model's assumptions: `tails` degrees of freedom of the trait (None: normal), `contract` how
    much, in residual spreads, the price indicators of the three tenths with a contract are moved by it whatever they
    think of us, `silence` by how much the log odds of an account's answering rise with its trait.
    """

    questions: tuple[Question, ...] = QUESTIONS
    roles: tuple[str, ...] = ROLES
    indicators: tuple[str, ...] = ("price response", "price realisation", "regularity", "breadth")
    sides: tuple[str, ...] = ("price", "price", "loyalty", "loyalty")
    parameters: Parameters = field(default_factory=_truth)
    groups: tuple[int, ...] = (3, 3)
    answers: float = 0.36
    people: tuple[float, ...] = (0.38, 0.30, 0.20, 0.12)
    ages: tuple[float, ...] = (425.0, 243.0, 61.0)
    fills: tuple[float, ...] = (0.25, 0.45, 0.65)
    orders: float = 25.0
    error: tuple[float, ...] = (15.0, 8.0, 8.0, 5.0)
    drift: float = 0.15
    tails: float | None = None
    contract: float = 0.0
    silence: float = 0.0

    @property
    def scale(self) -> Scale:
        return scale_of([question.answers for question in self.questions])

    @property
    def cutpoints(self) -> Floats:
        return np.asarray(self.parameters.threshold[self.scale.owner == check_questions(self.questions)])


@dataclass(frozen=True, slots=True)
class Simulated:
    """A drawn firm: what would be known of it, and what is true: `trait` and `level`, both (accounts,), today."""

    survey: Survey
    indicators: Indicators
    covariates: Floats
    history: History
    trait: Floats
    level: Ints


def simulate_level(*, world: World | None = None, accounts: int, rng: np.random.Generator) -> Simulated:
    """A firm of that world. Raises TooFew below 10 accounts."""
    world = world or World()
    at_least(accounts, 10, "accounts")
    truth = world.parameters
    codes = [rng.integers(size, size=accounts) for size in world.groups]
    covariates = membership(*codes) if codes else np.zeros((accounts, 0))
    own = rng.standard_normal(accounts) if world.tails is None else rng.standard_t(world.tails, accounts)
    trait = (covariates - covariates.mean(axis=0)) @ truth.effect + own
    orders = np.maximum(rng.lognormal(np.log(world.orders), 1.0, accounts).astype(np.int64), 1)
    calm = np.zeros(accounts, dtype=np.bool_)
    return Simulated(
        _answered(world, trait, rng),
        _behaved(world, trait, orders, rng),
        covariates,
        History(orders, np.full(accounts, 730.0), calm, calm),
        trait,
        1 + np.searchsorted(world.cutpoints, trait, side="right"),
    )


def _behaved(world: World, trait: Floats, orders: Ints, rng: np.random.Generator) -> Indicators:
    truth = world.parameters
    variance = np.array(world.error) / orders[:, None]
    value = truth.intercept + np.outer(trait, truth.loading)
    value += rng.standard_normal(value.shape) * np.sqrt(variance + truth.residual**2)
    bound = rng.random(trait.size) < 0.3
    priced = np.array([side == "price" for side in world.sides])
    value -= world.contract * np.outer(bound, priced * truth.residual)
    return Indicators(world.indicators, world.sides, value, variance)


def _answered(world: World, trait: Floats, rng: np.random.Generator) -> Survey:
    """Accounts that answer, one to four people each, who fill in one or more waves along the trait's own path."""
    chance = expit(logit(world.answers) + world.silence * (trait - trait.mean()))
    answering = np.flatnonzero(rng.random(trait.size) < chance)
    heads = 1 + rng.choice(len(world.people), size=answering.size, p=np.array(world.people))
    owner = np.repeat(answering, heads)
    role = rng.integers(len(world.roles), size=owner.size)
    view = world.parameters.shift[role] + rng.normal(0.0, world.parameters.spread, owner.size)
    fills = rng.random((owner.size, len(world.ages))) < np.array(world.fills)
    fills[~fills.any(axis=1), -1] = True
    # Backwards in time, newest wave first.
    ages = np.array(world.ages)
    past = np.empty((trait.size, ages.size))
    last, before = trait, 0.0
    for wave in np.argsort(ages):
        last = last + rng.normal(0.0, world.drift * np.sqrt((ages[wave] - before) / QUARTER), trait.size)
        past[:, wave], before = last, ages[wave]
    who, wave = np.nonzero(fills)
    answer = _graded(world, past[owner[who], wave] + view[who], rng)
    form, question = np.indices(answer.shape).reshape(2, -1)
    return Survey(
        accounts=trait.size,
        account=owner[who][form],
        respondent=who[form],
        question=question,
        answer=answer.ravel(),
        age=ages[wave][form],
        role=role[who][form],
        roles=world.roles,
    )


def _graded(world: World, view: Floats, rng: np.random.Generator) -> Ints:
    """The answer of each form to each question, (forms, questions): how many thresholds one draw passes."""
    scale, truth = world.scale, world.parameters
    draw = rng.random((view.size, len(world.questions)))
    passed = draw[:, scale.owner] < expit(truth.slope[scale.owner] * (view[:, None] - truth.threshold))
    return np.add.reduceat(passed.astype(np.int64), np.flatnonzero(scale.first), axis=1)
