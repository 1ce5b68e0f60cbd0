"""The features of accounts reckoned line by line in plain Python, for comparison."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import log

Days = dict[int, float]


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `day` since 1970-01-01, `cost` None where it is not known."""

    account: str | None
    day: int
    amount: int
    kind: str = "sale"
    item: str = "a"
    invoice: str = "1"
    quantity: int = 1
    cost: int | None = None


def columns(lines: Sequence[Line]) -> dict[str, list[object]]:
    """The lines as a dict of columns."""
    return {name: [getattr(line, name) for line in lines] for name in Line.__dataclass_fields__}


def features(lines: Sequence[Line], *, as_of: int, since: int) -> dict[str, dict[str, object]]:
    """By account the fields of AccountFeatures; `since` is the last day that is not recent."""
    first = min(line.day for line in lines)
    by_account: dict[str, list[Line]] = defaultdict(list)
    for line in lines:
        if line.account and line.day <= as_of:
            by_account[line.account].append(line)
    return {name: _one(those, as_of, since, first) for name, those in sorted(by_account.items())}


def _one(lines: list[Line], as_of: int, since: int, first: int) -> dict[str, object]:
    sold = [line for line in lines if line.kind == "sale" and line.amount > 0]
    value: Days = defaultdict(int)
    for line in sold:
        value[line.day] += line.amount
    days = sorted(value)
    costed = [line for line in lines if line.cost is not None]
    return {
        "orders": len(days),
        "orders_recent": sum(day > since for day in days),
        "first_age": as_of - days[0] if days else -1,
        "last_age": as_of - days[-1] if days else -1,
        "sum_log_gap": sum(log(later - earlier) for earlier, later in pairwise(days)),
        "sale": sum(value.values()),
        "first_value": value[days[0]] if days else 0,
        "largest": max(value.values(), default=0),
        "sum_log": sum(log(one) for one in value.values()),
        "sum_log_squared": sum(log(one) ** 2 for one in value.values()),
        "sum_log_late": sum(log(value[day]) for day in days[len(days) - len(days) // 2 :]),
        "net": sum(line.amount for line in lines),
        "net_recent": sum(line.amount for line in lines if line.day > since),
        "credits": sum(line.amount for line in lines if line.amount < 0),
        "credit_lines": sum(line.amount < 0 for line in lines),
        "lines": len(lines),
        "free": sum(line.amount == 0 for line in lines),
        "first_touch": as_of - min(line.day for line in lines),
        "last_touch": as_of - max(line.day for line in lines),
        "cut_off": min(line.day for line in lines) < first + 91,
        "items": len({line.item for line in sold}),
        "invoices": len({line.invoice for line in sold}),
        "units": sum(line.quantity for line in sold),
        "margin": sum(line.amount - (line.cost or 0) for line in costed),
        "margin_recent": sum(line.amount - (line.cost or 0) for line in costed if line.day > since),
        "costed": len(costed),
    }


def pairs(lines: Sequence[Line], *, as_of: int) -> dict[tuple[str, str], dict[str, float]]:
    """By account and item the fields of AccountItems."""
    by_pair: dict[tuple[str, str], list[Line]] = defaultdict(list)
    for line in lines:
        if line.account and line.day <= as_of:
            by_pair[line.account, line.item].append(line)
    found = {}
    for name, those in sorted(by_pair.items()):
        sold = [line for line in those if line.kind == "sale" and line.amount > 0]
        days = sorted({line.day for line in sold})
        if days:
            found[name] = {
                "orders": len(days),
                "first_age": as_of - days[0],
                "last_age": as_of - days[-1],
                "sum_log_gap": sum(log(later - earlier) for earlier, later in pairwise(days)),
                "quantity": sum(line.quantity for line in sold),
                "sale": sum(line.amount for line in sold),
                "net": sum(line.amount for line in those),
            }
    return found
