"""Concentration of the two real ledgers, in exact arithmetic and as the published figures were reached."""

from math import fsum

import numpy as np
import pytest

from tests.reference.ledgers import ONE_YEAR, TWO_YEARS, rows, source
from vitalfew.analytics.concentration import measure_concentration

pytestmark = pytest.mark.data


def exact(ledger):
    """Net of each customer in whole pence, each line rounded once; nothing but integers is added."""
    found = rows(
        f"""SELECT CAST(CustomerID AS BIGINT) AS customer, CAST(sum(CAST(
              round(CAST(Quantity AS DECIMAL(18, 0)) * CAST(UnitPrice AS DECIMAL(18, 4)), 2) * 100 AS BIGINT
            )) AS BIGINT) AS net
            FROM {source(ledger)} WHERE CustomerID IS NOT NULL AND CAST(CustomerID AS VARCHAR) <> ''
            GROUP BY CustomerID ORDER BY customer"""
    )
    return found["net"].astype(np.int64)


def floating(ledger):
    """Net of each customer as floating-point pounds, added in file order with Kahan's correction."""
    found = rows(
        f"""SELECT CAST(CustomerID AS BIGINT) AS customer,
              CAST(Quantity AS DOUBLE) * CAST(UnitPrice AS DOUBLE) AS amount
            FROM {source(ledger)} WHERE CustomerID IS NOT NULL AND CAST(CustomerID AS VARCHAR) <> ''"""
    )
    order = np.argsort(found["customer"], kind="stable")
    starts = np.flatnonzero(np.diff(found["customer"][order])) + 1
    parts = np.split(found["amount"][order], starts)
    return np.array([kahan(part.tolist()) for part in parts]), np.array([fsum(part.tolist()) for part in parts])


def kahan(amounts):
    total = carried = 0.0
    for amount in amounts:
        step = amount - carried
        raised = total + step
        carried = (raised - total) - step
        total = raised
    return total


def shown(found):
    return (
        found.customers,
        found.positive,
        round(100 * found.top_20_share.value, 1),
        round(100 * found.share_for_80.value, 1),
    )


@pytest.mark.parametrize(
    ("ledger", "expected"), [(ONE_YEAR, (4372, 4317, 73.5, 27.3)), (TWO_YEARS, (5942, 5837, 76.5, 23.8))]
)
def test_whole_pence_give_these_shares(ledger, expected):
    assert shown(measure_concentration(values=exact(ledger))) == expected


@pytest.mark.parametrize(
    ("ledger", "expected"), [(ONE_YEAR, (4372, 4322, 73.5, 27.3)), (TWO_YEARS, (5942, 5843, 76.6, 23.8))]
)
def test_floating_pounds_give_the_published_shares(ledger, expected):
    assert shown(measure_concentration(values=floating(ledger)[0])) == expected


@pytest.mark.parametrize(("ledger", "more"), [(ONE_YEAR, 5), (TWO_YEARS, 6)])
def test_published_count_holds_customers_whose_lines_cancel_to_zero(ledger, more):
    kept, true = floating(ledger)
    # Bought and credited in full: exactly nothing is left, and floating-point addition leaves a hair above it.
    assert (kept > 0).sum() - (exact(ledger) > 0).sum() == more
    assert np.abs(kept[(kept > 0) & (np.rint(true * 100) <= 0)]).max() < 1e-9
