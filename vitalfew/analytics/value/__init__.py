"""What an order and an account are worth."""

from vitalfew.analytics.value.customer_value import CustomerValue, Total, discounted_orders, estimate_value
from vitalfew.analytics.value.gamma_gamma import FittedGammaGamma, GammaGamma, GammaGammaWorth, fit_gamma_gamma
from vitalfew.analytics.value.order_value import OrderValue, OrderValueModel, SimulatedOrders, fit_order_value
from vitalfew.analytics.value.spread import Spreads
from vitalfew.analytics.value.worth import OrderWorth

__all__ = [
    "CustomerValue",
    "FittedGammaGamma",
    "GammaGamma",
    "GammaGammaWorth",
    "OrderValue",
    "OrderValueModel",
    "OrderWorth",
    "SimulatedOrders",
    "Spreads",
    "Total",
    "discounted_orders",
    "estimate_value",
    "fit_gamma_gamma",
    "fit_order_value",
]
