"""Random streams, one for each topic, so that a change in one topic leaves the draws of all others alone."""

from __future__ import annotations

import zlib

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]


def stream(*, seed: int, topic: str) -> np.random.Generator:
    """A PCG64 generator that depends on the seed and the topic's spelling only, not on Python's hash seed."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(topic.encode())])))


def pick(*, rng: np.random.Generator, shares: Floats, size: int) -> Ints:
    """Indexes into `shares` (which sum to about 1), drawn with those chances by inverse of the cumulated sum."""
    edges = np.cumsum(shares)
    found: Ints = np.searchsorted(edges, rng.random(size) * edges[-1], side="right")
    return np.minimum(found, len(shares) - 1)


def pick_by_row(*, rng: np.random.Generator, shares: Floats, rows: Ints) -> Ints:
    """One index for each entry of `rows`, drawn with the chances in that row of `shares`."""
    edges = np.cumsum(shares, axis=1)
    drawn = rng.random(len(rows)) * edges[rows, -1]
    found: Ints = (edges[rows] <= drawn[:, None]).sum(axis=1)
    return np.asarray(np.minimum(found, shares.shape[1] - 1), dtype=np.int64)
