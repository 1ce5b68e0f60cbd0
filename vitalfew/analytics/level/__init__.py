"""How customers see us: one trait behind answers and behaviour, four levels."""

from vitalfew.analytics.level.agreement import Agreement, Retest, measure_agreement, measure_retest
from vitalfew.analytics.level.evidence import membership
from vitalfew.analytics.level.fitting import fit_level
from vitalfew.analytics.level.following import Course, follow_level
from vitalfew.analytics.level.holding_out import HeldOut, measure_held_out
from vitalfew.analytics.level.indicators import (
    Indicator,
    Indicators,
    breadth,
    logarithm,
    measured,
    odds,
    odds_of_draws,
    own_part,
    together,
)
from vitalfew.analytics.level.levels import History, Levels, estimate_level
from vitalfew.analytics.level.model import LevelModel
from vitalfew.analytics.level.parameters import Parameters, Priors
from vitalfew.analytics.level.questions import ANCHOR, Question
from vitalfew.analytics.level.reasons import Reasons, weigh_evidence
from vitalfew.analytics.level.rules import MIXTURES, VERDICTS, Rules, why_not
from vitalfew.analytics.level.simulating import Simulated, World, simulate_level
from vitalfew.analytics.level.survey import Survey, read_survey

__all__ = [
    "ANCHOR",
    "MIXTURES",
    "VERDICTS",
    "Agreement",
    "Course",
    "HeldOut",
    "History",
    "Indicator",
    "Indicators",
    "LevelModel",
    "Levels",
    "Parameters",
    "Priors",
    "Question",
    "Reasons",
    "Retest",
    "Rules",
    "Simulated",
    "Survey",
    "World",
    "breadth",
    "estimate_level",
    "fit_level",
    "follow_level",
    "logarithm",
    "measure_agreement",
    "measure_held_out",
    "measure_retest",
    "measured",
    "membership",
    "odds",
    "odds_of_draws",
    "own_part",
    "read_survey",
    "simulate_level",
    "together",
    "weigh_evidence",
    "why_not",
]
