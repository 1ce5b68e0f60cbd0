"""A fitted level model: what it takes to see an account as the model does."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.level.graded import Scale, scale_of
from vitalfew.analytics.level.parameters import Parameters
from vitalfew.analytics.level.questions import Question, check_questions

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LevelModel:
    """How a firm's customers answer and behave at each point of the trait, which has mean 0 and spread 1 around it.

    `parameters` are the most probable ones, `draws` others that are about as probable (empty where there are enough
    data to take the parameters for known), `errors` standard errors in the same shape, None where not asked for.
    `centre` (covariates,) is the covariates' mean, `drift` the spread of the trait's steps from quarter to quarter,
    `accounts` and `anchor_answers` what it was learnt from, `log_likelihood` that of the data alone.
    """

    questions: tuple[Question, ...]
    roles: tuple[str, ...]
    indicators: tuple[str, ...]
    sides: tuple[str, ...]
    centre: Floats
    drift: float
    parameters: Parameters
    draws: tuple[Parameters, ...]
    errors: Parameters | None
    accounts: int
    anchor_answers: int
    log_likelihood: float

    @property
    def scale(self) -> Scale:
        """Where the answers of the questions stand."""
        return scale_of([question.answers for question in self.questions])

    @property
    def cutpoints(self) -> Floats:
        """Where the levels part: a typical respondent is as likely to answer above as below, (3,)."""
        return self.cutpoints_of(self.parameters)

    def cutpoints_of(self, parameters: Parameters) -> Floats:
        return np.asarray(parameters.threshold[self.scale.owner == check_questions(self.questions)])
