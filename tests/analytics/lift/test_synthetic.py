import numpy as np
import pytest

from vitalfew.analytics.lift.jackknife import left_out, spread, variance
from vitalfew.analytics.lift.simplex import unit_weights
from vitalfew.analytics.lift.synthetic import Synthetic, alone, synthetic
from vitalfew.analytics.refusals import NothingVaries


def world(seed=1, *, accounts=40, periods=18):
    rng = np.random.default_rng(seed)
    return rng.gamma(2, 1, (accounts, periods)) + rng.gamma(2, 2, (accounts, 1))


def run(paths, treated, before=12):
    mark = np.zeros(paths.shape[0], dtype=bool)
    mark[treated] = True
    return synthetic(paths=paths, before=before, treated=alone(mark[None]), allowed=~mark[None])


def test_the_effect_is_the_weighted_double_difference():
    paths = world()
    found = run(paths, [0, 1, 2])
    level = paths[:, 12:].mean(axis=1) - paths[:, :12] @ found.periods[0]
    assert found.change[0] == pytest.approx(level)
    assert found.effect[0] == pytest.approx(level[:3].mean() - found.units[0] @ level)
    assert found.units[0, :3].tolist() == [0, 0, 0]
    assert found.units.sum() == pytest.approx(1) and found.periods.sum() == pytest.approx(1)


def test_nothing_changes_when_accounts_shift_and_all_scales_when_the_unit_does():
    paths = world()
    plain = run(paths, [0, 1, 2]).effect[0]
    assert run(paths + 100 * np.arange(40)[:, None], [0, 1, 2]).effect[0] == pytest.approx(plain)
    assert run(1000 * paths, [0, 1, 2]).effect[0] == pytest.approx(1000 * plain)


def test_the_order_of_accounts_does_not_matter():
    paths, order = world(), np.random.default_rng(3).permutation(40)
    treated = np.flatnonzero(np.isin(order, [0, 1, 2]))
    assert run(paths[order], treated).effect[0] == pytest.approx(run(paths, [0, 1, 2]).effect[0])


def test_the_ridge_is_the_papers():
    """Its root: (treated × periods after) to the fourth root, times the spread of the controls' steps before the start."""
    paths, treated = world(), np.arange(40) < 4
    noise = np.diff(paths[~treated, :12], axis=1).std(ddof=1)
    ridge = np.array([(4 * 6) ** 0.5 * noise**2 * 12])
    told = unit_weights(
        paths=paths[:, :12], target=paths[None, :4, :12].mean(axis=1), ridge=ridge, allowed=~treated[None]
    )
    assert run(paths, range(4)).units == pytest.approx(told, abs=1e-12)


def test_a_planted_effect_comes_back_exactly_on_top():
    paths = world()
    raised = paths.copy()
    raised[:3, 12:] += 2.5
    assert run(raised, [0, 1, 2]).effect[0] == pytest.approx(run(paths, [0, 1, 2]).effect[0] + 2.5)


def test_a_treated_path_that_controls_can_make_leaves_no_error():
    rng = np.random.default_rng(4)
    factors = rng.normal(size=(2, 18))
    loads = rng.uniform(0, 1, (300, 2))
    loads[0] = 0.5
    paths = loads @ factors + 1e-3 * rng.standard_normal((300, 18))
    assert abs(run(paths, [0]).effect[0]) < 2e-3


def test_controls_that_never_move_are_refused():
    with pytest.raises(NothingVaries, match="never change"):
        run(np.ones((5, 18)) * np.arange(5)[:, None], [0])


def test_large_batches_are_cut_into_parts_with_the_same_answer(monkeypatch):
    paths = world()
    mark = np.eye(40, dtype=bool)[:9]
    whole = synthetic(paths=paths, before=12, treated=alone(mark), allowed=~mark)
    monkeypatch.setattr("vitalfew.analytics.lift.synthetic.CELLS", 80)
    cut = synthetic(paths=paths, before=12, treated=alone(mark), allowed=~mark)
    assert cut.effect == pytest.approx(whole.effect, abs=1e-12)
    assert cut.units == pytest.approx(whole.units, abs=1e-12)


def test_jackknife_is_that_of_leaving_every_account_out():
    found = run(world(), [0, 1, 2, 3, 4, 5])
    treated, units, change = found.treated[0], found.units[0], found.change[0]
    again = []
    for one in range(40):
        keep = np.arange(40) != one
        again.append(
            (treated[keep] @ change[keep]) / treated[keep].sum() - (units[keep] @ change[keep]) / units[keep].sum()
        )
    by_hand = np.sqrt(39 / 40 * ((np.array(again) - np.mean(again)) ** 2).sum())
    assert spread(found)[0][0] == pytest.approx(by_hand)


def test_degrees_of_freedom_lie_between_the_smaller_side_and_both():
    found = run(world(), range(6))
    free = spread(found)[1][0]
    assert 5 <= free <= 5 + 1 / (found.units**2).sum()


def test_a_member_that_holds_all_the_weight_leaves_the_mean_as_it_is():
    assert left_out(weights=np.array([1.0, 0.0]), products=np.array([3.0, 0.0])).tolist() == [3.0, 3.0]


def test_parts_of_the_variance_add_up():
    whole, parts = variance(np.array([1.0, 4.0, 2.0]))
    assert whole == pytest.approx(parts.sum()) and whole == pytest.approx(2 / 3 * 14 / 3)


def test_a_synthetic_without_controls_in_use_keeps_its_effect():
    made = Synthetic(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]), np.ones((1, 1)), np.array([[3.0, 1.0]]))
    assert made.effect.tolist() == [2.0]
