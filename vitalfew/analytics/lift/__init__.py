"""Whether it worked: the lift of treated accounts against matched controls."""

from vitalfew.analytics.lift.coverage import Coverage, measure_coverage
from vitalfew.analytics.lift.design import CoverageNotKept, Design, refuse
from vitalfew.analytics.lift.detectable import MinimumDetectable, plan_detectable
from vitalfew.analytics.lift.estimate import estimate_lift
from vitalfew.analytics.lift.randomised import Randomised, estimate_randomised
from vitalfew.analytics.lift.result import Interval, Lift, Naive, Paths, PlaceboDate, Takes
from vitalfew.analytics.lift.simulation import Simulated, simulate_lift
from vitalfew.analytics.lift.waitlist import WaitList, plan_waitlist

__all__ = [
    "Coverage",
    "CoverageNotKept",
    "Design",
    "Interval",
    "Lift",
    "MinimumDetectable",
    "Naive",
    "Paths",
    "PlaceboDate",
    "Randomised",
    "Simulated",
    "Takes",
    "WaitList",
    "estimate_lift",
    "estimate_randomised",
    "measure_coverage",
    "plan_detectable",
    "plan_waitlist",
    "refuse",
    "simulate_lift",
]
