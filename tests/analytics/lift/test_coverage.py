import numpy as np
import pytest

from vitalfew.analytics.lift import measure_coverage, simulate_lift
from vitalfew.analytics.lift.drawing import draw_groups, origins
from vitalfew.analytics.refusals import BelowZero, NotAlike, TooFew

HISTORY = simulate_lift(accounts=220, periods=24, treated=1, lift=0.0, seed=21).outcome


@pytest.mark.parametrize("count", [2, 5, 10, 20, 40])
def test_intervals_of_groups_by_lot_cover_as_they_say(count):
    found = measure_coverage(history=HISTORY, count=count, draws=400)
    assert found.refused == "" and found.given >= 398 and found.draws == 400
    assert 0.84 <= found.cover <= 0.96
    assert found.false_alarm == pytest.approx(1 - found.cover) and found.power is None
    assert abs(found.bias) < 0.3 * found.error
    assert found.rmse == pytest.approx(found.error, rel=0.3)


@pytest.mark.parametrize("count", [5, 10])
def test_intervals_of_growth_picked_groups_cover_where_a_verdict_is_given(count):
    found = measure_coverage(history=HISTORY, count=count, picked="growth", draws=400)
    assert found.given > 50 and found.cover >= 0.8


def test_cells_that_cannot_keep_their_coverage_are_refused_before_the_data_are_seen():
    found = measure_coverage(history=HISTORY, count=40, picked="growth", draws=100)
    assert "need at least 800 controls" in found.refused and found.given == 0
    assert found.cover is None and found.bias is None and found.false_alarm is None
    spared = measure_coverage(history=HISTORY, count=40, picked="growth", draws=100, ruled=False)
    assert spared.given == 100 and spared.cover is not None


def test_growth_is_refused_too_where_nobody_tells():
    found = measure_coverage(history=HISTORY, count=40, picked="growth", draws=100, told=False)
    assert found.given < 10


def test_a_planted_lift_is_found_and_seen_the_more_the_larger_it_is():
    found = [measure_coverage(history=HISTORY, count=20, planted=lift, draws=200) for lift in (0.1, 0.3, 0.9)]
    assert [one.power for one in found] == sorted(one.power for one in found)
    assert found[2].power > 0.85
    assert all(0.84 <= one.cover <= 0.98 and one.false_alarm is None for one in found)


def test_the_same_seed_says_the_same_and_another_not():
    one, again, other = (measure_coverage(history=HISTORY, count=8, draws=50, seed=seed) for seed in (1, 1, 2))
    assert one == again and one.bias != other.bias


def test_groups_for_growth_are_those_that_grew():
    place = next(iter(origins(history=HISTORY, before=12, after=6)))
    rng = np.random.default_rng(1)
    early = place.paths[:, :12]
    growth = early[:, 6:].mean(axis=1) - early[:, :6].mean(axis=1)
    picked = draw_groups(paths=place.paths, before=12, count=10, picked="growth", draws=50, rng=rng)
    lot = draw_groups(paths=place.paths, before=12, count=10, picked="random", draws=50, rng=rng)
    assert (picked.sum(axis=1) == 10).all() and (lot.sum(axis=1) == 10).all()
    assert growth[np.nonzero(picked)[1]].mean() > np.quantile(growth, 0.8)
    assert abs(growth[np.nonzero(lot)[1]].mean() - growth.mean()) < 0.1


def test_every_start_that_fits_is_used_once():
    places = list(origins(history=HISTORY, before=12, after=6))
    assert len(places) == 7
    assert all(place.paths.shape[1] == 18 for place in places)
    assert all(np.allclose(place.paths[:, :12].mean(axis=1), 1) for place in places)
    assert all(((place.paths[:, :12] > 0).mean(axis=1) >= 0.5).all() for place in places)


def test_what_cannot_be_drawn_is_refused_by_name():
    with pytest.raises(TooFew, match="periods of history"):
        measure_coverage(history=HISTORY, count=5, before=20, after=6)
    with pytest.raises(TooFew, match="bought regularly"):
        measure_coverage(history=HISTORY[:10], count=9)
    with pytest.raises(BelowZero, match="nothing to measure"):
        measure_coverage(history=HISTORY, count=0)
    with pytest.raises(NotAlike, match="accounts by periods"):
        measure_coverage(history=HISTORY[0], count=3)
