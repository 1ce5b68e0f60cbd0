"""Who is like the best accounts."""

from vitalfew.analytics.lookalike.encoder import Columns, Encoder, Firms, encode, fit_encoder
from vitalfew.analytics.lookalike.lift import Lift, Measured, Pick, estimate_lift
from vitalfew.analytics.lookalike.model import Effects, Lookalike, Scores, fit_lookalike
from vitalfew.analytics.lookalike.neighbours import Neighbours, nearest, share_of_best
from vitalfew.analytics.lookalike.simulation import Book, simulate_lookalike
from vitalfew.analytics.lookalike.target import best_by_value

__all__ = [
    "Book",
    "Columns",
    "Effects",
    "Encoder",
    "Firms",
    "Lift",
    "Lookalike",
    "Measured",
    "Neighbours",
    "Pick",
    "Scores",
    "best_by_value",
    "encode",
    "estimate_lift",
    "fit_encoder",
    "fit_lookalike",
    "nearest",
    "share_of_best",
    "simulate_lookalike",
]
