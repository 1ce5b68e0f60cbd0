"""Simulated firms and models fitted to them, each made once for all tests of the room."""

from __future__ import annotations

from functools import cache

import numpy as np

from vitalfew.analytics.level import LevelModel, Levels, Simulated, World, estimate_level, fit_level, simulate_level

TRUE = World()
WORLDS = {
    "as assumed": TRUE,
    "heavy tails": World(tails=4.0),
    "contract prices": World(contract=1.5),
    "the sore keep silent": World(silence=0.35),
}


@cache
def firm(accounts: int, seed: int = 1, world: str = "as assumed") -> Simulated:
    return simulate_level(world=WORLDS[world], accounts=accounts, rng=np.random.default_rng(seed))


def known(made: Simulated) -> dict:
    return {"survey": made.survey, "indicators": made.indicators, "covariates": made.covariates}


@cache
def model(accounts: int, seed: int = 1, world: str = "as assumed", errors: bool = False) -> LevelModel:
    return fit_level(**known(firm(accounts, seed, world)), questions=WORLDS[world].questions, errors=errors)


@cache
def levels(accounts: int, seed: int = 1, world: str = "as assumed") -> Levels:
    made = firm(accounts, seed, world)
    return estimate_level(model=model(accounts, seed, world), **known(made), history=made.history)
