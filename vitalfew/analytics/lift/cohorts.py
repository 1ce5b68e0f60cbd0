"""Accounts that start together, with their paths before and after on one scale, and who may stand against them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri
from scipy.stats import rankdata

from vitalfew.analytics.lift.simplex import Floats, Mask
from vitalfew.analytics.refusals import NotAlike, NothingThere, OutOfOrder, at_least, finite, varies

Ints = NDArray[np.int64]
# Growth is the mean of these last periods before the start less that of the periods before them.
GROWTH_PERIODS = 6
# Periods without an outcome that never make an account too quiet to stand as a control.
QUIET = 3


@dataclass(frozen=True, slots=True)
class Panel:
    """Outcome of each account in each period, `outcome` shape (accounts, periods), zero where nothing happened.

    `start` (accounts,) is the first treated period, -1 for accounts that are never treated; `cluster` (accounts,) the
    group of each account as a code, every account on its own where it belongs to none.
    """

    outcome: Floats
    start: Ints
    cluster: Ints


@dataclass(frozen=True, slots=True)
class Cohort:
    """Members (treated and controls) of one start.

    `rows` (members,) of the panel, `treated` (members,), `paths` (members, before + after) divided by `level`
    (members,): the own mean before the start, or one.
    """

    rows: Ints
    treated: Mask
    paths: Floats
    level: Floats
    before: int

    @property
    def after(self) -> int:
        return int(self.paths.shape[1]) - self.before


def panel(*, outcome: Floats, treated: Mask, start: int | Sequence[int] | Ints, groups: Ints | None) -> Panel:
    """Checked input. Raises NothingThere, NotAlike, NotFinite, NothingVaries, TooFew or OutOfOrder."""
    outcome, treated = np.asarray(outcome, dtype=np.float64), np.asarray(treated, dtype=bool)
    if outcome.size == 0:
        raise NothingThere("There is not a single account and period: nothing can be estimated from nothing.")
    if outcome.ndim != 2 or treated.shape != outcome.shape[:1]:
        raise NotAlike(
            f"The outcome has shape {outcome.shape} and the mark of the treated {treated.shape}: give a table of accounts by periods and one mark for each account."
        )
    finite(outcome=outcome)
    at_least(outcome.shape[0], 3, "accounts")
    varies(outcome=outcome)
    if not treated.any() or treated.all():
        raise NothingThere("Either no account is treated or every one is: mark some, and leave some to compare with.")
    begins = np.where(treated, np.broadcast_to(np.asarray(start, dtype=np.int64), treated.shape), -1)
    if (begins[treated] < 2).any() or (begins[treated] >= outcome.shape[1]).any():
        raise OutOfOrder(
            f"A start must leave at least two periods before it and one from it on, and there are {outcome.shape[1]} periods: mend the starts."
        )
    return Panel(outcome, begins, clusters(groups, treated.size))


def clusters(groups: Ints | None, count: int) -> Ints:
    """Codes from 0; an account whose group is below zero stands alone."""
    if groups is None:
        return np.arange(count, dtype=np.int64)
    given = np.asarray(groups)
    if given.shape != (count,):
        raise NotAlike(
            f"There are {count} accounts and groups of shape {given.shape}: give one group for each account."
        )
    alone = given < 0
    codes = np.where(alone, np.arange(count, dtype=np.int64) + max(int(given.max()), -1) + 1, given)
    return np.unique(codes, return_inverse=True)[1].astype(np.int64)


def cohorts(
    *, panel: Panel, before: int | None, after: int | None, own_level: bool, least_active: float
) -> list[Cohort]:
    """One cohort for each start, with controls that are never treated, or not before its last period.

    On their own level, accounts are left out whose mean before the start is not above zero or that had an outcome in
    less than `least_active` of those periods, and controls that had been quiet for more than QUIET and longer than any of
    the treated: those may be gone for good. The groups of its treated are never among a cohort's controls.
    """
    found = []
    for start in np.unique(panel.start[panel.start >= 0]):
        first = 0 if before is None else max(0, int(start) - before)
        end = panel.outcome.shape[1] if after is None else min(panel.outcome.shape[1], int(start) + after)
        treated = panel.start == start
        related = np.isin(panel.cluster, panel.cluster[treated])
        member = treated | (~related & ((panel.start < 0) | (panel.start >= end)))
        paths = panel.outcome[:, first:end]
        early = paths[:, : start - first]
        level = early.mean(axis=1) if own_level else np.ones(member.size)
        if own_level:
            member &= (level > 0) & ((early > 0).mean(axis=1) >= least_active)
            member &= comparable(early, treated & member)
        rows = np.flatnonzero(member)
        if treated[rows].any() and not treated[rows].all():
            found.append(Cohort(rows, treated[rows], paths[rows] / level[rows, None], level[rows], int(start) - first))
    if not found:
        raise NothingThere(
            "No treated account bought regularly before its start beside others that did: give a longer history, or accounts with one."
        )
    return found


def comparable(early: Floats, treated: Mask) -> Mask:
    """Accounts that had not been quiet before the start for longer than QUIET and every one of the `treated`, its shape.

    `early` shape (accounts, periods before), `treated` (accounts,) or (comparisons, accounts).
    """
    bought = early > 0
    quiet = np.where(bought.any(axis=1), bought[:, ::-1].argmax(axis=1), early.shape[1])
    longest = np.where(treated, quiet, QUIET).max(axis=-1, keepdims=True)
    return np.asarray(quiet <= longest)


def growth_scores(paths: Floats, before: int) -> Floats:
    """Growth before the start of each account among all, as normal scores, shape (accounts,)."""
    last = min(GROWTH_PERIODS, before // 2)
    growth = paths[:, before - last : before].mean(axis=1) - paths[:, : before - last].mean(axis=1)
    scores: Floats = ndtri((rankdata(growth) - 0.5) / growth.size)
    return scores
