"""What an account's volume did when a price moved: whole months before and after, beside what all others bought."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from django.core.cache import cache
from numpy.typing import NDArray
from scipy.special import stdtrit

from vitalfew.ground.figure import Figure, not_enough
from vitalfew.ground.period import month_number
from vitalfew.ledger.models import AccountTotals, Run

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MONTHS = 6
FEWEST = 3
LEVEL = 0.8
MEASURE = "price_event"
SCATTER = "The interval is how much its months scatter anyhow; it names no cause."
EMPTY = "It has bought nothing since; buying more often than the upper end would have shown by now four times in five."


@dataclass(frozen=True, slots=True)
class Bought:
    """Net of the account and of all others by month, both (months,); `first` is the number of the first month.

    `begins` is the first month in which the account was a customer from its first day on, `ends` the first month that
    the run did not see whole.
    """

    own: Floats
    others: Floats
    first: int
    begins: int
    ends: int
    as_of: date


def bought(run: Run, totals: AccountTotals) -> Bought:
    """The stored months of a run, those of all others without a look at every account."""
    own = np.array(totals.months, dtype=np.float64)
    last = month_number(run.as_of)
    first = last - own.size + 1
    return Bought(
        own=own,
        others=_firm(run, own.size) - own,
        first=first,
        begins=max(first, _from(totals.first_day)),
        ends=month_number(run.as_of + timedelta(days=1)),
        as_of=run.as_of,
    )


def left(bought: Bought | None, on: date, thousandths: int, others: tuple[date, ...]) -> Figure:
    """The share of the account's volume that was left after a price moved `on` a day, the price itself taken out.

    `others` are the days on which other prices of the account moved: months that one of them touches are left out, and
    what lies beyond it too. Source: docs/measures/price_event.md.
    """
    if bought is None:
        return _missing(None, 0, "The account has no sales in the shown run.")
    if on in others:
        return _missing(bought, 0, "Two prices moved that day: what each did cannot be told apart.")
    before, after = _before(bought, on, others), _after(bought, on, others)
    n = len(before) + len(after)
    if len(before) < FEWEST or len(after) < FEWEST:
        return _missing(bought, n, _lacking(bought, on, len(before), len(after)))
    rows = [np.array(months) - bought.first for months in (before, after)]
    if min(bought.others[row].sum() for row in rows) <= 0 or bought.own[rows[0]].sum() <= 0:
        return _missing(bought, n, "Something has to be bought in the months before it, and by others in both.")
    value, low, high = _ratio(bought, rows[0], rows[1], 1 + thousandths / 1000)
    why = (
        f"Net sales of {len(after)} whole months after beside {len(before)} before, the price taken out, over the same"
        f" for all other accounts. {SCATTER if value else EMPTY}"
    )
    return Figure(
        measure=MEASURE, unit="share", as_of=bought.as_of, n=n, value=value, low=low, high=high, level=LEVEL, why=why
    )  # fmt: skip


def _ratio(bought: Bought, before: Ints, after: Ints, price: float) -> tuple[float, float, float]:
    """The ratio and its interval. Shares of the others' net stand for net, so that season and growth drop out."""
    then, now = (bought.own[rows].sum() / bought.others[rows].sum() for rows in (before, after))
    if now <= 0:
        return 0.0, 0.0, _most_left(bought.own[before], after.size)
    off = np.append(_off(bought, before, then), _off(bought, after, now))
    freedom = off.size - 2
    error = np.sqrt(np.sum(off**2) / freedom * (1 / before.size + 1 / after.size))
    value, factor = now / then / price, np.exp(stdtrit(freedom, 0.5 + LEVEL / 2) * error)
    return float(value), float(value / factor), float(value * factor)


def _most_left(before: Floats, after: int) -> float:
    """How often it may still buy, beside before, for so many empty months to come with a chance of 1 - LEVEL only."""
    return float((1 - (1 - LEVEL) ** (1 / after)) / np.mean(before > 0))


def _off(bought: Bought, rows: Ints, share: float) -> Floats:
    """By how much each month is off the account's share of what all others bought, in mean months."""
    expected = share * bought.others[rows]
    return np.asarray((bought.own[rows] - expected) / expected.mean())


def _before(bought: Bought, on: date, others: tuple[date, ...]) -> list[int]:
    begins = max([bought.begins, *(_from(day) for day in others if day < on)])
    ends = min(month_number(on), bought.ends)
    return list(range(max(begins, ends - MONTHS), ends))


def _after(bought: Bought, on: date, others: tuple[date, ...]) -> list[int]:
    begins = max(_from(on), bought.first)
    ends = min([bought.ends, *(month_number(day) for day in others if day > on)])
    return list(range(begins, min(ends, begins + MONTHS)))


def _lacking(bought: Bought, on: date, before: int, after: int) -> str:
    """What would be needed, and by when it may be there."""
    if on < date(bought.first // 12, bought.first % 12 + 1, 1):
        return "It lies further back than the two years whose months are kept."
    told = f"{FEWEST} whole months as a customer before it and {FEWEST} after it are needed: there are {before} and {after}."
    if (before, after) != (len(_before(bought, on, ())), len(_after(bought, on, ()))):
        return f"{told} Months that another price of this account touches do not count."
    enough = _from(on) + FEWEST
    if before < FEWEST or enough <= bought.ends:
        return told
    return f"{told} There will be after {date(enough // 12, enough % 12 + 1, 1) - timedelta(days=1)}."


def _from(day: date) -> int:
    """The first month that is whole from a day on."""
    return month_number(day) + (day.day > 1)


def _firm(run: Run, months: int) -> Floats:
    """Net of all accounts by month: as the run told it, else added up once for each run, which takes a while."""
    told = run.totals.get("months")
    return np.array(told if told else cache.get_or_set(f"firm-months-{run.pk}", lambda: _added(run, months), None))


def _added(run: Run, months: int) -> list[int]:
    total = [0] * months
    for row in AccountTotals.objects.filter(run=run).values_list("months", flat=True).iterator():
        total = [one + more for one, more in zip(total, row, strict=True)]
    return total


def _missing(bought: Bought | None, n: int, missing: str) -> Figure:
    return not_enough(measure=MEASURE, unit="share", as_of=bought.as_of if bought else None, n=n, missing=missing)
