"""Where a firm is, by latitude and longitude: what the accounts around it tell of it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.lookalike.reading import Bools, quantities
from vitalfew.analytics.refusals import NotAColumn

EARTH_KM = 6371.0
LANDMARKS = 12


@dataclass(frozen=True, slots=True)
class Place:
    """`landmarks`, shape (landmarks, 3), are accounts' places far from each other, as points on a ball of radius 1.

    Around each of them lies a hill whose width is `reach`; two firms `span` or more apart (both in km) are not near.
    """

    latitude: str
    longitude: str
    landmarks: Floats
    reach: float
    span: float

    @property
    def name(self) -> str:
        return f"{self.latitude}, {self.longitude}"

    @property
    def features(self) -> Ints:
        return np.zeros(len(self.landmarks), dtype=np.int64)

    def read(self, source: pa.Table) -> Floats:
        """Shape (firms, 3), points on a ball of radius 1, NaN where a coordinate is not known. Raises NotAColumn."""
        return _points(source, self.latitude, self.longitude)

    def known(self, values: Floats) -> Bools:
        return ~np.isnan(values[:, 0])

    def matrix(self, values: Floats) -> Floats:
        return np.exp(-((_km(values, self.landmarks) / self.reach) ** 2) / 2)

    def scaled(self, values: Floats) -> Floats:
        return values

    def apart(self, these: Floats, those: Floats) -> Floats:
        """0 to 1 for each pair: their distance as a share of `span`."""
        return np.minimum(_km(these, those) / self.span, 1.0)

    def likeness(self, this: Floats, that: Floats) -> str:
        return f"{_km(this[np.newaxis], that[np.newaxis])[0, 0]:.0f} km away"

    def examples(self) -> tuple[Floats, list[str]]:
        """The landmarks."""
        height, way = (
            np.degrees(np.arcsin(self.landmarks[:, 2])),
            np.arctan2(self.landmarks[:, 1], self.landmarks[:, 0]),
        )
        return self.landmarks, [f"{a:.2f}, {b:.2f}" for a, b in zip(height, np.degrees(way), strict=True)]


def learn_place(source: pa.Table, latitude: str, longitude: str) -> Place:
    """Places of the accounts; the landmarks are chosen one after the other, each the farthest from those before."""
    points = _points(source, latitude, longitude)
    points = np.unique(points[~np.isnan(points[:, 0])], axis=0)
    if len(points) < 2:
        return Place(latitude, longitude, np.empty((0, 3)), 1.0, 1.0)
    chosen = [0]
    nearest = _km(points, points[chosen])[:, 0]
    while len(chosen) < min(LANDMARKS, len(points)):
        chosen.append(int(np.argmax(nearest)))
        nearest = np.minimum(nearest, _km(points, points[chosen[-1:]])[:, 0])
    between = _km(points[chosen], points[chosen]) + np.diag(np.full(len(chosen), np.inf))
    reach, span = float(between.min(axis=1).mean()), float(np.median(_km(points, points[chosen])))
    return Place(latitude, longitude, points[chosen], max(reach, 1.0), max(span, 1.0))


def _points(source: pa.Table, latitude: str, longitude: str) -> Floats:
    north, east = np.radians(quantities(source, latitude)), np.radians(quantities(source, longitude))
    for name, angle, most in ((latitude, north, 90), (longitude, east, 180)):
        if (np.abs(angle) > np.radians(most)).any():
            raise NotAColumn(f"The column {name} holds a number beyond {most}: give coordinates in degrees.")
    points = np.column_stack((np.cos(north) * np.cos(east), np.cos(north) * np.sin(east), np.sin(north)))
    return np.where(np.isnan(points).any(axis=1, keepdims=True), np.nan, points)


def _km(these: Floats, those: Floats) -> Floats:
    """Great-circle distances of all pairs."""
    return EARTH_KM * np.arccos(np.clip(these @ those.T, -1.0, 1.0))
