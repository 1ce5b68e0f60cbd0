"""Elasticities from plain rows of log price and log volume: least squares by account, drawn in by how noisy each is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from vitalfew.analytics import refusals
from vitalfew.analytics.price.effects import Effect, effect, swept
from vitalfew.analytics.price.halves import Agreement, Slopes, drawn_in
from vitalfew.analytics.price.shrink import NO_BELIEF, Belief, Middle, moderated

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Squares of a price left by sweeping that are no more than rounding, as a share of its own.
ROUNDING = 1e-12


@dataclass(frozen=True, slots=True)
class Elasticities:
    """Slopes of log volume on log price; arrays of shape (accounts,).

    `slope` is each account's own by least squares and `error` its standard error: 0 and infinite where its price never
    moved. `centre` is what is believed of it beside all others, `low` to `high` holds its truth with a chance of
    `level`. `common` is the mean of all and their spread. `through` is how much of a move of the market's price reaches
    the price paid, 1 where no market was given. `halves` tells how far the earlier and the later rows agree, None where
    no period was given.
    """

    slope: Floats
    error: Floats
    centre: Floats
    low: Floats
    high: Floats
    rows: Ints
    common: Middle
    through: float
    halves: Agreement | None
    level: float

    def volume_left(self, *, rise: float) -> tuple[Floats, Floats, Floats]:
        """Low, middle and high share of each account's volume that is left when its price rises by `rise` (.05: 5 %)."""
        low, middle, high = (np.exp(np.log1p(rise) * one) for one in (self.low, self.centre, self.high))
        return np.minimum(low, high), middle, np.maximum(low, high)


def fit_slopes(
    *,
    account: Ints,
    log_price: Floats,
    log_volume: Floats,
    covariates: Sequence[Floats] = (),
    effects: Sequence[Ints] = (),
    market: Floats | None = None,
    period: Ints | None = None,
    level: float = 0.9,
    belief: Belief = NO_BELIEF,
    moderate: bool = True,
) -> Elasticities:
    """Elasticities of accounts (codes from 0) from rows of shape (rows,), in any order.

    Each account has a level and, for each of `covariates`, a slope of its own; `effects` are further codes whose levels
    are swept out, such as account × item or the month. `market` is a log price that the account's own demand cannot
    move, the list's or what the others paid (`market_price`): then the slope on it is divided by the slope of all
    prices paid on it, one number for the book, and quantity breaks do not pass for sensitivity. `period` splits the
    rows into an earlier and a later half, by which the differences that do not last are drawn in further. `moderate`
    draws the accounts' error variances towards each other.
    Raises NotAlike, NothingThere, NotFinite, OutOfOrder, TooFew or NothingVaries.
    Sources: Frisch and Waugh 1933 for the sweeping; Boatwright, McCulloch and Rossi 1999 for accounts drawn in;
    Smyth 2004 for the moderated variances.
    """
    rows = _Rows(account, log_price, log_volume, log_price if market is None else market)
    accounts = _check(rows, covariates, effects, period)
    levels = _levels(account, effects)
    told = [*levels, *_along(account, covariates, levels)]
    left = rows.swept(told)
    squares = float((left.driver**2).sum())
    if squares <= ROUNDING * max(float((rows.driver**2).sum()), 1.0):
        raise refusals.NothingVaries("No price moves within an account beyond what is swept out: nothing answers it.")
    through = float((left.driver * left.log_price).sum()) / squares
    slope, information = _by_account(left, account, accounts)
    noise = _noise(left, slope, told, moderate=moderate)
    halves, known = np.zeros((2, accounts)), np.zeros((2, accounts))
    if period is not None:
        later = (period >= np.median(period)).astype(np.int64)
        apart = left.swept(_split(told, later))
        halves, known = (
            one.reshape(2, accounts) for one in _by_account(apart, later * accounts + account, 2 * accounts)
        )
    slopes = Slopes(slope, _variance(noise, information), halves, _variance(noise, known)).over(through)
    drawn, z = drawn_in(slopes, belief, by_halves=period is not None), float(ndtri(0.5 + level / 2))
    centre, sd = drawn.shrunk.centre, drawn.shrunk.sd
    return Elasticities(
        slope=slopes.slope,
        error=np.sqrt(slopes.variance),
        centre=centre,
        low=centre - z * sd,
        high=centre + z * sd,
        rows=np.bincount(account, minlength=accounts),
        common=drawn.shrunk.common,
        through=through,
        halves=None if period is None else drawn.agreed,
        level=level,
    )


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows, or what sweeping leaves of them; `driver` is the price whose moves are answered."""

    account: Ints
    log_price: Floats
    log_volume: Floats
    driver: Floats

    def swept(self, effects: Sequence[Effect]) -> _Rows:
        driver = swept(self.driver, effects)
        price = driver if self.driver is self.log_price else swept(self.log_price, effects)
        return _Rows(self.account, price, swept(self.log_volume, effects), driver)


def _check(rows: _Rows, covariates: Sequence[Floats], effects: Sequence[Ints], period: Ints | None) -> int:
    """How many accounts there are; raises what `fit_slopes` says."""
    numbers = {"log_price": rows.log_price, "log_volume": rows.log_volume, "market": rows.driver}
    numbers |= {f"covariates[{place}]": one for place, one in enumerate(covariates)}
    codes = {f"effects[{place}]": one for place, one in enumerate(effects)}
    codes |= {} if period is None else {"period": period}
    refusals.same_length(account=rows.account, **numbers, **codes)
    refusals.finite(**numbers)
    refusals.in_order(rows.account < 0, "Codes of accounts must begin at 0")
    refusals.at_least(int(np.count_nonzero(np.bincount(rows.account))), 2, "accounts")
    refusals.varies(log_price=rows.log_price, log_volume=rows.log_volume)
    return int(rows.account.max()) + 1


def _used(one: Effect, account: Ints, accounts: int) -> Floats:
    """How many levels of the effect each account uses up, shape (accounts,): of one that it shares its share of the rows."""
    if one.starts is not None and _within(one, account):
        return np.bincount(account[one.starts], minlength=accounts).astype(np.float64)
    return np.bincount(account, (1.0 / np.bincount(one.code))[one.code], minlength=accounts)


def _levels(account: Ints, effects: Sequence[Ints]) -> list[Effect]:
    """The effects, and a level for each account unless one of them has such levels already."""
    told = [effect(one) for one in effects]
    return told if any(_within(one, account) for one in told) else [effect(account), *told]


def _within(one: Effect, account: Ints) -> bool:
    """Whether every code of the effect belongs to one account."""
    if one.starts is not None:  # sorted by the effect: an account may change only where it does
        changes = account[1:] != account[:-1]
        changes[one.starts[1:] - 1] = False
        return not changes.any()
    owner = np.zeros(one.size, dtype=np.int64)
    owner[one.code] = account
    return bool((owner[one.code] == account).all())


def _along(account: Ints, covariates: Sequence[Floats], levels: Sequence[Effect]) -> list[Effect]:
    """A slope of each account on each covariate, each cleared of the levels and of the covariates before it."""
    by_account, told = effect(account), list(levels)
    for one in covariates:
        told.append(replace(by_account, along=swept(one, told)))
    return told[len(levels) :]


def _split(told: Sequence[Effect], later: Ints) -> list[Effect]:
    """The same effects apart for the earlier and the later half."""
    return [replace(effect(one.code * 2 + later), along=one.along) for one in told]


def _by_account(left: _Rows, code: Ints, size: int) -> tuple[Floats, Floats]:
    """Slope and information of each code, 0 where the price never moved."""
    room = np.square(left.driver)
    information = np.bincount(code, room, minlength=size)
    known = information > ROUNDING * information.max()
    score = np.bincount(code, np.multiply(left.driver, left.log_volume, out=room), minlength=size)
    return np.where(known, score / np.where(known, information, 1.0), 0.0), np.where(known, information, 0.0)


def _variance(noise: Floats, information: Floats) -> Floats:
    known = information > 0
    return np.where(known, noise / np.where(known, information, 1.0), np.inf)


def _noise(left: _Rows, slope: Floats, told: Sequence[Effect], *, moderate: bool) -> Floats:
    """The variance of each account's rows around its line, for the rows it has beyond what was swept out."""
    accounts = slope.size
    off = slope[left.account]
    off *= left.driver
    off -= left.log_volume
    squares = np.bincount(left.account, np.square(off, out=off), minlength=accounts)
    rows = np.bincount(left.account, minlength=accounts)
    used = sum(_used(one, left.account, accounts) for one in told)
    freedom = np.maximum(rows - used - 1, 0.0)
    own = squares / np.maximum(freedom, 1e-12) * (freedom > 0)
    if moderate:
        return moderated(variance=own, freedom=freedom)
    pooled = float(squares.sum() / max(freedom.sum(), 1e-12))
    return np.where(freedom >= 1, own, pooled)
