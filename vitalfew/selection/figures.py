"""Selection's figures: each number with its interval, its why, or what is missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from vitalfew.ground.figure import Figure, not_enough
from vitalfew.ledger.models import Run
from vitalfew.selection.models import Standing


def of_concentration(run: Run, value: Mapping[str, Any], name: str, measure: str, unit: str) -> Figure:
    """One figure of the headline with its interval; nobody with positive sales leaves it without evidence."""
    found = value[name]
    if found is None:
        return not_enough(
            measure=measure,
            unit=unit,
            as_of=run.as_of,
            n=value["positive"],
            missing="No customer has positive net sales.",
        )
    estimate, low, high = found
    return Figure(
        measure=measure,
        unit=unit,
        as_of=run.as_of,
        n=value["positive"],
        value=estimate,
        low=low,
        high=high,
        level=0.9,
        why=value["why"],
    )


def coverage(run: Run, keys: int, leads: int) -> Figure:
    """Of the key accounts, the share that has a key account manager."""
    if not keys:
        return not_enough(
            measure="coverage", unit="share", as_of=run.as_of, n=0, missing="No key account is designated yet."
        )
    return Figure(
        measure="coverage",
        unit="share",
        as_of=run.as_of,
        n=keys,
        value=leads / keys,
        why=f"{leads} of {keys} key accounts have a key account manager.",
    )


def rank(run: Run | None, standing: Standing | None, n: int) -> Figure:
    """Where the account stands, and where it would stand over the next six months."""
    if run is None or standing is None:
        return not_enough(
            measure="rank",
            unit="rank",
            as_of=run.as_of if run else None,
            n=0,
            missing="No sales of this account in the shown run.",
        )
    why = "Rank by half expected and half last 12 months' net sales; the interval is where it would stand over the next six months."
    return Figure(
        measure="rank",
        unit="rank",
        as_of=run.as_of,
        n=n,
        value=standing.rank,
        low=standing.low,
        high=standing.high,
        level=0.8,
        why=why,
    )


def chance(run: Run | None, standing: Standing | None, n: int) -> Figure:
    """The chance that it truly belongs to the top fifth."""
    if run is None or standing is None or standing.chance is None:
        missing = "Too little history to tell luck from size."
        return not_enough(measure="chance_top", unit="share", as_of=run.as_of if run else None, n=n, missing=missing)
    return Figure(
        measure="chance_top",
        unit="share",
        as_of=run.as_of,
        n=n,
        value=standing.chance,
        why="Share of simulated futures in which it is among the top fifth.",
    )


def share(run: Run | None, standing: Standing | None, n: int) -> Figure:
    """Its share of the net sales of the last 12 months."""
    if run is None or standing is None:
        return not_enough(
            measure="share_of_sales",
            unit="share",
            as_of=run.as_of if run else None,
            n=0,
            missing="No sales of this account in the shown run.",
        )
    return Figure(
        measure="share_of_sales",
        unit="share",
        as_of=run.as_of,
        n=n,
        value=standing.share,
        why="Its net sales over those of all customers with positive net sales, last 12 months.",
    )
