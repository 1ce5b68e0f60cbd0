"""A ledger as features: what each account did, in one pass."""
