"""Plays as a firm holds and runs them: the records only, so that everything above may read them."""
