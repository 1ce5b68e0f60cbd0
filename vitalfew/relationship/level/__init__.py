"""The level: how the customer perceives us, with its chances, its evidence and what would change our mind."""
