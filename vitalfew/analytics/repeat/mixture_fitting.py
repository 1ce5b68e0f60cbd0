"""The classes of a firm's customers and their shares, all parameters together, by Newton's method on the likelihood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import gammaln, log_softmax

from vitalfew.analytics.refusals import OutOfOrder
from vitalfew.analytics.repeat.fitting import NAMES, WEAK, Prior, fit_orders, named
from vitalfew.analytics.repeat.mixture import Mixture
from vitalfew.analytics.repeat.newton import Slopes, climb
from vitalfew.analytics.repeat.orders import Floats, Orders
from vitalfew.analytics.repeat.regular import MOST, Regular
from vitalfew.analytics.repeat.rows import Rows, each
from vitalfew.analytics.repeat.silence import AT_ONCE
from vitalfew.analytics.repeat.slopes import Likelihood

CLASSES = (1, 2, 3, 4, 6, 8, 12)
# Each class is believed in as if so many customers had been seen of it.
SEEN = 0.5
SCOUTS = 10_000
# The climb ends where less log likelihood is left to gain.
NEAR = 1e-3
OWN = 1 + len(NAMES)


def fit_mixture(
    *,
    orders: Orders,
    classes: Sequence[int] = CLASSES,
    first_may_stop: bool = True,
    prior: Prior = WEAK,
    scatter: float = 0.5,
) -> Mixture:
    """The classes' shares and parameters that make all customers' orders most probable; `classes` are their k.

    Each class has its own r, alpha, a and b, whose logarithms `scatter` so far around common ones, to which a class of
    few customers falls back; with a scatter near 0 all classes are held to the same four. Raises what fit_orders raises, and OutOfOrder where `classes` do not ascend from 1.
    Source: docs/measures/repeat_orders.md; classes as in latent-class models, likelihood exact.
    """
    ks = np.asarray(classes)
    if ks.size == 0 or ks[0] < 1 or ks[-1] > MOST or (np.diff(ks) <= 0).any():
        raise OutOfOrder(f"The classes are different whole numbers from 1 to {MOST}, in ascending order.")
    common = fit_orders(orders=orders, k=None, most=int(ks[-1]), first_may_stop=first_may_stop, prior=prior).model
    middle = np.log([getattr(common, name) for name in NAMES])
    posterior = partial(_Classes.of, ks=ks, middle=middle, first_may_stop=first_may_stop, prior=prior, scatter=scatter)
    start = np.concatenate((np.tile(np.concatenate(([0.0], middle)), ks.size), middle))
    if orders.age.size > 2 * SCOUTS:
        few = orders.at(slice(None, None, orders.age.size // SCOUTS))
        start = climb(posterior(few), start, near=NEAR).point
    top = climb(posterior(orders), start, near=NEAR).point
    logs = top[: OWN * ks.size].reshape(ks.size, OWN)
    models = [Regular(int(k), **named(own[1:]), first_may_stop=first_may_stop) for k, own in zip(ks, logs, strict=True)]
    return Mixture(tuple(models), np.exp(log_softmax(logs[:, 0])))


@dataclass(frozen=True, slots=True)
class _Classes:
    """The log posterior as a function of: of each class its log weight and four logs; then the four common logs."""

    ks: tuple[int, ...]
    parts: tuple[tuple[Rows, Floats], ...]
    middle: Floats
    first_may_stop: bool
    prior: Prior
    scatter: float

    @staticmethod
    def of(
        orders: Orders, *, ks: Floats, middle: Floats, first_may_stop: bool, prior: Prior, scatter: float
    ) -> _Classes:
        parts = []
        for start in range(0, orders.age.size, AT_ONCE):
            part = orders.at(slice(start, start + AT_ONCE))
            gaps = (ks[:, np.newaxis] - 1) * part.log_gaps - gammaln(ks)[:, np.newaxis] * part.repeats
            parts.append((each(part), gaps))
        return _Classes(tuple(ks.tolist()), tuple(parts), middle, first_may_stop, prior, scatter)

    def __call__(self, point: Floats) -> Slopes:
        own, common = point[: OWN * len(self.ks)].reshape(-1, OWN), point[-len(NAMES) :]
        found = self._believed(own, common)
        for rows, gaps in self.parts:
            found += self._part(rows, gaps, own)
        return found

    def _part(self, rows: Rows, gaps: Floats, own: Floats) -> Slopes:
        """The sum over customers of log (sum over classes of share x likelihood)."""
        size = own.size
        found = Slopes(0.0, np.zeros(size + len(NAMES)), np.zeros((size + len(NAMES), size + len(NAMES))))
        likelihoods = [Likelihood(rows, k, self.first_may_stop) for k in self.ks]
        endings = [list(one.endings(logs)) for one, logs in zip(likelihoods, own[:, 1:], strict=True)]
        each_class = [one.of_rows(logs, end) for one, logs, end in zip(likelihoods, own[:, 1:], endings, strict=True)]
        log_share = log_softmax(own[:, 0])
        joint = np.stack([value for value, _ in each_class]) + gaps + log_share[:, np.newaxis]
        total = np.logaddexp.reduce(joint, axis=0)
        chance = np.exp(joint - total)
        found.value = float(total.sum())
        pulls = np.empty((own.shape[0], OWN, total.size))
        for number, (_, gradients) in enumerate(each_class):
            block = slice(number * OWN, (number + 1) * OWN)
            slopes = np.vstack((np.ones(total.size), gradients))
            np.multiply(slopes, chance[number], out=pulls[number])
            found.hessian[block, block] = pulls[number] @ slopes.T
            bent = likelihoods[number].weighted(own[number, 1:], chance[number], endings[number]).hessian
            found.hessian[block, block][1:, 1:] += bent
        found.gradient[:size] = pulls.sum(axis=2).ravel()
        crossed = pulls[:, np.newaxis] @ pulls.transpose(0, 2, 1)
        found.hessian[:size, :size] -= crossed.transpose(0, 2, 1, 3).reshape(size, size)
        _shares(found, np.exp(log_share), float(total.size))
        return found

    def _believed(self, own: Floats, common: Floats) -> Slopes:
        """Weak priors: on the common logs, on each class's logs around them, and on the shares."""
        size, names = own.size, len(NAMES)
        found = Slopes(0.0, np.zeros(size + names), np.zeros((size + names, size + names)))
        broad, log_share = self.prior.slopes(common, self.middle), log_softmax(own[:, 0])
        off, tight = (own[:, 1:] - common) / self.scatter, np.eye(names) / self.scatter**2
        found.value = broad.value - float((off * off).sum()) / 2 + SEEN * float(log_share.sum())
        found.gradient[size:] = broad.gradient + off.sum(axis=0) / self.scatter
        found.hessian[size:, size:] = broad.hessian - len(off) * tight
        for number, one in enumerate(off):
            block = slice(number * OWN + 1, (number + 1) * OWN)
            found.gradient[block] = -one / self.scatter
            found.hessian[block, block] = -tight
            found.hessian[block, size:] = found.hessian[size:, block] = tight
        found.gradient[:size:OWN] += SEEN
        _shares(found, np.exp(log_share), SEEN * len(off))
        return found


def _shares(found: Slopes, share: Floats, customers: float) -> None:
    """What is common to all customers: the shares add up to one, whatever the log weights."""
    size = share.size * OWN
    found.gradient[:size:OWN] -= customers * share
    found.hessian[:size:OWN, :size:OWN] -= customers * (np.diag(share) - np.outer(share, share))
