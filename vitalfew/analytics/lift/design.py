"""The rule that refuses a comparison which cannot keep its coverage, from its design and before its outcome is seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vitalfew.analytics.refusals import UnusableInput

Picked = Literal["random", "growth"]

FEWEST_BEFORE = 6
FEWEST_CONTROLS = 20
CONTROLS_EACH = 1.5
# Growth before the start, in standard errors of chance, from which a group counts as picked for it: 1 of 20 groups drawn
# by lot is taken for picked where nothing is said, 1 of 1,000 where they are said to be drawn by lot.
LOOKS_PICKED, SURELY_PICKED = 1.645, 3.09
# Of a group picked for its growth: what looks like an effect is partly growth that goes on or falls back.
GROWTH_FEWEST = 5
GROWTH_BEFORE = 12
GROWTH_EACH = 4
# Needed where growth was the very reason of the choice. That error does not shrink as accounts are added while chance
# does, so more accounts need more controls each.
AMPLE_EACH, AMPLE_EACH_MORE = 8, 0.5
UNMATCHED, UNMATCHED_AMPLE = 3.0, 4.0


class CoverageNotKept(UnusableInput):
    """A comparison of this design does not cover the truth as often as its interval says."""


@dataclass(frozen=True, slots=True)
class Design:
    """A comparison before its outcome is seen: counts of accounts and of periods.

    `picked` says how the treated were chosen, None where nobody says. `grown` is their growth before the start beside
    the controls', `unmatched` what of it the weighted controls do not share, both in standard errors of chance and both
    known from the periods before the start; zero while the accounts are not named yet.
    """

    treated: int
    controls: int
    before: int
    after: int
    picked: Picked | None = None
    grown: float = 0.0
    unmatched: float = 0.0

    @property
    def growth(self) -> bool:
        """Whether the treated were picked for growth, or look so."""
        return self.picked == "growth" or self.grown > (SURELY_PICKED if self.picked == "random" else LOOKS_PICKED)


def refuse(design: Design) -> str | None:
    """Why a comparison of this design must not be given a verdict, in whole sentences; None where it may be.

    The bounds come from comparisons without any effect, on a wholesaler's two-year ledger and on simulated ones: where
    they hold, intervals meant to cover 90 of 100 cover 84 or more, or 80 or more where the group was picked for growth.
    """
    accounts = _accounts(design.treated)
    if design.before < FEWEST_BEFORE:
        return f"There are {design.before} periods before the start and {FEWEST_BEFORE} are needed: start later or add history."
    needed = max(FEWEST_CONTROLS, round(CONTROLS_EACH * design.treated))
    if design.controls < needed:
        return f"{accounts} need at least {needed} controls and there are {design.controls}: treat fewer accounts, or let some wait."
    return _refuse_growth(design, f"{accounts} picked for growth") if design.growth else None


def _refuse_growth(design: Design, told: str) -> str | None:
    lot = "draw by lot who starts and who waits"
    if design.treated < GROWTH_FEWEST:
        return f"{told} cannot be told from luck: take {GROWTH_FEWEST} accounts or more, or {lot}."
    if design.before < GROWTH_BEFORE:
        return f"{told} need {GROWTH_BEFORE} periods before the start and there are {design.before}: add history, or {lot}."
    if 2 * design.after > design.before:
        return f"{told} may fall back to their old level within {design.after} periods, and a history of {design.before} is too short to tell that from an effect: judge at most half as many periods as lie before, or {lot}."
    ample = round(max(AMPLE_EACH, AMPLE_EACH_MORE * design.treated) * design.treated)
    needed = ample if design.picked == "growth" else GROWTH_EACH * design.treated
    if design.controls < needed:
        return (
            f"{told} need at least {needed} controls and there are {design.controls}: treat fewer accounts, or {lot}."
        )
    if design.unmatched > (UNMATCHED_AMPLE if design.controls >= ample else UNMATCHED):
        return f"{told} grew before the start in a way that no mix of the {design.controls} controls did, so there is nothing to compare them with: treat fewer accounts, or {lot}."
    return None


def _accounts(count: int) -> str:
    return "One account" if count == 1 else f"{count} accounts"
