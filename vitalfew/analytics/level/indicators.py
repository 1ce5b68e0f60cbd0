"""What behaviour shows: indicators with their known errors, made from what other rooms measure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from vitalfew.analytics.level.questions import SIDES
from vitalfew.analytics.refusals import NotAlike, NothingThere, above_zero, finite, not_below_zero, same_length, varies

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One thing that behaviour shows, turned so that more of it speaks for a higher level; arrays (accounts,).

    `value` is NaN where it could not be measured, `variance` the square of its error. `side` is "price" or "loyalty".
    """

    name: str
    side: str
    value: Floats
    variance: Floats


@dataclass(frozen=True, slots=True)
class Indicators:
    """All indicators, `value` and `variance` of shape (accounts, indicators); NaN in `value` is "not measured"."""

    names: tuple[str, ...]
    sides: tuple[str, ...]
    value: Floats
    variance: Floats

    @property
    def known(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.value)

    def within(self, rows: NDArray[np.int64] | slice) -> Indicators:
        """The indicators of some accounts."""
        return Indicators(self.names, self.sides, self.value[rows], self.variance[rows])


def together(*indicators: Indicator) -> Indicators:
    """The indicators side by side. Raises NotAlike where they differ in length, NothingThere where there is none."""
    if not indicators:
        raise NothingThere("There is not a single indicator: leave the indicators out altogether.")
    same_length(**{indicator.name: indicator.value for indicator in indicators})
    return Indicators(
        tuple(indicator.name for indicator in indicators),
        tuple(indicator.side for indicator in indicators),
        np.column_stack([indicator.value for indicator in indicators]),
        np.column_stack([indicator.variance for indicator in indicators]),
    )


def check_indicators(indicators: Indicators) -> None:
    """Raises NotAlike, NotFinite, BelowZero or NothingThere where the indicators cannot be used."""
    names, value, variance = indicators.names, indicators.value, indicators.variance
    if value.ndim != 2 or value.shape != variance.shape or not value.shape[1] == len(names) == len(indicators.sides):
        raise NotAlike(
            f"{len(names)} indicators are named, their values have shape {value.shape} and their variances"
            f" {variance.shape}: give one column of each for every name."
        )
    if not value.size:
        raise NothingThere("The indicators hold no account: nothing can be estimated from nothing.")
    if not set(indicators.sides) <= set(SIDES):
        raise NotAlike(f"The sides of the indicators are {indicators.sides}: give 'price', 'loyalty' or nothing.")
    for name, column, error, known in zip(names, value.T, variance.T, indicators.known.T, strict=True):
        finite(**{name: column[known], f"variance of {name}": error[known]})
        not_below_zero(**{f"variance of {name}": error[known]})


def check_variety(indicators: Indicators) -> None:
    """Raises NothingVaries where an indicator is the same for all accounts, for nothing can be learnt from it then."""
    for name, column, known in zip(indicators.names, indicators.value.T, indicators.known.T, strict=True):
        varies(**{name: column[known]})


def odds(*, name: str, chance: Floats, error: Floats, side: str = "loyalty") -> Indicator:
    """A chance, such as that of being active or of ordering within 12 weeks, as log odds.

    `error` is the standard error of the chance itself, from posterior draws or by the delta method. Chances nearer to
    0 or 1 than .002 count as .002 and .998: beyond that a model speaks about itself.
    """
    _ready(chance, error)
    safe = np.clip(chance, 0.002, 0.998)
    return Indicator(name, side, logit(safe), (error / (safe * (1 - safe))) ** 2)


def odds_of_draws(*, name: str, draws: Floats, side: str = "loyalty") -> Indicator:
    """The same from posterior draws of the chance, (accounts, draws): mean and variance of their log odds."""
    finite(draws=draws)
    each = logit(np.clip(draws, 0.002, 0.998))
    return Indicator(name, side, each.mean(axis=1), each.var(axis=1, ddof=1))


def logarithm(*, name: str, amount: Floats, error: Floats, side: str = "loyalty") -> Indicator:
    """An amount above zero, such as the regularity k or the number of orders expected, as its logarithm."""
    _ready(amount, error)
    above_zero(amount=amount)
    return Indicator(name, side, np.log(amount), (error / amount) ** 2)


def breadth(*, name: str, bought: Floats, peers: Floats, side: str = "loyalty") -> Indicator:
    """How many categories or items an account buys against its peers of the same kind and size, as a logarithm.

    `bought` counts them, `peers` is what such accounts buy in the mean. The error is that of a count.
    """
    _ready(bought, peers)
    not_below_zero(bought=bought, peers=peers)
    return Indicator(name, side, np.log((bought + 0.5) / (peers + 0.5)), 1 / (bought + 0.5))


def measured(*, name: str, value: Floats, error: Floats, side: str = "price", falls: bool = False) -> Indicator:
    """A number with its standard error as it is, such as price realisation; `falls` where more speaks for less.

    Give the account's own measurement. A posterior that was drawn to the mean goes through `own_part` first, or the
    shrinkage would count twice.
    """
    _ready(value, error)
    return Indicator(name, side, -value if falls else value, error**2)


def own_part(
    *, mean: Floats, variance: Floats, centre: Floats | float, spread: Floats | float
) -> tuple[Floats, Floats]:
    """Value and variance of the account's own measurement behind a posterior that shrank it to N(centre, spread²).

    Accounts whose posterior is as wide as the prior had none: their value is NaN.
    """
    gained = 1 / variance - 1 / np.square(spread)
    own = np.where(gained > 1e-9, gained, np.nan)
    return (mean / variance - centre / np.square(spread)) / own, 1 / own


def _ready(value: Floats, error: Floats) -> None:
    """NaN is "not measured" in the value; where there is a value its error must be a number."""
    same_length(value=value, error=error)
    known = ~np.isnan(value)
    finite(value=value[known], error=error[known])
    not_below_zero(error=error[known])
