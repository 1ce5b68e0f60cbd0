"""The trade: who orders what, when, at which price, line by line."""
