import numpy as np
import pytest
from scipy.stats import norm

from vitalfew.analytics.level.grid import GRID, STEP, blur, blur_slopes, level_chances, level_weights, moments

CUTS = np.array([-0.9, 0.15, 1.05])


def bell(mean, spread):
    dense = norm.pdf(GRID, mean, spread)
    return (dense / dense.sum())[None]


@pytest.mark.parametrize(("spread", "off"), [(0.15, 2e-3), (0.2, 5e-5), (0.3, 1e-8), (0.6, 1e-9), (1.0, 5e-5)])
@pytest.mark.parametrize("mean", [-1.3, -0.9, 0.0, 0.61, 1.3])
def test_chances_of_levels_are_the_areas_between_the_cutpoints(mean, spread, off):
    """The widest one is cut off by the grid's ends, the narrowest falls between its points."""
    exact = np.diff(norm.cdf([-np.inf, *CUTS, np.inf], mean, spread))
    assert level_chances(density=bell(mean, spread), cutpoints=CUTS)[0] == pytest.approx(exact, abs=off)


def test_weights_share_each_point_among_the_levels():
    assert level_weights(cutpoints=CUTS).sum(axis=1) == pytest.approx(np.ones(GRID.size), abs=1e-12)


@pytest.mark.parametrize(("spread", "shift"), [(0.15, 0.0), (0.45, 0.2), (0.9, -0.3)])
def test_blurring_adds_the_variances_and_moves_by_the_shift(spread, shift):
    seen = bell(0.3, 0.5) @ blur(spread=spread, shift=shift)
    mean, width = moments(density=seen)
    assert (mean[0], width[0]) == pytest.approx((0.3 + shift, np.hypot(0.5, spread)), abs=5e-4)


def test_blur_of_nothing_leaves_everything_as_it_is():
    assert blur(spread=0.0) == pytest.approx(np.eye(GRID.size))


def test_slopes_of_a_blur_are_those_of_differences():
    kernel = blur(spread=0.5, shift=0.1)
    by_shift, by_spread = blur_slopes(kernel=kernel, spread=0.5, shift=0.1)
    likely = kernel > 1e-12

    def differ(change):
        return (np.log(blur(**change(1e-6))[likely]) - np.log(blur(**change(-1e-6))[likely])) / 2e-6

    assert by_shift[likely] == pytest.approx(differ(lambda by: {"spread": 0.5, "shift": 0.1 + by}), abs=1e-4)
    assert by_spread[likely] == pytest.approx(differ(lambda by: {"spread": 0.5 * np.exp(by), "shift": 0.1}), abs=1e-4)


def test_step_is_the_distance_of_the_points():
    assert np.diff(GRID) == pytest.approx(np.full(60, STEP))
