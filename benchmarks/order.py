"""The benchmark tables in the order in which `make bench` runs them and the documentation shows them."""

TABLES = (
    "features_in_frames",
    "repeat_likelihood",
    "repeat_expectation",
    "repeat_speed",
    "repeat_holdout",
    "next_order",
    "due_items",
    "new_items",
    "selection",
    "price_response",
    "lookalike",
    "level",
    "lift",
    "whole_chain",
)
# Those of the product itself: files, database, pages.
PRODUCT = ("importing", "ledger_features", "refresh", "pages")
