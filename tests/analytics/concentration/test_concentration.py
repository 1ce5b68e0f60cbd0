import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import norm

from vitalfew.analytics import refusals
from vitalfew.analytics.concentration import Estimate, measure_concentration

LEDGER = np.array([500, 250, 120, 60, 40, 20, 6, 4, 0, -30], dtype=np.int64)
books = st.lists(st.integers(-(10**9), 10**12), min_size=1, max_size=80).map(lambda v: np.array(v, dtype=np.int64))


def shares(found):
    return found.gini.value, found.top_20_share.value, found.share_for_80.value


def test_small_book_gives_the_shares_counted_by_hand():
    found = measure_concentration(values=LEDGER)
    assert (found.customers, found.positive, found.net, found.total) == (10, 8, 970, 1000)
    assert shares(found) == pytest.approx((0.6265, 0.75, 0.375), abs=1e-12)


@pytest.mark.parametrize("values", [[], [0, 0], [-5, -1]])
def test_no_positive_customer_leaves_every_share_undefined(values):
    found = measure_concentration(values=np.array(values, dtype=np.int64))
    nothing = Estimate(None, None, None)
    assert (found.gini, found.top_20_share, found.share_for_80) == (nothing, nothing, nothing)
    assert (found.positive, found.curve.customers.size) == (0, 0)


def test_one_customer_makes_all_and_has_no_interval():
    found = measure_concentration(values=np.array([7]))
    assert found.top_20_share == Estimate(1.0, None, None)
    assert shares(found) == (0.0, 1.0, 1.0)


def test_equal_customers_make_exactly_their_share_each():
    found = measure_concentration(values=np.full(100, 0.1))
    assert shares(found) == pytest.approx((0.0, 0.2, 0.8), abs=1e-12)
    assert (found.gini.low, found.top_20_share.high) == pytest.approx((0.0, 0.2), abs=1e-9)


def test_top_fifth_is_rounded_up_to_whole_customers():
    assert measure_concentration(values=np.array([3, 1, 1, 1, 1, 1])).top_20_share.value == 0.5


def test_eighty_percent_reached_exactly_needs_nobody_more():
    assert measure_concentration(values=np.array([0.7, 0.1, 0.1, 0.1])).share_for_80.value == 0.5


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_amounts_that_are_no_numbers_are_refused(bad):
    with pytest.raises(refusals.NotFinite, match=r"The net of customers .* first at row 1: remove or mend the row"):
        measure_concentration(values=np.array([1.0, bad]))


def test_distance_is_what_the_top_fifth_lacks_of_eighty_percent():
    found = measure_concentration(values=np.random.default_rng(7).lognormal(8, 1, 400))
    top, distance = found.top_20_share, found.distance
    assert (distance.value, distance.low, distance.high) == (top.value - 0.8, top.low - 0.8, top.high - 0.8)
    assert measure_concentration(values=LEDGER).distance == Estimate(0.75 - 0.8, None, None)


@pytest.mark.parametrize(
    "column",
    [
        LEDGER.tolist(),
        pd.Series(LEDGER, index=LEDGER),
        pd.Series(LEDGER, dtype="Int64"),
        pl.Series(LEDGER),
        pa.array(LEDGER),
        pa.chunked_array([LEDGER[:3], LEDGER[3:]]),
    ],
    ids=lambda column: f"{type(column).__module__}-{getattr(column, 'dtype', '')}",
)
def test_column_of_any_frame_gives_what_its_array_gives(column):
    found, expected = measure_concentration(values=column), measure_concentration(values=LEDGER)
    assert shares(found) == shares(expected)
    assert (found.net, type(found.net)) == (970, int)


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ([1, None], refusals.NotFinite),
        (pl.Series([1.0, float("nan")]), refusals.NotFinite),
        (["a"], refusals.NotAColumn),
        (pd.DataFrame({"net": [1]}), refusals.NotAColumn),
        (np.ones((2, 2)), refusals.NotAlike),
    ],
    ids=["null", "nan", "text", "frame", "matrix"],
)
def test_what_is_no_column_of_numbers_is_refused_by_name(wrong, refusal):
    with pytest.raises(refusals.UnusableInput) as caught:
        measure_concentration(values=wrong)
    assert type(caught.value) is refusal


@given(books, st.integers(2, 1000))
def test_shares_do_not_depend_on_the_unit(values, factor):
    assert shares(measure_concentration(values=values * factor)) == pytest.approx(
        shares(measure_concentration(values=values))
    )


@given(books, st.randoms())
def test_shares_do_not_depend_on_the_order(values, random):
    mixed = values.tolist()
    random.shuffle(mixed)
    assert shares(measure_concentration(values=np.array(mixed))) == shares(measure_concentration(values=values))


@given(books)
def test_customers_without_revenue_change_no_share(values):
    more = np.append(values, [0, -17])
    assert shares(measure_concentration(values=more)) == shares(measure_concentration(values=values))


@given(books.filter(lambda v: bool((v > 0).any())))
def test_every_share_lies_in_its_interval_and_range(values):
    found = measure_concentration(values=values, draws=40)
    for estimate in (found.gini, found.top_20_share, found.share_for_80):
        assert 0 <= estimate.value <= 1
        assert estimate.low is None or 0 <= estimate.low <= estimate.value <= estimate.high <= 1
    assert (np.diff(found.curve.revenue) >= -1e-12).all()
    assert (found.curve.revenue[0], found.curve.revenue[-1]) == pytest.approx((0, 1))


def test_curve_passes_through_the_top_share_and_its_band_holds_it():
    values = np.random.default_rng(3).lognormal(8, 1.2, 500)
    found = measure_concentration(values=values)
    curve = found.curve
    assert curve.revenue[20] == pytest.approx(found.top_20_share.value)
    assert (curve.low <= curve.revenue).all()
    assert (curve.high >= curve.revenue).all()


def test_blocks_of_customers_give_the_interval_of_single_ones():
    values = np.random.default_rng(4).lognormal(8, 1.4, 6_144)
    alone = measure_concentration(values=values, draws=400).top_20_share
    blocks = measure_concentration(values=np.append(values, np.full(1, values.min() / 2)), draws=400).top_20_share
    assert (blocks.low, blocks.high) == pytest.approx((alone.low, alone.high), abs=0.003)


def test_intervals_cover_the_truth_of_a_lognormal_firm():
    rng, spread = np.random.default_rng(5), 1.0
    truth = norm.cdf(spread - norm.ppf(0.8))
    found = [
        measure_concentration(values=rng.lognormal(8, spread, 1000), draws=100, seed=n).top_20_share for n in range(150)
    ]
    assert 0.82 <= np.mean([e.low <= truth <= e.high for e in found]) <= 0.97


def test_same_seed_gives_the_same_interval_again():
    values = np.random.default_rng(6).lognormal(8, 1, 200)
    assert measure_concentration(values=values, seed=2).gini == measure_concentration(values=values, seed=2).gini
    assert measure_concentration(values=values, seed=2).gini != measure_concentration(values=values, seed=3).gini
