"""The demo firm: an invented wholesaler whose truth is known."""
