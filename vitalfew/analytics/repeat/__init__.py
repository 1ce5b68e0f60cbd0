"""When and how often customers order again."""

from vitalfew.analytics.repeat.combined import Combined, fit_combined
from vitalfew.analytics.repeat.due import DueItems, estimate_due
from vitalfew.analytics.repeat.fitting import Fitted, Prior, fit_orders
from vitalfew.analytics.repeat.forecast import Forecast, estimate_orders
from vitalfew.analytics.repeat.forgetting import Forgetting, fit_forgetting
from vitalfew.analytics.repeat.item_orders import ItemOrders, item_orders
from vitalfew.analytics.repeat.mixture import Mixture
from vitalfew.analytics.repeat.mixture_fitting import fit_mixture
from vitalfew.analytics.repeat.model import RepeatModel
from vitalfew.analytics.repeat.next_order import NextOrder, next_order, time_until
from vitalfew.analytics.repeat.orders import Orders, check_orders
from vitalfew.analytics.repeat.origin import Origin, orders_at, origin
from vitalfew.analytics.repeat.pareto import Pareto
from vitalfew.analytics.repeat.pareto_fitting import FittedPareto, fit_pareto
from vitalfew.analytics.repeat.regular import Regular
from vitalfew.analytics.repeat.season import Season, estimate_season
from vitalfew.analytics.repeat.simulated_days import simulate_days

__all__ = [
    "Combined",
    "DueItems",
    "Fitted",
    "FittedPareto",
    "Forecast",
    "Forgetting",
    "ItemOrders",
    "Mixture",
    "NextOrder",
    "Orders",
    "Origin",
    "Pareto",
    "Prior",
    "Regular",
    "RepeatModel",
    "Season",
    "check_orders",
    "estimate_due",
    "estimate_orders",
    "estimate_season",
    "fit_combined",
    "fit_forgetting",
    "fit_mixture",
    "fit_orders",
    "fit_pareto",
    "item_orders",
    "next_order",
    "orders_at",
    "origin",
    "simulate_days",
    "time_until",
]
