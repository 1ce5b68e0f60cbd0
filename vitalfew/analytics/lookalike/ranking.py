"""How well an order of firms finds the best, for one sample or for many resamples at once."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.lookalike.reading import Bools

CELLS = 4_000_000


@dataclass(frozen=True, slots=True)
class Ranked:
    """Firms from the highest chance down, those of one chance together.

    `firms` and `found` (the best among them) are counted from the top, shape (samples, chances + 1), beginning with 0.
    """

    firms: Floats
    found: Floats

    def auc(self) -> Floats:
        """How often one of the best stands above one of the rest, a half where they are level; shape (samples,)."""
        rest = self.firms - self.found
        area = (np.diff(rest, axis=1) * (self.found[:, 1:] + self.found[:, :-1])).sum(axis=1) / 2
        return area / (self.found[:, -1] * rest[:, -1])

    def precision(self) -> Floats:
        """Average precision: the share of the best at or above each of the best, averaged; shape (samples,)."""
        share = self.found[:, 1:] / np.maximum(self.firms[:, 1:], 1e-12)
        return (np.diff(self.found, axis=1) * share).sum(axis=1) / self.found[:, -1]

    def lift(self, share: float) -> Floats:
        """The best among the top `share` of firms (rounded up), as a multiple of what lots would find; (samples,)."""
        picked = np.ceil(np.round(share * self.firms[:, -1], 9))
        found = [np.interp(*one) for one in zip(picked, self.firms, self.found, strict=True)]
        return np.array(found) / picked / (self.found[:, -1] / self.firms[:, -1])


def ranked(*, chance: Floats, best: Bools, weight: Floats) -> Ranked:
    """Firms in the order of their chance; `weight`, shape (samples, firms), says how often a sample holds each."""
    order = np.argsort(-chance, kind="stable")
    starts = np.flatnonzero(np.append(True, np.diff(chance[order]) != 0))
    together = weight[:, order]
    return Ranked(*(_from_zero(np.add.reduceat(one, starts, axis=1)) for one in (together, together * best[order])))


def resamples(*, chance: Floats, best: Bools, family: Ints, draws: int, seed: int) -> Iterator[Ranked]:
    """Firms drawn again with replacement, whole families at a time; samples without best or without rest are left out.

    Source: Efron 1979.
    """
    rng = np.random.default_rng(seed)
    kin, member = np.unique(family, return_inverse=True)
    step = max(CELLS // best.size, 1)
    for start in range(0, draws, step):
        count = rng.multinomial(kin.size, np.full(kin.size, 1 / kin.size), size=min(step, draws - start))
        weight = count[:, member].astype(np.float64)
        usable = (weight @ best > 0) & (weight @ ~best > 0)
        if usable.any():
            yield ranked(chance=chance, best=best, weight=weight[usable])


def _from_zero(counts: Floats) -> Floats:
    return np.concatenate((np.zeros((len(counts), 1)), np.cumsum(counts, axis=1)), axis=1)
