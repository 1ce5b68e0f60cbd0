"""Vital Few: key account management from the sales ledger to the proof that it paid."""

__version__ = "0.1.0"
