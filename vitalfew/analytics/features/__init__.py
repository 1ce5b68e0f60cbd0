"""A sales ledger as features of its accounts, of their items and of their months."""

from vitalfew.analytics.features.account_features import AccountFeatures, measure_features
from vitalfew.analytics.features.account_items import AccountItems, PairDays, measure_pairs
from vitalfew.analytics.features.account_months import AccountMonths, measure_months
from vitalfew.analytics.features.order_days import OrderDays
from vitalfew.analytics.features.simulated_lines import simulate_lines

__all__ = [
    "AccountFeatures",
    "AccountItems",
    "AccountMonths",
    "OrderDays",
    "PairDays",
    "measure_features",
    "measure_months",
    "measure_pairs",
    "simulate_lines",
]
