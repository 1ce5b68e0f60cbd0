"""Elasticities of the cheese accounts as published with their data, and what the two-year ledger gives."""

import csv
from functools import cache

import numpy as np
import pytest

from tests.analytics.pages import table
from tests.reference.data import folder
from tests.reference.ledgers import TWO_YEARS, source
from vitalfew.analytics.price import fit_response, fit_slopes, measure_panel, measure_realisation

pytestmark = pytest.mark.data


@cache
def cheese(*, moderate):
    found = folder("cheese")
    if found is None:
        pytest.skip("the cheese accounts are not here: set VITALFEW_DATA to the folder that holds them")
    with (found / "cheese.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    price, volume, shown = (np.array([float(row[name]) for row in rows]) for name in ("PRICE", "VOLUME", "DISP"))
    return fit_slopes(
        account=np.unique([row["RETAILER"] for row in rows], return_inverse=True)[1],
        log_price=np.log(price),
        log_volume=np.log(volume),
        covariates=[shown],
        moderate=moderate,
    )


def test_cheese_of_boatwright_mcculloch_and_rossi_1999_least_squares_by_account():
    found = cheese(moderate=False)
    assert (found.slope.size, found.rows.sum()) == (88, 5555)
    assert found.slope.mean() == pytest.approx(-2.266, rel=0.003)
    assert (found.slope.min(), found.slope.max()) == pytest.approx((-12.65, 2.86), rel=0.003)
    assert np.mean(found.slope > 0) == pytest.approx(0.023, abs=0.0005)
    assert np.median(found.error) == pytest.approx(0.279, rel=0.003)


def test_cheese_of_boatwright_mcculloch_and_rossi_1999_drawn_in():
    found = cheese(moderate=False)
    told = (found.common.mean, found.common.error, found.common.spread)
    assert told == pytest.approx((-2.139, 0.099, 0.843), rel=0.005)
    assert told[::2] == pytest.approx((-2.139, 0.843), rel=0.003)


def test_cheese_posterior_means_with_the_spread_taken_as_known():
    """Published means hold the spread at its estimate; ours are averaged over what it may be, and lie near."""
    found = cheese(moderate=False)
    pull = found.common.spread**2 / (found.common.spread**2 + found.error**2)
    plain = found.common.mean + pull * (found.slope - found.common.mean)
    assert (round(plain.min(), 2), round(plain.max(), 2)) == (-4.20, -0.66)
    assert found.centre == pytest.approx(plain, abs=0.05)


def test_cheese_with_variances_drawn_to_each_other_differs_by_little():
    """The default also draws the accounts' error variances towards each other: 48 to 62 rows know theirs well."""
    found = cheese(moderate=True)
    assert (found.common.mean, found.common.spread) == pytest.approx((-2.139, 0.843), rel=0.008)


@cache
def retail():
    import duckdb

    query = f"""SELECT CAST(CustomerID AS BIGINT) AS account, StockCode AS item, CAST(InvoiceDate AS TIMESTAMP) AS day,
      Quantity AS quantity, UnitPrice AS price, regexp_matches(StockCode, '^[0-9]{{5}}') AS product FROM {source(TWO_YEARS)}"""
    with duckdb.connect() as connection:
        return connection.sql(query).to_arrow_table()


def printed(page, heading):
    return {row["what"]: float(row["two-year ledger"]) for row in table(page, heading)}


@pytest.mark.slow
def test_page_prints_the_response_of_the_two_year_ledger():
    found = fit_response(panel=measure_panel(frame=retail(), price="price", product="product"))
    told = printed("price_response", "On a real ledger")
    assert told["response of the firm"] == pytest.approx(found.firm.centre, abs=0.03)
    assert (told["low"], told["high"]) == pytest.approx((found.firm.low, found.firm.high), abs=0.04)
    assert told["part of a price move that reaches the price paid"] == pytest.approx(found.through, abs=0.02)
    assert told["reliability"] == pytest.approx(found.reliability, abs=0.05)
    assert told["accounts with a number of their own"] == found.own.sum() == 0
    assert found.verdict.startswith("The earlier and the later months do not agree")


def test_page_prints_the_price_realisation_of_the_two_year_ledger():
    found = measure_realisation(frame=retail(), price="price", product="product", least_items=10)
    told = printed("price_realisation", "How good it is")
    assert told["accounts with 10 items and more"] == found.told.sum()
    assert told["correlation of two halves of the items"] == pytest.approx(found.reliability, abs=0.01)
    assert told["lines of another unit"] == found.left_out["another unit"]
    assert told["lines nobody else bought that month"] == found.left_out["nobody else bought it that month"]
    assert (found.left_out["no account"], found.left_out["nothing paid"]) == (235_287, 60)
