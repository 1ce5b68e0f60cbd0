import numpy as np
import pytest

from vitalfew.analytics.lift import CoverageNotKept, estimate_lift, simulate_lift
from vitalfew.analytics.lift.chance import chance
from vitalfew.analytics.lift.cohorts import cohorts, panel
from vitalfew.analytics.lift.compare import EFFECT, compare
from vitalfew.analytics.refusals import BelowZero, NotAlike, NothingThere, OutOfOrder, TooFew


def steady(*, accounts=60, periods=24, seed=1, noise=0.05):
    """Accounts that buy every month at their own level with little noise: what was planted can be read off."""
    rng = np.random.default_rng(seed)
    season = 1 + 0.2 * np.cos(np.arange(periods) / 2)
    size = np.exp(rng.normal(6, 1, (accounts, 1)))
    return size * season * np.exp(noise * rng.standard_normal((accounts, periods)))


def lifted(share, treated=8, start=18, **how):
    outcome = steady(**how)
    outcome[:treated, start:] *= 1 + share
    return outcome, np.arange(outcome.shape[0]) < treated


def test_a_plain_lift_is_raised_and_its_interval_holds_it():
    outcome, treated = lifted(0.2)
    found = estimate_lift(outcome=outcome, treated=treated, start=18)
    assert found.verdict == "raised" and found.refused == ""
    assert found.share.low < 0.2 < found.share.high and found.share.value == pytest.approx(0.2, abs=0.03)
    assert found.p < 0.001 and found.method == "jackknife"
    assert (found.treated, found.controls, found.before, found.after, found.cohorts) == (8, 52, 18, 6, 1)
    assert found.sentence.startswith("Raised: +") and "would have been seen 8 times of 10" in found.sentence


def test_a_loss_is_lowered_and_nothing_is_not_shown():
    outcome, treated = lifted(-0.2)
    assert estimate_lift(outcome=outcome, treated=treated, start=18).verdict == "lowered"
    outcome, treated = lifted(0.0, seed=4)
    quiet = estimate_lift(outcome=outcome, treated=treated, start=18)
    assert quiet.verdict == "not shown" and quiet.detectable_share < 0.1


def test_a_noisy_group_cannot_be_told_and_says_what_it_would_take():
    made = simulate_lift(accounts=200, treated=10, lift=0.0, seed=3)

    def asked(worthwhile):
        return estimate_lift(
            outcome=made.outcome, treated=made.treated, start=18, picked="random", worthwhile=worthwhile
        )

    small, middling = asked(0.1), asked(0.3)
    assert small.verdict == middling.verdict == "cannot tell yet" and small.detectable_share > 0.3
    assert small.takes.accounts is None and "it takes more or steadier controls" in small.sentence
    assert middling.takes.accounts > 10 and f"it takes {middling.takes.accounts} accounts" in middling.sentence
    assert asked(0.5).takes.accounts < middling.takes.accounts


def test_the_effect_is_the_share_of_what_the_treated_would_have_bought():
    outcome, treated = lifted(0.2)
    found = estimate_lift(outcome=outcome, treated=treated, start=18)
    level = outcome[treated, :18].mean()
    assert found.effect.value == pytest.approx(0.2 * level, rel=0.15)
    assert found.effect.value / found.share.value == pytest.approx(found.detectable / found.detectable_share)
    doubled = estimate_lift(outcome=2 * outcome, treated=treated, start=18)
    assert doubled.effect.value == pytest.approx(2 * found.effect.value)
    assert doubled.share.value == pytest.approx(found.share.value)


def test_rows_in_another_order_say_the_same():
    outcome, treated = lifted(0.1)
    order = np.random.default_rng(5).permutation(len(treated))
    one = estimate_lift(outcome=outcome, treated=treated, start=18)
    other = estimate_lift(outcome=outcome[order], treated=treated[order], start=18)
    assert other.share.value == pytest.approx(one.share.value) and other.error == pytest.approx(one.error)
    assert other.units == pytest.approx(one.units[order])


def test_controls_and_months_carry_weights_that_add_up():
    outcome, treated = lifted(0.1)
    found = estimate_lift(outcome=outcome, treated=treated, start=18)
    assert found.units.sum() == pytest.approx(1) and (found.units[treated] == 0).all()
    assert found.periods.sum() == pytest.approx(1) and (found.periods[18:] == 0).all()


def test_the_picture_shows_both_paths_on_one_level_before_the_start():
    outcome, treated = lifted(0.3)
    paths = estimate_lift(outcome=outcome, treated=treated, start=18).paths
    assert paths.event.tolist() == list(range(-18, 6))
    before, after = paths.event < 0, paths.event >= 0
    assert np.abs((paths.treated - paths.synthetic)[before]).max() < 0.1
    assert ((paths.treated - paths.synthetic)[after] > paths.reach[after]).all()
    assert (paths.treated[after] / paths.synthetic[after]).mean() == pytest.approx(1.3, abs=0.06)


def test_accounts_of_one_group_are_never_each_others_controls():
    outcome, treated = lifted(0.1)
    groups = np.full(60, -1)
    groups[[0, 20, 21]] = 7
    outcome[[20, 21], 18:] *= 5
    found = estimate_lift(outcome=outcome, treated=treated, start=18, groups=groups)
    assert found.controls == 50 and (found.units[[20, 21]] == 0).all()
    assert found.share.value == pytest.approx(0.1, abs=0.03)


def test_a_group_counts_once_where_chance_is_measured():
    outcome, treated = lifted(0.1, treated=12)
    groups = np.arange(60) // 2
    alone = estimate_lift(outcome=outcome, treated=treated, start=18, picked="random")
    pairs = estimate_lift(outcome=outcome, treated=treated, start=18, picked="random", groups=groups)
    assert pairs.share.value == pytest.approx(alone.share.value)
    assert pairs.error != pytest.approx(alone.error, rel=1e-3)
    four = estimate_lift(outcome=outcome, treated=treated, start=18, picked="random", groups=np.arange(60) // 3)
    assert four.method == "placebo"


def test_fewer_than_five_are_judged_by_others_treated_for_show():
    outcome, treated = lifted(0.3, treated=2)
    found = estimate_lift(outcome=outcome, treated=treated, start=18)
    assert found.method == "placebo" and found.verdict == "raised"
    again = estimate_lift(outcome=outcome, treated=treated, start=18)
    assert again.share == found.share and again.p == found.p
    one = estimate_lift(outcome=outcome, treated=np.arange(60) < 1, start=18)
    assert one.p == pytest.approx(1 / 60, abs=1e-9) or one.p > 1 / 60


def test_starts_that_differ_are_compared_cohort_by_cohort_with_those_who_have_not_started():
    outcome, treated = lifted(0.0, treated=9)
    start = np.array([10, 14, 18] * 3 + [0] * 51)
    for row in range(9):
        outcome[row, start[row] :] *= 1.25
    found = estimate_lift(outcome=outcome, treated=treated, start=start, after=4, picked="random")
    assert found.cohorts == 3 and found.after == 4
    assert found.share.value == pytest.approx(0.25, abs=0.04) and found.share.low < 0.25 < found.share.high
    assert (found.units[[1, 2]] > 0).any() and found.units.sum() == pytest.approx(1)
    assert found.paths.event.tolist() == list(range(-18, 4))


def test_an_account_is_no_control_while_it_is_treated():
    outcome, treated = lifted(0.0, treated=6)
    start = np.array([10, 10, 10, 14, 14, 14] + [0] * 54)
    parts = cohorts(
        panel=panel(outcome=outcome, treated=treated, start=start, groups=None),
        before=None,
        after=None,
        own_level=True,
        least_active=0.5,
    )
    assert [part.rows[part.treated].tolist() for part in parts] == [[0, 1, 2], [3, 4, 5]]
    assert not np.isin([0, 1, 2, 3, 4, 5], parts[1].rows[~parts[1].treated]).any()
    assert not np.isin([3, 4, 5], parts[0].rows[~parts[0].treated]).any()
    short = cohorts(
        panel=panel(outcome=outcome, treated=treated, start=start, groups=None),
        before=None,
        after=4,
        own_level=True,
        least_active=0.5,
    )
    assert np.isin([3, 4, 5], short[0].rows[~short[0].treated]).all()


def test_jackknife_over_cohorts_is_that_of_leaving_every_account_out():
    made = simulate_lift(accounts=60, treated=9, start=(12, 16), lift=0.2, seed=9)
    whole = panel(outcome=made.outcome, treated=made.treated, start=made.start, groups=None)
    seen = compare(cohorts(panel=whole, before=None, after=None, own_level=True, least_active=0.3))
    found = chance(seen=seen, cluster=whole.cluster, level=0.9, draws=0, seed=0)
    used = np.unique(np.concatenate([one.rows for one in seen.cohorts]))
    again = []
    for gone in used:
        total, cells = 0.0, 0.0
        for one, synthetic in zip(seen.cohorts, seen.found, strict=True):
            keep = one.rows != gone
            kept, others = synthetic.treated[0] * keep, synthetic.units[0] * keep
            effect = kept @ synthetic.change[0] / kept.sum() - others @ synthetic.change[0] / others.sum()
            share = (one.treated & keep).sum() * one.after
            total, cells = total + share * effect, cells + share
        again.append(total / cells)
    by_hand = (used.size - 1) / used.size * ((np.array(again) - np.mean(again)) ** 2).sum()
    assert found.error == pytest.approx(np.sqrt(by_hand))
    assert np.isclose(seen.statistics[EFFECT], np.mean(again), atol=0.05)


def test_months_without_an_order_count_and_accounts_without_enough_of_them_are_left_out_by_name():
    outcome, treated = lifted(0.2)
    outcome[0, :12] = 0
    outcome[30, :12] = 0
    found = estimate_lift(outcome=outcome, treated=treated, start=18)
    assert np.flatnonzero(found.left_out).tolist() == [0]
    assert found.treated == 7 and found.units[30] == 0
    assert "Left out, having bought too seldom before the start: 1 of the treated." in found.cautions
    whole = estimate_lift(outcome=outcome, treated=treated, start=18, least_active=0.0)
    assert not whole.left_out.any() and whole.treated == 8


def test_a_control_that_has_gone_quiet_is_no_control():
    outcome, treated = lifted(0.0)
    outcome[40, 13:] = 0
    outcome[41, 15:18] = 0
    found = estimate_lift(outcome=outcome, treated=treated, start=18)
    assert found.units[40] == 0 and found.controls == 51
    outcome[3, 13:18] = 0
    assert estimate_lift(outcome=outcome, treated=treated, start=18).controls == 52


def test_dates_before_the_start_show_nothing_where_nothing_was_done():
    outcome, treated = lifted(0.3)
    found = estimate_lift(outcome=outcome, treated=treated, start=18)
    assert [one.earlier for one in found.dates] == [4, 9]
    assert all(one.share.holds_zero for one in found.dates) and found.cautions == ()
    outcome[treated, 12:18] *= 1.5
    early = estimate_lift(outcome=outcome, treated=treated, start=18, anyway=True)
    assert any(one.share.holds_zero is False for one in early.dates)
    assert any("start put" in told for told in early.cautions)


def test_the_simpler_comparisons_are_there_for_warning_only():
    outcome, treated = lifted(0.2)
    outcome[:, 18:] *= 1.5
    found = estimate_lift(outcome=outcome, treated=treated, start=18)
    assert found.share.value == pytest.approx(0.2, abs=0.05)
    season = outcome[~treated, 18:].mean() / outcome[~treated, :18].mean()
    assert found.naive.before_after == pytest.approx(1.2 * season - 1, abs=0.08)
    assert found.naive.difference == pytest.approx(0.2, abs=0.08)
    assert found.naive.book == pytest.approx(season * 1.04 - 1, abs=0.1)


def test_growth_picked_groups_are_refused_unless_somebody_insists():
    made = simulate_lift(accounts=120, treated=30, lift=0.2, picked="growth", seed=6)
    with pytest.raises(CoverageNotKept, match="picked for growth"):
        estimate_lift(outcome=made.outcome, treated=made.treated, start=18, picked="growth")
    found = estimate_lift(outcome=made.outcome, treated=made.treated, start=18, picked="growth", anyway=True)
    assert found.verdict == "cannot tell yet" and "need at least" in found.refused
    assert found.sentence.startswith(f"Cannot tell: {found.treated} accounts picked for growth")
    assert found.growth > 3


def test_growth_is_seen_without_being_told():
    made = simulate_lift(accounts=120, treated=30, lift=0.0, picked="growth", seed=6)
    with pytest.raises(CoverageNotKept, match="picked for growth"):
        estimate_lift(outcome=made.outcome, treated=made.treated, start=18)


def test_what_nobody_can_compare_is_refused_by_name():
    outcome, treated = lifted(0.1)
    with pytest.raises(NothingThere, match="mark some"):
        estimate_lift(outcome=outcome, treated=np.zeros(60, dtype=bool), start=18)
    with pytest.raises(NotAlike, match="one mark for each"):
        estimate_lift(outcome=outcome, treated=treated[:5], start=18)
    with pytest.raises(NotAlike, match="one group for each"):
        estimate_lift(outcome=outcome, treated=treated, start=18, groups=np.arange(3))
    with pytest.raises(OutOfOrder, match="two periods before"):
        estimate_lift(outcome=outcome, treated=treated, start=1)
    with pytest.raises(BelowZero, match="make no sense"):
        estimate_lift(outcome=outcome, treated=treated, start=18, level=90)
    with pytest.raises(NothingThere, match="bought regularly"):
        estimate_lift(outcome=-outcome, treated=treated, start=18)
    with pytest.raises(CoverageNotKept, match="at least 20 controls"):
        estimate_lift(outcome=outcome[:12], treated=treated[:12], start=18)
    with pytest.raises(TooFew, match="controls"):
        estimate_lift(outcome=outcome[6:11], treated=treated[6:11], start=18, anyway=True)


def test_what_falls_below_zero_has_no_share():
    outcome, treated = lifted(0.1)
    outcome[:, 18:] = -np.abs(outcome[:, 18:])
    found = estimate_lift(outcome=outcome, treated=treated, start=18)
    assert found.share.value is None and found.detectable_share is None
    assert any("no lift as a share" in told for told in found.cautions)
    assert "no share" in found.sentence


def test_placebo_intervals_are_open_where_controls_are_too_few():
    outcome, treated = lifted(0.2, treated=1)
    found = estimate_lift(outcome=outcome[:8], treated=treated[:8], start=18, anyway=True)
    assert found.share.low is None and found.verdict == "cannot tell yet" and found.detectable is None


def test_a_group_picked_for_growth_would_fool_the_simple_comparisons_and_fools_this_one_least():
    naive, ours = [], []
    for seed in range(40):
        made = simulate_lift(accounts=200, treated=10, lift=0.0, picked="growth", seed=seed)
        found = estimate_lift(outcome=made.outcome, treated=made.treated, start=18, picked="growth", anyway=True)
        naive.append(found.naive.difference)
        ours.append(found.share.value)
    assert np.mean(naive) > 0.15
    assert abs(np.mean(ours)) < 0.4 * np.mean(naive)


def test_intervals_cover_and_the_stated_lift_is_seen_8_times_of_10():
    wrong, seen = [], []
    for seed in range(80):
        made = simulate_lift(accounts=150, treated=20, lift=0.3, seed=seed)
        found = estimate_lift(outcome=made.outcome, treated=made.treated, start=18, picked="random")
        wrong.append(not found.share.low <= 0.3 <= found.share.high)
        again = simulate_lift(accounts=150, treated=20, lift=found.detectable_share, seed=seed)
        told = estimate_lift(outcome=again.outcome, treated=again.treated, start=18, picked="random")
        seen.append(told.verdict == "raised")
    assert 0.04 <= np.mean(wrong) <= 0.17
    assert 0.7 <= np.mean(seen) <= 0.9


def test_a_size_three_times_larger_leaves_every_share_as_it_was():
    made = simulate_lift(accounts=80, treated=8, lift=0.2, seed=12)
    size = np.random.default_rng(1).uniform(0.1, 10, (80, 1))
    one = estimate_lift(outcome=made.outcome, treated=made.treated, start=18, picked="random")
    other = estimate_lift(outcome=size * made.outcome, treated=made.treated, start=18, picked="random")
    assert other.share.value == pytest.approx(one.share.value) and other.p == pytest.approx(one.p)
