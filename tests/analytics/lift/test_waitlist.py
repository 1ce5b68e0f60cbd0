import numpy as np
import pytest

from vitalfew.analytics.lift import estimate_randomised, plan_waitlist, simulate_lift
from vitalfew.analytics.refusals import BelowZero, NotAlike, TooFew

HISTORY = simulate_lift(accounts=60, periods=24, treated=1, lift=0.0, seed=4).outcome


def test_every_account_has_one_place_and_waves_are_of_one_size():
    plan = plan_waitlist(accounts=61, waves=3, seed=1)
    assert sorted(plan.order.tolist()) == list(range(61))
    assert sorted(np.bincount(plan.wave).tolist()) == [20, 20, 21]
    assert (np.diff(plan.wave[plan.order]) >= 0).all()
    assert plan.detectable.size == 0


def test_the_same_arguments_draw_the_same_and_the_seal_tells_them_apart():
    one, again, other = (plan_waitlist(accounts=40, seed=seed) for seed in (5, 5, 6))
    assert one.order.tolist() == again.order.tolist() and one.seal == again.seal
    assert one.order.tolist() != other.order.tolist() and one.seal != other.seal
    assert len(one.seal) == 64


def test_each_stratum_is_spread_over_the_waves():
    strata = np.array([0] * 11 + [1] * 20 + [2] * 9)
    plan = plan_waitlist(accounts=40, waves=2, seed=2, strata=strata)
    for one in range(3):
        counts = np.bincount(plan.wave[strata == one], minlength=2)
        assert abs(int(counts[0]) - int(counts[1])) <= 1
    assert np.bincount(plan.wave).tolist() == [20, 20]


def test_waves_are_alike_in_size_where_history_is_known():
    size = HISTORY.mean(axis=1)
    gaps = []
    for seed in range(25):
        plan = plan_waitlist(accounts=60, seed=seed, history=HISTORY)
        gaps.append(np.log(size[plan.wave == 0]).mean() - np.log(size[plan.wave == 1]).mean())
    spread = 2 * np.log(size).std() / 60**0.5
    assert np.std(gaps) < 0.35 * spread and abs(np.mean(gaps)) < 0.1


def test_everybody_may_come_first():
    first = sum((plan_waitlist(accounts=20, seed=seed, waves=2).wave == 0).astype(int) for seed in range(400))
    assert (np.abs(first / 400 - 0.5) < 0.1).all()


def test_power_before_the_start_is_what_the_trial_then_has():
    outcome = simulate_lift(accounts=200, periods=30, treated=1, lift=0.0, seed=6).outcome
    outcome = outcome[(outcome[:, :18] > 0).mean(axis=1) >= 0.5][:120]
    before, after = outcome[:, :24], outcome[:, 24:].mean(axis=1)
    own = before.mean(axis=1)
    earlier, strata = before[:, -6:].mean(axis=1) / own, np.argsort(np.argsort(own)) // 40
    stated = float(plan_waitlist(accounts=120, seed=3, history=before).detectable[0])
    seen = []
    for seed in range(200):
        started = plan_waitlist(accounts=120, seed=seed, strata=strata).wave == 0
        found = estimate_randomised(
            outcome=after / own * (1 + stated * started), treated=started, earlier=earlier, draws=1
        )
        seen.append(found.effect.low > 0)
    assert 0.65 <= np.mean(seen) <= 0.95


def test_later_waves_leave_fewer_to_wait():
    plan = plan_waitlist(accounts=60, waves=4, seed=1, history=HISTORY)
    assert plan.detectable.shape == (3,) and plan.detectable[1] < plan.detectable[0]
    assert plan.detectable[1] < plan.detectable[2]


def test_what_compares_nobody_is_refused_by_name():
    with pytest.raises(BelowZero, match="compare nobody"):
        plan_waitlist(accounts=20, waves=1, seed=1)
    with pytest.raises(TooFew, match="this many waves"):
        plan_waitlist(accounts=3, seed=1)
    with pytest.raises(NotAlike, match="strata"):
        plan_waitlist(accounts=20, seed=1, strata=np.zeros(3))
    with pytest.raises(NotAlike, match="history"):
        plan_waitlist(accounts=20, seed=1, history=HISTORY)
    with pytest.raises(TooFew, match="periods of history"):
        plan_waitlist(accounts=60, seed=1, history=HISTORY[:, :8])
