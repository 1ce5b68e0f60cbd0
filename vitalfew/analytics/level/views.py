"""Where accounts may stand on the trait once the model has seen all that is known of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from vitalfew.analytics.level.answers import LEAST, heard
from vitalfew.analytics.level.behaviour import Shown, shown
from vitalfew.analytics.level.evidence import Evidence
from vitalfew.analytics.level.grid import GRID
from vitalfew.analytics.level.model import LevelModel
from vitalfew.analytics.level.parameters import Parameters
from vitalfew.analytics.level.survey import Survey, forms_of

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class View:
    """Three logarithms over the grid that add up to where an account may stand: what is known beforehand of accounts
    like it, what its people said, and what its behaviour shows. `centre` (accounts,) is the middle of the first.
    """

    centre: Floats
    said: Floats
    shown: Shown

    def density(self, *, said: bool = True, behaviour: Floats | None = None) -> Floats:
        """Chances of the points of the grid, (accounts, points), each row adding up to one.

        Without `said` answers do not count; `behaviour` takes the place of what all indicators show together.
        """
        logs = -0.5 * (GRID - self.centre[:, None]) ** 2
        logs += self.shown.curve() if behaviour is None else behaviour
        if said:
            logs += self.said
        logs -= logs.max(axis=1, keepdims=True)
        chance = np.exp(logs)
        return np.asarray(chance / chance.sum(axis=1, keepdims=True))


def view(
    *, model: LevelModel, parameters: Parameters, evidence: Evidence, side: str = "", survey: Survey | None = None
) -> View:
    """What the model sees under given parameters. `side` lets only questions and indicators of that side count,
    `survey` takes the place of all answers."""
    answers = evidence.survey if survey is None else survey
    said = np.zeros((evidence.accounts, GRID.size))
    if answers is not None and side:
        sides = np.array([question.side for question in model.questions])
        answers = answers.where(sides[answers.question] == side)
    if answers is not None and answers.account.size:
        forms = forms_of(survey=answers, scale=model.scale)
        told = heard(forms=forms, scale=model.scale, parameters=parameters, drift=model.drift)
        said[forms.answered] = np.log(np.maximum(told.message, LEAST))
    found = shown(indicators=evidence.indicators, parameters=parameters)
    if side:
        found = found.of(counted=np.array([one == side for one in model.sides], dtype=np.float64))
    return View(evidence.design @ parameters.effect, said, found)


def prior_chances(*, model: LevelModel, parameters: Parameters, design: Floats) -> Floats:
    """Chances of the levels before anything is known but the covariates, (accounts, 4)."""
    edges = np.concatenate(([-np.inf], model.cutpoints_of(parameters), [np.inf]))
    return np.asarray(np.diff(ndtr(edges - (design @ parameters.effect)[:, None]), axis=1))
