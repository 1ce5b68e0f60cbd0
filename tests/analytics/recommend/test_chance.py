import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit

from vitalfew.analytics.recommend.chance import fit_chance


def drawn(count=4000, seed=0):
    rng = np.random.default_rng(seed)
    features = rng.normal([1, -3, 0], [1, 4, 0.1], (count, 3))
    return features, rng.random(count) < expit(-1 + features @ [0.8, 0.2, -3.0])


def test_known_weights_are_recovered():
    features, bought = drawn(40_000)
    found = fit_chance(features=features, bought=bought)
    assert found.start == pytest.approx(-1, abs=0.06)
    assert found.weight == pytest.approx([0.8, 0.2, -3.0], abs=0.25)
    assert expit(found.start + features @ found.weight).mean() == pytest.approx(bought.mean(), abs=1e-6)


def test_the_climb_ends_where_a_general_optimiser_does():
    features, bought = drawn(500)
    found = fit_chance(features=features, bought=bought)
    spread = features.std(axis=0)

    def loss(at):
        logit = at[0] + features @ at[1:]
        return np.logaddexp(0, logit).sum() - logit[bought].sum() + ((at[1:] * spread) ** 2).sum() / 2

    best = minimize(loss, np.zeros(4), method="BFGS", options={"gtol": 1e-6})
    assert np.r_[found.start, found.weight] == pytest.approx(best.x, abs=2e-3)


def test_a_row_that_stands_for_three_counts_as_three():
    features, bought = drawn(300)
    times = np.random.default_rng(1).integers(1, 4, 300)
    weighted = fit_chance(features=features, bought=bought, times=times.astype(float))
    repeated = fit_chance(features=np.repeat(features, times, axis=0), bought=np.repeat(bought, times))
    assert weighted.weight == pytest.approx(repeated.weight, rel=1e-4)


def test_scaling_a_feature_scales_its_weight_back():
    features, bought = drawn(1000)
    one, other = (
        fit_chance(features=features, bought=bought),
        fit_chance(features=features * [1, 1000, 0.01], bought=bought),
    )
    assert one.weight == pytest.approx(other.weight * [1, 1000, 0.01], rel=1e-6)


@pytest.mark.parametrize("all_bought", [True, False])
def test_what_separates_perfectly_still_has_finite_weights(all_bought):
    features = np.linspace(-1, 1, 40)[:, None]
    bought = np.full(40, all_bought) if all_bought else features[:, 0] > 0
    found = fit_chance(features=features, bought=bought)
    assert np.isfinite(found.weight).all() and np.isfinite(found.start)
    assert (expit(found.start + features @ found.weight)[bought] > 0.5).all()


def test_a_feature_that_never_varies_has_no_say():
    features, bought = drawn(500)
    found = fit_chance(features=np.column_stack([features, np.full(500, 7.0)]), bought=bought)
    assert abs(found.weight[3] * 7) < 1e-3
