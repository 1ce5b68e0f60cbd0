"""Behaviour: what an account's orders show of how it answers prices and how loyal it is."""
