"""What is due for an account, and what is new to it."""

from vitalfew.analytics.recommend.chance import Chance
from vitalfew.analytics.recommend.due import DueModel, DueRanking, fit_due, rank_due
from vitalfew.analytics.recommend.ease import Ease, fit_ease
from vitalfew.analytics.recommend.excluded import Excluded, excluded
from vitalfew.analytics.recommend.history import Purchases, purchases
from vitalfew.analytics.recommend.naming import named_gaps, named_items
from vitalfew.analytics.recommend.new import NewItems, NewModel, fit_new, recommend_new
from vitalfew.analytics.recommend.simulation import World, simulate_purchases
from vitalfew.analytics.recommend.whitespace import Gaps, Whitespace, measure_whitespace

__all__ = [
    "Chance",
    "DueModel",
    "DueRanking",
    "Ease",
    "Excluded",
    "Gaps",
    "NewItems",
    "NewModel",
    "Purchases",
    "Whitespace",
    "World",
    "excluded",
    "fit_due",
    "fit_ease",
    "fit_new",
    "measure_whitespace",
    "named_gaps",
    "named_items",
    "purchases",
    "rank_due",
    "recommend_new",
    "simulate_purchases",
]
