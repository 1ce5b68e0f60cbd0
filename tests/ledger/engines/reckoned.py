"""The measures once more, slow and independent: plain Python over rows, from the words at the head of each SQL file."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

from tests.ledger.engines.written_ledgers import Ledger, Line

Row = dict[str, Any]
CHOSEN = range(1, 10_000, 2)  # the accounts that measures of chosen ones are asked for
EDGES = (2, 3, 4, 5, 6, 8, 10, 12, 15, 18, 20, 24, 30, 36, 40, 48, 50, 60, 72, 96, 100, 144, 200, 250, 500, 1000)


@dataclass(frozen=True, slots=True)
class Seen:
    """A line as measures see it."""

    account: int
    line: Line


def seen(ledger: Ledger) -> list[Seen]:
    """The lines of a ledger's scope: unmasked, in its currency, each with its account."""
    masked = set(ledger.superseded)
    alive = (line for line in ledger.lines if (line.batch, line.invoice) not in masked)
    return [Seen(ledger.moved.get(line.customer, line.customer), line) for line in _in_currency(ledger, alive)]


def _in_currency(ledger: Ledger, lines: Iterable[Line]) -> Iterator[Line]:
    for line in lines:
        if not ledger.currency or line.currency == ledger.currency:
            yield line
            continue
        for rate in ledger.conversions:
            if rate.currency == line.currency and rate.first <= line.day <= rate.last:
                cost = None if line.cost is None else _half_up(line.cost * rate.factor)
                amount = _half_up(line.amount * rate.factor)
                yield replace(line, amount=amount, cost=cost, list_price_e6=None)


def _half_up(value: float) -> int:
    return math.floor(value + 0.5)


def account_totals(lines: list[Seen], *, as_of: date, since: date) -> list[Row]:
    found = []
    for account, own in _by_account(lines, as_of).items():
        amounts = [line.amount for line in own]
        margins = [(line.day, line.amount - line.cost) for line in own if line.cost is not None]
        found.append(
            {
                "account": account,
                "lines": len(own),
                "net": sum(amounts),
                "net_since": sum(line.amount for line in own if line.day >= since),
                "credits": sum(amount for amount in amounts if amount < 0),
                "credit_lines": sum(amount < 0 for amount in amounts),
                "margin": sum(margin for _, margin in margins),
                "margin_since": sum(margin for day, margin in margins if day >= since),
                "costed_lines": len(margins),
                "first_day": min(line.day for line in own),
                "last_day": max(line.day for line in own),
            }
        )
    return found


def account_months(lines: list[Seen], *, as_of: date, since: date) -> list[Row]:
    net: dict[tuple[int, int], int] = defaultdict(int)
    for account, own in _by_account(lines, as_of).items():
        for line in own:
            if line.day >= since:
                net[account, line.day.year * 12 + line.day.month - 1] += line.amount
    return [{"account": account, "month": month, "net": value} for (account, month), value in net.items()]


def account_rhythm(lines: list[Seen], *, as_of: date, since: date) -> list[Row]:
    found = []
    for account, own in _by_account(lines, as_of).items():
        orders: dict[date, int] = defaultdict(int)
        for line in own:
            if line.kind == 1 and line.amount > 0:
                orders[line.day] += line.amount
        if not orders:
            continue
        days, logs = sorted(orders), [math.log(value) for value in orders.values()]
        found.append(
            {
                "account": account,
                "orders": len(days),
                "orders_since": sum(day >= since for day in days),
                "first_order": days[0],
                "last_order": days[-1],
                "sum_log": math.fsum(logs),
                "sum_log_squared": math.fsum(log * log for log in logs),
                "sale": sum(orders.values()),
                "sum_log_gap": math.fsum(math.log((after - before).days) for before, after in pairwise(days)),
            }
        )
    return found


def account_breadth(lines: list[Seen], *, as_of: date, since: date) -> list[Row]:
    found = []
    for account, own in _by_account(lines, as_of).items():
        told = [line for line in own if line.kind in (1, 2)]
        if not told:
            continue
        goods = [line for line in told if line.kind == 1 and line.amount > 0 and line.item > 0]
        lately = [line for line in goods if line.day >= since]
        before = {line.item for line in goods if line.day < since}
        then = [line for line in goods if _as_long_before(line.day, as_of=as_of, since=since)]
        items_then = {line.item for line in then}
        credit_days = {line.day for line in told if line.kind == 2}
        found.append(
            {
                "account": account,
                "items": len({line.item for line in lately}),
                "items_known": len({line.item for line in lately} & before),
                "lines": len(lately),
                "sale": sum(line.amount for line in lately),
                "returned": sum(line.amount for line in told if line.kind == 2 and line.day >= since),
                "items_before": len(items_then),
                "items_both": len(items_then & {line.item for line in lately}),
                "lines_before": len(then),
                "credit_days": sum(day >= since for day in credit_days),
                "credit_days_before": sum(_as_long_before(day, as_of=as_of, since=since) for day in credit_days),
                "all_items": len({line.item for line in goods}),
                "all_lines": len(goods),
                "first_day": min(line.day for line in told),
                "last_day": max(line.day for line in told),
            }
        )
    return found


def _as_long_before(day: date, *, as_of: date, since: date) -> bool:
    """Whether a day lies in the time before `since` that is as long as that from `since` to `as_of`, both inside."""
    return timedelta(days=1) <= since - day <= as_of - since + timedelta(days=1)


def account_item_months(lines: list[Seen], *, as_of: date, since: date) -> list[Row]:
    days: dict[tuple[int, int, date], list[Line]] = defaultdict(list)
    for account, own in _by_account(lines, as_of).items():
        for line in own:
            sold = line.kind == 1 and line.amount > 0 and line.item > 0 and (line.quantity_e6 or 0) > 0
            if sold and line.day >= since and account in CHOSEN:
                days[account, line.item, line.day].append(line)
    cells: dict[tuple[int, int, int, int], list[list[Line]]] = defaultdict(list)
    for (account, item, day), own in days.items():
        largest = max(line.quantity_e6 or 0 for line in own)
        size = sum(largest >= edge * 1_000_000 for edge in EDGES)
        cells[account, item, day.year * 12 + day.month - 1, size].append(own)
    return [_cell(key, several) for key, several in cells.items()]


def _cell(key: tuple[int, int, int, int], days: list[list[Line]]) -> Row:
    own = [line for day in days for line in day]
    logs = [math.log(line.amount) - math.log(line.quantity_e6 or 0) for line in own]
    listed = [line.list_price_e6 for line in own if (line.list_price_e6 or 0) > 0]
    return {
        **dict(zip(("account", "item", "month", "size"), key, strict=True)),
        "lines": len(own),
        "orders": len(days),
        "quantity_e6": sum(line.quantity_e6 or 0 for line in own),
        "amount": sum(line.amount for line in own),
        "sum_log": math.fsum(logs),
        "sum_log_squared": math.fsum(log * log for log in logs),
        "listed": len(listed),
        "sum_log_list": math.fsum(math.log(price) for price in listed if price),
    }


def ledger_totals(lines: list[Seen], *, as_of: date, since: date) -> list[Row]:
    groups: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for one in lines:
        if since <= one.line.day <= as_of:
            groups[one.line.kind, int(one.account > 0)].append(one.line)
    return [
        {
            "kind": kind,
            "named": named,
            "lines": len(own),
            "net": sum(line.amount for line in own),
            "first_day": min(line.day for line in own),
            "last_day": max(line.day for line in own),
        }
        for (kind, named), own in groups.items()
    ]


def _by_account(lines: list[Seen], as_of: date) -> Mapping[int, list[Line]]:
    found: dict[int, list[Line]] = defaultdict(list)
    for one in lines:
        if one.account > 0 and one.line.day <= as_of:
            found[one.account].append(one.line)
    return found


RECKONED = {
    "account_totals": account_totals,
    "account_months": account_months,
    "account_rhythm": account_rhythm,
    "account_breadth": account_breadth,
    "account_item_months": account_item_months,
    "ledger_totals": ledger_totals,
}
