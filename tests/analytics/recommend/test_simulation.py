import numpy as np
import pytest

from vitalfew.analytics.recommend import simulate_purchases
from vitalfew.analytics.refusals import BelowZero, TooFew


def test_purchases_follow_the_rates():
    world = simulate_purchases(accounts=400, items=200, days=300, rng=np.random.default_rng(51))
    counts = world.purchases.counts().toarray()
    expected = 300 * -np.expm1(-world.rate)  # days with a purchase: a day counts once
    assert counts.sum() == pytest.approx(expected.sum(), rel=0.02)
    heavy = world.rate > np.quantile(world.rate, 0.9)
    assert counts[heavy].mean() == pytest.approx(expected[heavy].mean(), rel=0.02)
    assert world.rate.sum() / 400 * 365 == pytest.approx(60)


def test_accounts_keep_to_their_segment():
    world = simulate_purchases(focus=12.0, rng=np.random.default_rng(52))
    own = world.account_segment[:, None] == world.item_segment
    assert world.rate[own].mean() / world.rate[~own].mean() == pytest.approx(12, rel=0.25)


def test_the_true_chance_is_that_of_the_draws():
    world = simulate_purchases(rng=np.random.default_rng(53))
    rng = np.random.default_rng(54)
    drawn = np.mean([world.continued(window=84, rng=rng) for _ in range(5)])
    assert drawn == pytest.approx(world.chance(window=84).mean(), rel=0.02)


def test_a_seed_gives_the_same_world_and_events_are_sorted_and_told_once():
    one, other = (simulate_purchases(rng=np.random.default_rng(55)).purchases for _ in range(2))
    assert np.array_equal(one.day, other.day) and np.array_equal(one.item, other.item)
    key = (one.account * 300 + one.item) * 400 + one.day
    assert (np.diff(key) > 0).all()


def test_numbers_that_make_no_world_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(TooFew):
        simulate_purchases(accounts=0, rng=rng)
    with pytest.raises(BelowZero):
        simulate_purchases(basket=0.0, rng=rng)
