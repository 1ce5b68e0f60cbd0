"""What each account did on each day: the lines of a ledger pressed into one row for each account and day with lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vitalfew.analytics.features import counting
from vitalfew.analytics.features.lines import Block, Lines
from vitalfew.analytics.frames import Floats, Ints

# A grid of accounts × days is used while it has no more cells than this for each row.
CELLS = 4


@dataclass(frozen=True, slots=True)
class AccountDays:
    """Rows by account and then by day, shape (rows,): the sum of the sale lines, above zero on order days, of all, and how many."""

    account: Ints
    day: Ints
    sale: Floats
    net: Floats
    lines: Floats


@dataclass(frozen=True, slots=True)
class NotSold:
    """The lines of nothing and below zero, credits mostly; shape (lines,)."""

    account: Ints
    amount: Floats


def account_days(lines: Lines) -> tuple[AccountDays, NotSold]:
    """Sums for each account and day. Linear in the lines, whatever their order; fastest where invoices lie together."""
    columns = [np.empty(lines.code.size, kind) for kind in (np.int32, np.int32, float, float, np.int32)]
    rows, others = 0, []
    for block in lines.blocks():
        pressed = _pressed(block)
        for column, part in zip(columns, pressed, strict=True):
            column[rows : rows + part.size] = part
        rows += pressed[0].size
        below = np.flatnonzero(block.amount <= 0)
        others.append((block.code[below], block.amount[below]))
    account, day, *sums = (column[:rows] for column in columns)
    not_sold = NotSold(*(np.concatenate(column) for column in zip(*others, strict=True)))
    return _merged(account, day, sums, len(lines.account)), not_sold


def _pressed(block: Block) -> tuple[NDArray[Any], ...]:
    """Neighbouring lines of one account and day as one row: mostly the lines of an invoice."""
    account, day, amount = block.code, block.day, block.amount
    starts = counting.starts(account, day)
    if starts.size == 0:
        return account, day, amount, amount, account
    sale = np.add.reduceat(np.where(block.sold, amount, 0.0), starts)
    return account[starts], day[starts], sale, np.add.reduceat(amount, starts), np.diff(starts, append=account.size)


def _merged(account: Ints, day: Ints, sums: list[NDArray[Any]], accounts: int) -> AccountDays:
    """Rows of one account and day as one, in order."""
    first = int(day.min())
    span = int(day.max()) - first + 1
    if accounts * span <= CELLS * account.size:
        # So many rows that most cells of a grid are filled: adding into it beats sorting.
        cell = account * np.int64(span) + (day - first)
        grids = [np.bincount(cell, column, minlength=accounts * span) for column in sums]
        seen = np.flatnonzero(grids[-1])
        return AccountDays(seen // span, seen % span + first, *(grid[seen] for grid in grids))
    order = counting.by_two(account, accounts, day - first, span)
    account, day = account[order], day[order]
    starts = counting.starts(account, day)
    return AccountDays(account[starts], day[starts], *(np.add.reduceat(column[order], starts) for column in sums))
