"""Which accounts are the best, and which belong to one family."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa

from vitalfew.analytics import frames, refusals
from vitalfew.analytics.frames import Floats, Ints
from vitalfew.analytics.lookalike.reading import Bools, words

ACCOUNTS = 30
OF_EACH = 10


def best_by_value(*, value: Any, share: float = 0.2) -> Bools:
    """The `share` of accounts with the highest `value` (their number rounded up), shape (accounts,).

    Value is what an account is expected to be worth, or what it brought in a year it was an account throughout: one
    that began last month has brought little and may be the best of all. All accounts level with the last one chosen
    are chosen too. Raises NotFinite, NothingThere, NotAColumn, or NothingVaries where all are worth the same.
    """
    worth = _numbers(value, "value")
    refusals.same_length(value=worth)
    refusals.varies(value=worth)
    count = int(np.ceil(round(share * worth.size, 9)))
    return np.asarray(worth >= np.sort(worth)[worth.size - max(count, 1)])


def marked(*, source: pa.Table, best: Any, name: str = "best") -> Bools:
    """The marked accounts: a column of the table by its name, or true or false for each of its rows.

    Raises NotAColumn, NotFinite, NotAlike.
    """
    flags = frames.numbers(source, best) if isinstance(best, str) else _numbers(best, name)
    if not np.isin(flags, (0.0, 1.0)).all():
        raise refusals.NotAColumn(
            f"{name} holds numbers, and true or false is needed for each account (best_by_value makes it from values)."
        )
    if flags.size != source.num_rows:
        raise refusals.NotAlike(
            f"There are {source.num_rows} accounts and {name} has {flags.size} marks: give one mark for each account."
        )
    return np.asarray(flags == 1.0)


def enough(*, best: Bools) -> None:
    """Raises TooFew below 30 accounts, 10 best or 10 others, and NothingVaries without any best or any other."""
    if best.size < ACCOUNTS:
        raise refusals.TooFew(
            f"Chances are learnt from {ACCOUNTS} accounts or more, and there {'is' if best.size == 1 else 'are'} "
            f"{best.size}: until there are, `nearest` shows which of the best accounts a prospect is like."
        )
    refusals.varies(best=best)
    refusals.at_least(int(best.sum()), OF_EACH, "accounts among the best")
    refusals.at_least(int((~best).sum()), OF_EACH, "accounts that are not among the best")


def families(*, source: pa.Table, family: str | None) -> Ints:
    """A number for each account, the same for all of one family; whoever has none is a family of its own."""
    alone = np.arange(source.num_rows)
    if family is None:
        return alone
    codes = words(source, family)[0]
    return np.where(codes >= 0, codes, codes.max(initial=-1) + 1 + alone)


def _numbers(values: Any, name: str) -> Floats:
    column = pa.chunked_array(values) if hasattr(values, "__arrow_c_stream__") else values
    return frames.numbers(frames.table({name: column}), name)
