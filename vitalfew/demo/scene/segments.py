"""The demo firm's kinds of customer: industry and size bands, and how each kind buys."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitalfew.demo.scene.streams import Floats

SIZES = ("under 10", "10 to 49", "50 to 249", "250 and more")
STAGES = (1, 2, 4, 7)
COUNTRIES = ("United Kingdom", "Ireland", "Netherlands", "France")
COUNTRY_SHARES = np.array([0.92, 0.05, 0.02, 0.01])


@dataclass(frozen=True, slots=True)
class Segment:
    """One industry: its share of customers, sizes, stages k of its buying rhythm, rate, spend and liking for categories.

    `sizes` and `stages` are shares along SIZES and STAGES; `rate` is orders a week of a middling customer;
    `spend` shifts the log of quantities; `trait` shifts how well such customers think of us;
    `likes` weighs the product categories in their order in `products.CATEGORIES`.
    """

    industry: str
    share: float
    sizes: tuple[float, float, float, float]
    stages: tuple[float, float, float, float]
    rate: float
    spend: float
    trait: float
    likes: tuple[int, ...]


SEGMENTS = (
    Segment(
        "Hotel",
        0.11,
        (0.20, 0.45, 0.28, 0.07),
        (0.30, 0.35, 0.25, 0.10),
        0.27,
        0.30,
        0.20,
        (3, 6, 5, 4, 2, 2, 8, 4, 2, 3),
    ),
    Segment(
        "Restaurant",
        0.20,
        (0.50, 0.42, 0.07, 0.01),
        (0.45, 0.35, 0.15, 0.05),
        0.23,
        0.0,
        -0.10,
        (4, 4, 6, 5, 6, 6, 4, 3, 4, 3),
    ),
    Segment(
        "Café",
        0.16,
        (0.80, 0.18, 0.02, 0.0),
        (0.50, 0.30, 0.15, 0.05),
        0.21,
        -0.30,
        -0.20,
        (9, 3, 3, 1, 2, 1, 1, 2, 9, 5),
    ),
    Segment(
        "Pub & Bar",
        0.15,
        (0.62, 0.33, 0.05, 0.0),
        (0.40, 0.35, 0.20, 0.05),
        0.21,
        -0.10,
        0.0,
        (3, 5, 3, 10, 3, 3, 1, 2, 2, 4),
    ),
    Segment(
        "Care Home",
        0.10,
        (0.15, 0.60, 0.23, 0.02),
        (0.05, 0.20, 0.40, 0.35),
        0.25,
        0.15,
        0.30,
        (6, 10, 4, 1, 2, 2, 4, 5, 1, 6),
    ),
    Segment(
        "School & College",
        0.08,
        (0.05, 0.45, 0.42, 0.08),
        (0.05, 0.25, 0.40, 0.30),
        0.20,
        0.25,
        0.10,
        (6, 8, 4, 1, 4, 3, 1, 4, 2, 5),
    ),
    Segment(
        "Contract Caterer",
        0.07,
        (0.12, 0.35, 0.38, 0.15),
        (0.15, 0.30, 0.35, 0.20),
        0.34,
        0.40,
        -0.10,
        (9, 6, 4, 3, 6, 7, 2, 5, 7, 6),
    ),
    Segment(
        "Event Venue",
        0.07,
        (0.40, 0.45, 0.13, 0.02),
        (0.75, 0.20, 0.05, 0.0),
        0.13,
        0.35,
        -0.10,
        (8, 3, 6, 8, 2, 1, 7, 4, 4, 3),
    ),
    Segment(
        "Hospital",
        0.03,
        (0.0, 0.10, 0.35, 0.55),
        (0.05, 0.15, 0.40, 0.40),
        0.34,
        0.50,
        0.20,
        (8, 10, 3, 1, 2, 2, 3, 5, 3, 6),
    ),
    Segment(
        "Workplace",
        0.03,
        (0.10, 0.35, 0.35, 0.20),
        (0.30, 0.40, 0.20, 0.10),
        0.18,
        0.10,
        0.0,
        (8, 6, 3, 1, 1, 1, 1, 1, 4, 6),
    ),
)
INDUSTRIES = tuple(segment.industry for segment in SEGMENTS)


def column(name: str) -> Floats:
    """One number or row of numbers for each segment, in the order of SEGMENTS."""
    return np.array([getattr(segment, name) for segment in SEGMENTS], dtype=np.float64)
