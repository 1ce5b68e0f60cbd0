"""What is known of a firm's accounts, checked before anything is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.level.indicators import Indicators, check_indicators
from vitalfew.analytics.level.model import LevelModel
from vitalfew.analytics.level.questions import Question
from vitalfew.analytics.level.survey import Survey, check_survey
from vitalfew.analytics.refusals import NotAlike, NothingThere, finite

Floats = NDArray[np.float64]

BLOCK = 8_192


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that is known of some accounts, in one order: `design` (accounts, covariates) without its mean."""

    survey: Survey | None
    indicators: Indicators
    design: Floats

    @property
    def accounts(self) -> int:
        return len(self.design)

    def within(self, rows: NDArray[np.int64] | slice) -> Evidence:
        """The same of some accounts."""
        survey = None if self.survey is None else self.survey.within(rows)
        return Evidence(survey, self.indicators.within(rows), self.design[rows])

    def blocks(self) -> Iterator[Evidence]:
        """Runs of accounts small enough that their curves stay in memory."""
        for start in range(0, self.accounts, BLOCK):
            yield self.within(slice(start, start + BLOCK))


def membership(*codes: NDArray[np.int64]) -> Floats:
    """Covariates from codes of groups, each (accounts,): a column for each group of each, one where it belongs to it."""
    return np.column_stack([code[:, None] == np.unique(code) for code in codes]).astype(np.float64)


def no_indicators(accounts: int) -> Indicators:
    return Indicators((), (), np.zeros((accounts, 0)), np.zeros((accounts, 0)))


def check_evidence(
    *, survey: Survey | None, indicators: Indicators | None, covariates: Floats | None, questions: tuple[Question, ...]
) -> int:
    """The number of accounts, after every check of the inputs. Raises the refusals of `refusals`."""
    if indicators is None and (survey is None or not survey.account.size):
        raise NothingThere("There is neither an answer nor an indicator: nothing can be said of how anybody sees us.")
    sizes = {}
    if survey is not None:
        check_survey(survey=survey, questions=questions)
        sizes["survey"] = survey.accounts
    if indicators is not None:
        check_indicators(indicators)
        sizes["indicators"] = indicators.value.shape[0]
    if covariates is not None:
        finite(covariates=covariates)
        sizes["covariates"] = covariates.shape[0]
    if len(set(sizes.values())) > 1 or (covariates is not None and covariates.ndim != 2):
        told = ", ".join(f"{name} {size}" for name, size in sizes.items())
        raise NotAlike(f"The inputs speak of different numbers of accounts: {told}. Give the same accounts to all.")
    return next(iter(sizes.values()))


def gather(
    *, model: LevelModel, survey: Survey | None, indicators: Indicators | None, covariates: Floats | None
) -> Evidence:
    """The evidence in the shape of the model. Raises NotAlike where it is not what the model was fitted to."""
    accounts = check_evidence(survey=survey, indicators=indicators, covariates=covariates, questions=model.questions)
    indicators = indicators or no_indicators(accounts)
    if indicators.names != model.indicators:
        raise NotAlike(
            f"The model was fitted to the indicators {', '.join(model.indicators) or 'none'}, and these are"
            f" {', '.join(indicators.names) or 'none'}: give the same ones in the same order, NaN where not measured."
        )
    if survey is not None and survey.roles != model.roles:
        raise NotAlike(f"The model knows the roles {model.roles}, and the survey names {survey.roles}: give the same.")
    design = np.zeros((accounts, 0)) if covariates is None else covariates
    if design.shape[1] != model.centre.size:
        raise NotAlike(
            f"The model was fitted with {model.centre.size} covariates, and {design.shape[1]} are given: give the same."
        )
    return Evidence(survey, indicators, design - model.centre)
