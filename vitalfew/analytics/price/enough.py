"""When a response may be told of one account, and the words when it may not."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.price.panel import Panel

Ints = NDArray[np.int64]

REASONS = (
    "",
    "It buys too few products: what looks like its response may be that of one of them.",
    "It has ordered too few lines.",
    "Too few prices of what it buys have moved while it was a customer.",
    "Its own orders say too little beside what all accounts have in common.",
)
NOTHING_MOVED = "No price moved beside the others, so nobody could answer one."
NOT_PASSED_ON = "What accounts pay does not follow what others pay or the list, so no response can be read from it."
FEW_ACCOUNTS = "There are too few accounts to tell a lasting difference from chance."
NOT_LASTING = "The earlier and the later months do not agree on who answers prices more strongly, so only what accounts have in common is told."


@dataclass(frozen=True, slots=True)
class Enough:
    """What it takes to tell an account's own response; every number is a setting.

    `products` bought, `lines` ordered, `moves` of their prices by `move` (as a share) or more; `own`: the share of the
    uncertainty about an account that its own data must take away. `accounts` and `reliability` are asked of the book.
    """

    products: int = 4
    lines: int = 20
    moves: int = 3
    move: float = 0.02
    own: float = 0.1
    accounts: int = 30
    reliability: float = 0.3


ENOUGH = Enough()


@dataclass(frozen=True, slots=True)
class Evidence:
    """What is known of each account; arrays of shape (accounts,)."""

    items: Ints
    lines: Ints
    moves: Ints

    def reasons(self, asked: Enough) -> Ints:
        """Which of REASONS stands against telling each account's number; 0 where none of the counts does."""
        return np.select(
            [self.items < asked.products, self.lines < asked.lines, self.moves < asked.moves], [1, 2, 3], default=0
        ).astype(np.int64)


def evidence(panel: Panel, asked: Enough) -> Evidence:
    """Items ever bought, order lines, and months in which the price of an item moved while the account could buy it."""
    accounts = len(panel.accounts)
    fresh = np.ones(panel.account.size, dtype=np.bool_)
    fresh[1:] = (np.diff(panel.account) != 0) | (np.diff(panel.item) != 0)
    # A list price of two decimals moves by a little less or more than asked.
    moved = np.abs(np.diff(panel.price, prepend=panel.price[:1])) >= np.log1p(asked.move) - 1e-4
    return Evidence(
        np.bincount(panel.account[fresh], minlength=accounts),
        np.bincount(panel.account, panel.orders, minlength=accounts).astype(np.int64),
        np.bincount(panel.account[moved & ~fresh], minlength=accounts),
    )
