"""Dated currency rates; amounts of two currencies meet only through one of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from vitalfew.ground.money import digits
from vitalfew.ledger.engines.scope import Conversion
from vitalfew.ledger.models import Rate


def conversions(own: str, others: Sequence[str], *, until: date) -> tuple[Conversion, ...]:
    """For each other currency the spans of days on which a rate into `own` holds, up to `until`.

    A rate holds from its day until the next; the inverse of a rate serves where only that was given.
    Days before the first rate have none.
    """
    found: list[Conversion] = []
    for other in others:
        places = 10.0 ** (digits(own) - digits(other))
        days = _rates(other, own)
        ends = [*(day for day, _ in days[1:]), until + timedelta(days=1)]
        for (day, factor), after in zip(days, ends, strict=False):  # no rate, no span
            if day <= until:
                found.append(Conversion(other, day, min(after - timedelta(days=1), until), factor * places))
    return tuple(found)


def without_rates(own: str, others: Sequence[str]) -> tuple[str, ...]:
    """The currencies that stand alone for want of a rate."""
    return tuple(other for other in others if not _rates(other, own))


def _rates(source: str, target: str) -> list[tuple[date, float]]:
    found = {rate.day: 1.0 / float(rate.rate) for rate in Rate.objects.filter(source=target, target=source)}
    found |= {rate.day: float(rate.rate) for rate in Rate.objects.filter(source=source, target=target)}
    return sorted(found.items())
