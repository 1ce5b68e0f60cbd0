import numpy as np
import pytest

from vitalfew.analytics.lift import estimate_lift, measure_coverage, plan_detectable, simulate_lift
from vitalfew.analytics.refusals import BelowZero, NotAlike, TooFew

HISTORY = simulate_lift(accounts=220, periods=24, treated=1, lift=0.0, seed=22).outcome


def test_more_accounts_see_smaller_lifts():
    plans = [plan_detectable(history=HISTORY, count=count) for count in (20, 80)]
    assert plans[0].share > plans[1].share > 0.05
    assert plans[0].error > plans[1].error
    assert (plans[0].count, plans[0].before, plans[0].after, plans[0].draws) == (20, 12, 6, 1000)


@pytest.mark.parametrize("count", [3, 20, 40])
def test_the_stated_lift_is_seen_8_times_of_10(count):
    plan = plan_detectable(history=HISTORY, count=count, seed=1)
    found = measure_coverage(history=HISTORY, count=count, planted=plan.share, draws=400, seed=2)
    assert found.power == pytest.approx(0.8, abs=0.1)


def test_the_power_curve_starts_at_the_false_alarm_and_rises():
    plan = plan_detectable(history=HISTORY, count=20)
    assert plan.lifts[0] == 0 and plan.power[0] <= 0.1
    assert (np.diff(plan.power) >= 0).all() and plan.power[-1] > 0.9
    assert np.interp(plan.share, plan.lifts, plan.power) == pytest.approx(0.8, abs=0.01)
    assert 2 <= plan.share / plan.error <= 4.5


def test_the_plan_agrees_with_the_verdict_that_comes_later():
    plan = plan_detectable(history=HISTORY, count=40)
    said = []
    for seed in range(12):
        treated = np.zeros(220, dtype=bool)
        treated[np.random.default_rng(seed).permutation(np.flatnonzero((HISTORY > 0).mean(axis=1) > 0.7))[:40]] = True
        said.append(estimate_lift(outcome=HISTORY, treated=treated, start=18, picked="random").detectable_share)
    assert np.median(said) == pytest.approx(plan.share, rel=0.35)


def test_named_accounts_are_planned_by_their_own_swings():
    swing = HISTORY[:, 6:18].std(axis=1) / np.maximum(HISTORY[:, 6:18].mean(axis=1), 1e-9)
    order = np.argsort(np.where((HISTORY > 0).mean(axis=1) > 0.6, swing, np.inf))
    steady, wild = np.isin(np.arange(220), order[:20]), np.isin(np.arange(220), order[80:100])
    calm, rough = (plan_detectable(history=HISTORY, treated=mark) for mark in (steady, wild))
    assert (calm.count, calm.draws) == (20, 7)
    assert calm.share < rough.share and calm.error < rough.error
    assert calm.amount == pytest.approx(calm.share * HISTORY[steady, 6:18].mean(), rel=0.5)
    found = estimate_lift(outcome=HISTORY, treated=steady, start=18, before=12, picked="random", anyway=True)
    assert found.detectable_share == pytest.approx(calm.share, rel=0.5)


def test_the_rule_speaks_before_anybody_starts():
    assert "need at least 800 controls" in plan_detectable(history=HISTORY, count=40, picked="growth").refused
    assert plan_detectable(history=HISTORY, count=10).refused == ""


def test_what_cannot_be_planned_is_refused_by_name():
    with pytest.raises(NotAlike, match="one of the two"):
        plan_detectable(history=HISTORY)
    with pytest.raises(NotAlike, match="one for each"):
        plan_detectable(history=HISTORY, treated=np.ones(3, dtype=bool))
    with pytest.raises(BelowZero, match="buys regularly"):
        plan_detectable(history=HISTORY, treated=np.zeros(220, dtype=bool))
    with pytest.raises(TooFew, match="controls"):
        plan_detectable(history=HISTORY[:12], count=11)
