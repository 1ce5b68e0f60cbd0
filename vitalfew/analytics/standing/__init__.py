"""Who is vital: ranks, the luck in them, and the chance to be among the top."""

from vitalfew.analytics.standing.outlook import Features, Outlook, Standing, UnusableFeatures, estimate_standing

__all__ = ["Features", "Outlook", "Standing", "UnusableFeatures", "estimate_standing"]
