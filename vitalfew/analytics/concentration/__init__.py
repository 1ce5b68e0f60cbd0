"""How much revenue hangs on few customers."""

from vitalfew.analytics.concentration.shares import Concentration, Curve, Estimate, measure_concentration

__all__ = ["Concentration", "Curve", "Estimate", "measure_concentration"]
