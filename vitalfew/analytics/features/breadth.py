"""How many different things each account bought."""

from __future__ import annotations

import numpy as np

from vitalfew.analytics.features import counting
from vitalfew.analytics.features.lines import Lines
from vitalfew.analytics.features.naming import coded
from vitalfew.analytics.frames import Ints

# A grid of accounts × things is the faster way while it has no more cells than this for each line.
CELLS = 8


def distinct(lines: Lines, column: str) -> Ints:
    """Different names in a column over the lines sold to each account, shape (accounts,). Raises NotAColumn."""
    found, accounts = coded(lines.table, column), len(lines.account)
    things, parts = len(found.name), []
    seen = np.zeros((accounts, things), np.bool_) if accounts * things <= CELLS * lines.code.size else None
    for block in lines.blocks(found.code):
        (thing,) = block.others
        of = np.flatnonzero(block.sold & (thing >= 0))
        starts = of[counting.starts(block.code[of], thing[of])]
        if seen is None:
            parts.append((block.code[starts], thing[starts]))
        else:
            seen[block.code[starts], thing[starts]] = True
    if seen is not None:
        return np.asarray(seen.sum(axis=1))
    account, thing = (np.concatenate(column) for column in zip(*parts, strict=True))
    order = counting.by_two(account, accounts, thing, things)
    once = order[counting.starts(account[order], thing[order])]
    return np.bincount(account[once], minlength=accounts)
