import numpy as np
import pytest
from scipy import stats

from vitalfew.analytics.lift import estimate_randomised
from vitalfew.analytics.lift.randomised import _columns, _hc2
from vitalfew.analytics.refusals import NotAlike, TooFew


def trial(seed, *, accounts=60, effect=0.0, slope=0.8, treated=None):
    rng = np.random.default_rng(seed)
    before = rng.gamma(4, 25, accounts)
    chosen = np.zeros(accounts, dtype=bool)
    chosen[rng.permutation(accounts)[: treated or accounts // 2]] = True
    after = 20 + slope * before + 20 * rng.standard_t(5, accounts) + effect * chosen
    return after, chosen, before


def test_without_adjustment_it_is_welch():
    after, chosen, _ = trial(1, treated=20)
    found = estimate_randomised(outcome=after, treated=chosen)
    welch = stats.ttest_ind(after[chosen], after[~chosen], equal_var=False)
    told = welch.confidence_interval(0.9)
    assert found.effect.value == pytest.approx(after[chosen].mean() - after[~chosen].mean())
    assert found.effect.value / found.error == pytest.approx(welch.statistic)
    assert found.freedom == pytest.approx(welch.df)
    assert (found.effect.low, found.effect.high) == pytest.approx((told.low, told.high))
    assert found.effect == found.plain and found.saved == 0


def test_hc2_is_that_of_the_whole_hat_matrix():
    after, chosen, before = trial(2, accounts=25, treated=8)
    design = _columns(chosen, ((before - before.mean()) / before.std())[:, None], np.zeros((25, 0)))
    effect, error, _ = (found[0] for found in _hc2(design, after[:, None], chosen, 1))
    inverse = np.linalg.inv(design.T @ design)
    hat = design @ inverse @ design.T
    residual = after - hat @ after
    meat = design.T @ np.diag(residual**2 / (1 - np.diag(hat))) @ design
    assert effect == pytest.approx((inverse @ design.T @ after)[1])
    assert error == pytest.approx(np.sqrt((inverse @ meat @ inverse)[1, 1]))


def test_what_was_known_before_narrows_the_interval():
    after, chosen, before = trial(4, effect=15)
    found = estimate_randomised(outcome=after, treated=chosen, earlier=before)
    assert found.saved > 0.4 and found.error < 0.8 * estimate_randomised(outcome=after, treated=chosen).error
    assert found.effect.low < 15 < found.effect.high and found.p < 0.1
    assert (found.treated, found.waiting) == (30, 30)
    assert found.share.value == pytest.approx(found.effect.value / (after[chosen].mean() - found.effect.value))


@pytest.mark.parametrize(("accounts", "treated"), [(12, 6), (40, 10), (200, 100)])
def test_intervals_cover_and_false_alarms_are_as_said(accounts, treated):
    cover, alarm = [], []
    for seed in range(300):
        after, chosen, before = trial(seed, accounts=accounts, treated=treated)
        found = estimate_randomised(outcome=after, treated=chosen, earlier=before, draws=199, seed=seed)
        cover.append(found.effect.low <= 0 <= found.effect.high)
        alarm.append(found.p <= 0.1)
    assert np.mean(cover) == pytest.approx(0.9, abs=0.04)
    assert np.mean(alarm) == pytest.approx(0.1, abs=0.04)


def test_the_detectable_effect_is_seen_8_times_of_10():
    stated = np.mean(
        [
            estimate_randomised(outcome=a, treated=z, earlier=x, draws=1).detectable
            for a, z, x in (trial(seed) for seed in range(40))
        ]
    )
    seen = []
    for seed in range(300):
        after, chosen, before = trial(seed, effect=stated)
        seen.append(estimate_randomised(outcome=after, treated=chosen, earlier=before, draws=1).effect.low > 0)
    assert np.mean(seen) == pytest.approx(0.8, abs=0.06)


def test_lots_drawn_within_strata_are_judged_within_them():
    rng = np.random.default_rng(5)
    strata = np.repeat([0, 1, 2], 20)
    level = np.array([10.0, 100.0, 1000.0])[strata]
    wrong = []
    for _ in range(100):
        chosen = np.zeros(60, dtype=bool)
        for one in range(3):
            chosen[20 * one + rng.permutation(20)[:10]] = True
        after = level + rng.standard_normal(60)
        found = estimate_randomised(outcome=after, treated=chosen, strata=strata, draws=99)
        wrong.append(not found.effect.low <= 0 <= found.effect.high)
        assert found.error < 1
    assert np.mean(wrong) <= 0.2


def test_columns_that_say_nothing_change_nothing():
    after, chosen, before = trial(7)
    one = estimate_randomised(outcome=after, treated=chosen, earlier=before)
    more = estimate_randomised(outcome=after, treated=chosen, earlier=np.column_stack((before, np.full(60, 3.0))))
    assert more.effect.value == pytest.approx(one.effect.value) and more.p == one.p


def test_the_same_seed_says_the_same():
    after, chosen, before = trial(8)
    assert estimate_randomised(outcome=after, treated=chosen, earlier=before) == estimate_randomised(
        outcome=after, treated=chosen, earlier=before
    )


def test_what_cannot_be_compared_is_refused_by_name():
    after, chosen, before = trial(9)
    with pytest.raises(TooFew, match="waiting"):
        estimate_randomised(outcome=after, treated=np.arange(60) < 2)
    with pytest.raises(NotAlike, match="one row each"):
        estimate_randomised(outcome=after, treated=chosen, earlier=before[:5])
    with pytest.raises(NotAlike, match="strata"):
        estimate_randomised(outcome=after, treated=chosen, strata=np.zeros(3))
    with pytest.raises(TooFew, match="columns"):
        estimate_randomised(
            outcome=after[:8], treated=np.arange(8) % 2 == 0, earlier=np.random.default_rng(1).random((8, 4))
        )
