"""What accounts pay beside others, and how they respond to price."""

from vitalfew.analytics.price.cells import Cells
from vitalfew.analytics.price.enough import Enough
from vitalfew.analytics.price.halves import Agreement
from vitalfew.analytics.price.others import market_price
from vitalfew.analytics.price.panel import Panel, measure_panel, measure_panel_of
from vitalfew.analytics.price.realisation import Realisation, measure_realisation, measure_realisation_of
from vitalfew.analytics.price.response import BUSINESS, Common, PriceResponse, fit_response
from vitalfew.analytics.price.shrink import NO_BELIEF, Belief, Middle
from vitalfew.analytics.price.simulate import (
    SimulatedPanel,
    SimulatedPrices,
    SimulatedRows,
    simulate_panel,
    simulate_prices,
    simulate_response,
)
from vitalfew.analytics.price.slopes import Elasticities, fit_slopes

__all__ = [
    "BUSINESS",
    "NO_BELIEF",
    "Agreement",
    "Belief",
    "Cells",
    "Common",
    "Elasticities",
    "Enough",
    "Middle",
    "Panel",
    "PriceResponse",
    "Realisation",
    "SimulatedPanel",
    "SimulatedPrices",
    "SimulatedRows",
    "fit_response",
    "fit_slopes",
    "market_price",
    "measure_panel",
    "measure_panel_of",
    "measure_realisation",
    "measure_realisation_of",
    "simulate_panel",
    "simulate_prices",
    "simulate_response",
]
