"""The level: how each account sees us, how sure that is, and where it is meant to go."""
