"""The seventeen survey questions as the demo's respondents answer them: their thresholds on the trait, and their words."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vitalfew.demo.cast.accounts import LEVEL_CUTS
from vitalfew.demo.scene.streams import Floats


@dataclass(frozen=True, slots=True)
class Graded:
    """A question answered by steps: P(answer above step c) = logistic(slope × (trait − threshold c)) (Samejima 1969).

    `words` are the answers from lowest to highest trait; without words the answer is the number from `lowest` up.
    """

    column: str
    slope: float
    thresholds: tuple[float, ...]
    words: tuple[str, ...] = ()
    lowest: int = 1


GRADED = (
    Graded("Q1 Sentence", 1.9, tuple(LEVEL_CUTS.tolist())),
    Graded("Q2 Replacing", 1.5, (-1.4, -0.5, 0.5, 1.5)),
    Graded("Q3 Main link", 1.4, (-1.8, -0.9, 0.1, 1.2)),
    Graded("Q4 Understands us", 1.7, (-1.5, -0.6, 0.4, 1.4)),
    Graded("Q5 Helps our aims", 1.8, (-1.2, -0.3, 0.6, 1.5)),
    Graded("Q6 Adds value", 1.9, (-1.3, -0.4, 0.5, 1.4)),
    Graded("Q7 Opportunities", 1.5, (-1.0, -0.1, 0.8, 1.8)),
    Graded("Q8 Integrity", 1.1, (-2.4, -1.5, -0.5, 0.7)),
    Graded("Q9 Rival 5 % cheaper", 1.3, (-2.0, -1.0, 0.1), ("move", "split", "ask for a match", "stay")),
    Graded("Q10 Rival 10 % cheaper", 1.3, (-1.1, 0.0, 1.2), ("move", "split", "ask for a match", "stay")),
    Graded("Q11 Accept price rise", 1.3, (-1.5, -0.5, 0.5, 1.6)),
    Graded("Q13 Next 12 months", 0.8, (-1.6, 1.0), ("less", "same", "more")),
    Graded("Q15 Recommend", 1.6, tuple(np.linspace(-3.2, 1.3, 10).round(3).tolist()), lowest=0),
    Graded("Q16 Ease of last problem", 1.2, (-1.9, -1.0, -0.1, 1.0)),
)

# What would move them one sentence up, by the sentence they chose.
WISHES = (
    (
        "Sharper prices on the basics.",
        "Deliveries when promised.",
        "A reason to buy from you besides price.",
        "Fewer wrong items.",
    ),
    (
        "Come and see how our kitchen works.",
        "One person who answers.",
        "Fewer substitutes without asking.",
        "Help us cut waste.",
    ),
    (
        "Show us what your advice has saved us.",
        "Plan the season with us earlier.",
        "Numbers for our own board.",
        "Train the new staff.",
    ),
    (
        "Keep doing what you do.",
        "Tell us about new lines first.",
        "Share stock forecasts.",
        "Joint plan for the new site.",
    ),
)
ROLES = ("decision maker", "influencer", "user", "buyer")
FUNCTIONS = {
    "decision maker": ("Managing Director", "Owner", "General Manager", "Finance Director"),
    "influencer": ("Executive Chef", "Operations Manager", "Bursar", "Head of Facilities"),
    "user": ("Head Chef", "Bar Manager", "Housekeeper", "Kitchen Manager"),
    "buyer": ("Purchasing Manager", "Buyer", "Stores Manager", "Accounts Payable"),
}
# How much kinder than the account as a whole a role tends to answer.
ROLE_SHIFT = np.array([-0.10, 0.05, 0.20, -0.30])


def grade(*, question: Graded, trait: Floats, draws: Floats) -> np.ndarray:
    """Steps passed by each answer (0 up to the number of thresholds), from one uniform draw for each."""
    chance = 1.0 / (1.0 + np.exp(-question.slope * (trait[:, None] - np.array(question.thresholds))))
    steps: np.ndarray = (draws[:, None] < chance).sum(axis=1)
    return steps
