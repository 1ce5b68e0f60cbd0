"""The design that can tell: who starts when is drawn by lot, so those who wait show what would have been."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256

import numpy as np

from vitalfew.analytics.lift.cohorts import Ints
from vitalfew.analytics.lift.detectable import MULTIPLES, crossing
from vitalfew.analytics.lift.jackknife import half_width
from vitalfew.analytics.lift.randomised import FEWEST_EACH, adjusted
from vitalfew.analytics.lift.simplex import Floats, Mask
from vitalfew.analytics.refusals import BelowZero, NotAlike, at_least, finite

# Lots drawn to learn what lift would be seen, and the share of months with a purchase that an account needs to count there.
LOTS = 200
LEAST_ACTIVE = 0.5


@dataclass(frozen=True, slots=True)
class WaitList:
    """An order of enrolment drawn by lot.

    `wave` (accounts,) from 0, the wave in which each account starts; `order` (accounts,) the accounts in order of
    enrolment. `detectable` (waves - 1,) the lift as a share that would be seen 8 times of 10 when the waves up to this
    one have started and the rest waits, infinite where no lift would; empty without a history. `seal` is a fingerprint of accounts, seed and order:
    kept beside the plan it shows that nobody drew again.
    """

    wave: Ints
    order: Ints
    detectable: Floats
    seal: str
    seed: int


def plan_waitlist(
    *,
    accounts: int,
    waves: int = 2,
    seed: int,
    strata: Ints | None = None,
    history: Floats | None = None,
    months: int = 6,
    level: float = 0.9,
) -> WaitList:
    """Draw the order in which `accounts` start, in `waves` of equal size, balanced within `strata` (accounts,).

    With `history` (accounts, periods) accounts are put into blocks of like size first, one for each wave, and the lift
    that the comparison of started with waiting accounts could show over `months` periods is told before anybody starts.
    It is found as `estimate_randomised` would see it over the last `months` periods of the history, on each account's own
    level and for accounts that buy regularly. The same arguments draw the same order. Raises TooFew, NotAlike, NotFinite, BelowZero.
    """
    if waves < 2 or months < 1:
        raise BelowZero(f"{waves} waves of {months} periods compare nobody: give 2 waves and 1 period at least.")
    at_least(accounts, 2 * waves, "accounts for this many waves")
    classes = np.zeros(accounts, dtype=np.int64) if strata is None else np.asarray(strata)
    if classes.shape != (accounts,):
        raise NotAlike(f"There are {accounts} accounts and strata of shape {classes.shape}: give one for each account.")
    past = None if history is None else _past(history, accounts, months)
    rng = np.random.default_rng(seed)
    wave = _waves(classes, None if past is None else past.mean(axis=1), waves, rng)
    order = np.lexsort((rng.random(accounts), wave))
    known = (
        np.zeros(0) if past is None else _detectable(past, classes, waves=waves, months=months, level=level, rng=rng)
    )
    fingerprint = sha256(f"{accounts}|{waves}|{seed}|{classes.tolist()}|{order.tolist()}|{wave.tolist()}".encode())
    return WaitList(wave, order, known, fingerprint.hexdigest(), seed)


def _past(history: Floats, accounts: int, months: int) -> Floats:
    past = np.asarray(history, dtype=np.float64)
    if past.ndim != 2 or past.shape[0] != accounts:
        raise NotAlike(f"There are {accounts} accounts and a history of shape {past.shape}: give one row for each.")
    finite(history=past)
    at_least(past.shape[1], 2 * months, "periods of history")
    return past


def _waves(classes: Ints, size: Floats | None, waves: int, rng: np.random.Generator) -> Ints:
    """Blocks of as many like accounts as there are waves; each block gives one account to each wave."""
    wave = np.empty(classes.size, dtype=np.int64)
    shift = 0
    for one in np.unique(classes):
        rows = rng.permutation(np.flatnonzero(classes == one))
        if size is not None:
            rows = rows[np.argsort(-size[rows], kind="stable")]
        blocks = -(-rows.size // waves)
        lots = np.argsort(rng.random((blocks, waves)), axis=1).astype(np.int64)
        # The last block may be short: which waves it leaves out goes round, so that waves stay of one size.
        short = rows.size - (blocks - 1) * waves
        lots[-1, :short] = rng.permutation((shift + np.arange(short)) % waves)
        wave[rows] = lots.ravel()[: rows.size]
        shift += short
    return wave


def _detectable(
    past: Floats, classes: Ints, *, waves: int, months: int, level: float, rng: np.random.Generator
) -> Floats:
    """Lift to be seen after each wave but the last: lots drawn again and again over the last months, with lifts planted."""
    early, late = past[:, :-months], past[:, -months:].mean(axis=1)
    own = early.mean(axis=1)
    rows = (own > 0) & ((early > 0).mean(axis=1) >= LEAST_ACTIVE)
    at_least(int(rows.sum()), FEWEST_EACH * waves, "accounts that bought regularly")
    outcome, recent = late[rows] / own[rows], early[rows, -months:].mean(axis=1) / own[rows]
    known = ((recent - recent.mean()) / (recent.std() or 1.0))[:, None]
    size = past.mean(axis=1)[rows]
    lots = [_waves(classes[rows], size, waves, rng) for _ in range(LOTS)]
    return np.array([_seen(outcome, known, [lot <= one for lot in lots], level) for one in range(waves - 1)])


def _seen(outcome: Floats, known: Floats, lots: list[Mask], level: float) -> float:
    """The lift that would be shown in POWER of the lots, infinite where none is."""
    still = np.array([adjusted(outcome[:, None], lot, known)[1][0] for lot in lots])
    lifts = np.array(MULTIPLES) * float(np.median(still)) / max(float(outcome.mean()), 1e-9)
    told = np.array([adjusted(outcome[:, None] * (1 + np.outer(lot, lifts)), lot, known) for lot in lots])
    power = (told[:, 0] > half_width(level=level, freedom=told[:, 2]) * told[:, 1]).mean(axis=0)
    found = crossing(lifts, power)
    return np.inf if found is None else found
