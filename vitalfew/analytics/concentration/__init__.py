"""How much revenue hangs on few customers."""

from vitalfew.analytics.concentration.shares import Concentration, Curve, Estimate, UnusableValues, concentration

__all__ = ["Concentration", "Curve", "Estimate", "UnusableValues", "concentration"]
