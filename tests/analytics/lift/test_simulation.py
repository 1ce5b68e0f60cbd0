import numpy as np
import pytest

from vitalfew.analytics.lift import simulate_lift
from vitalfew.analytics.refusals import TooFew


def test_only_the_treated_are_lifted_and_by_exactly_that():
    plain, raised = simulate_lift(lift=0.0, seed=1), simulate_lift(lift=0.25, seed=1)
    assert (plain.treated == raised.treated).all() and raised.treated.sum() == 20
    since = raised.treated[:, None] & (np.arange(24) >= 18)
    assert raised.outcome[~since].tolist() == plain.outcome[~since].tolist()
    assert raised.outcome[since] == pytest.approx(1.25 * plain.outcome[since])
    assert (raised.start[raised.treated] == 18).all() and (raised.start[~raised.treated] == -1).all()


def test_starts_and_lifts_may_differ():
    made = simulate_lift(accounts=100, treated=30, start=(12, 15, 18), lift=0.2, lift_spread=0.05, seed=2)
    assert np.bincount(made.start[made.treated], minlength=19)[[12, 15, 18]].tolist() == [10, 10, 10]
    assert made.lift[made.treated].std() == pytest.approx(0.05, rel=0.4)
    assert (made.lift[~made.treated] == 0).all()


def test_the_book_looks_like_a_wholesalers():
    made = simulate_lift(accounts=2000, periods=36, treated=1, start=30, lift=0.0, seed=3)
    total = np.sort(made.outcome.sum(axis=1))[::-1]
    assert 0.6 <= total[:400].sum() / total.sum() <= 0.9
    assert 0.1 <= (made.outcome == 0).mean() <= 0.5
    month = made.outcome.sum(axis=0)
    assert month[10] > 1.3 * month[4] and month[22] > 1.3 * month[16]


def test_one_seed_makes_one_book():
    assert simulate_lift(seed=5).outcome.tolist() == simulate_lift(seed=5).outcome.tolist()
    assert simulate_lift(seed=5).outcome.tolist() != simulate_lift(seed=6).outcome.tolist()


def test_a_book_of_treated_only_is_refused():
    with pytest.raises(TooFew):
        simulate_lift(accounts=20, treated=20)
