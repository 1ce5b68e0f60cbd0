"""What a comparison says: the lift with its interval, what could have been seen, and all that lets a reader doubt it."""

from __future__ import annotations

from dataclasses import dataclass

from vitalfew.analytics.lift.cohorts import Ints
from vitalfew.analytics.lift.simplex import Floats, Mask

RAISED, LOWERED, NOT_SHOWN, CANNOT_TELL = "raised", "lowered", "not shown", "cannot tell yet"


@dataclass(frozen=True, slots=True)
class Interval:
    """An estimate with its interval; None where it is not defined, or where controls are too few to bound chance."""

    value: float | None
    low: float | None
    high: float | None

    @property
    def words(self) -> str:
        """A share in words."""
        if self.value is None:
            return "no share"
        if self.low is None or self.high is None:
            return f"{self.value:+.0%} (no interval)"
        return f"{self.value:+.0%} ({self.low:+.0%} to {self.high:+.0%})"

    @property
    def holds_zero(self) -> bool | None:
        if self.low is None or self.high is None:
            return None
        return self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True)
class Paths:
    """The picture: `event` (periods,) counts periods from the start, 0 being the first treated one.

    `treated` and `synthetic` are mean paths in the outcome's unit, or as multiples of the accounts' own mean before the
    start where they are compared on their own level; `reach` is half the width of the interval of their gap.
    """

    event: Ints
    treated: Floats
    synthetic: Floats
    reach: Floats


@dataclass(frozen=True, slots=True)
class PlaceboDate:
    """The effect found where the start is put `earlier` periods before it was, from what was known then."""

    earlier: int
    share: Interval


@dataclass(frozen=True, slots=True)
class Naive:
    """What simpler comparisons would have said, as shares: for warning only, never the answer.

    `before_after` the treated against their own past; `difference` the same less all controls' change; `book` the change of
    all accounts in the comparison together, which falls where time given to some was taken from the others.
    """

    before_after: float | None
    difference: float | None
    book: float


@dataclass(frozen=True, slots=True)
class Takes:
    """What it would take to see the smallest lift worth knowing: as many treated accounts, or periods after the start.

    None where no number would do: then it takes more controls, or steadier accounts.
    """

    accounts: int | None
    periods: int | None


@dataclass(frozen=True, slots=True)
class Lift:
    """The lift of treated accounts against synthetic controls.

    `verdict` is "raised", "lowered", "not shown" (a lift worth knowing would have been seen) or "cannot tell yet".
    `share` is the effect as a share of what would have been; `effect` the same in the outcome's unit for each treated
    account and period, on their own level as if each had risen by that share of its own mean before. `error` is the
    effect's standard error and `p` the chance of one so large where there is none; `detectable` and `detectable_share`
    the effect that would be seen 8 times of 10, None where no lift would be, however large. `method` is "jackknife" or "placebo".
    Counts: `treated`, `controls` (of the smallest cohort), `before` (shortest), `after` (longest) periods, `cohorts`.
    `units` (accounts,) are the weights of the controls, `periods` (periods,) of the panel's periods before the start,
    both over all cohorts; `left_out` (accounts,) marks treated that could not be compared. `slope` is the gap's trend
    before the start per period, `rms` its size around it; `growth` and `unmatched` the treated's growth before the
    start and what of it the controls do not share, in standard errors of chance. `refused` says why there is no
    verdict, "" where there is one; `cautions` are whole sentences.
    """

    verdict: str
    share: Interval
    effect: Interval
    error: float
    p: float
    detectable: float | None
    detectable_share: float | None
    worthwhile: float
    level: float
    method: str
    treated: int
    controls: int
    before: int
    after: int
    cohorts: int
    units: Floats
    periods: Floats
    left_out: Mask
    slope: Interval
    rms: float
    growth: float
    unmatched: float
    paths: Paths
    dates: tuple[PlaceboDate, ...]
    naive: Naive
    takes: Takes
    refused: str
    cautions: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The verdict in words, with its interval and what could have been seen."""
        if self.refused:
            return f"Cannot tell: {self.refused}"
        said = self.verdict[0].upper() + self.verdict[1:]
        seen = (
            f"a lift of {self.detectable_share:.0%} would have been seen 8 times of 10"
            if self.detectable_share is not None
            else "not even a large lift would have been seen 8 times of 10"
        )
        return (
            f"{said}: {self.share.words} for {_counted(self.treated, 'account')} over"
            f" {_counted(self.after, 'period')}; {seen}.{self._what_it_takes()}"
        )

    def _what_it_takes(self) -> str:
        if self.verdict != CANNOT_TELL:
            return ""
        ways = [_counted(self.takes.accounts, "account")] if self.takes.accounts else []
        ways += [_counted(self.takes.periods, "period") + " after the start"] if self.takes.periods else []
        if not ways:
            return f" To see {self.worthwhile:.0%} it takes more or steadier controls."
        return f" To see {self.worthwhile:.0%} it takes {' or '.join(ways)}."


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
