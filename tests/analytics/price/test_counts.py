import numpy as np
import pytest

from vitalfew.analytics.price.counts import fitted, resplit
from vitalfew.analytics.price.effects import effect
from vitalfew.analytics.price.simulate import simulate_panel


def poisson_with_dummies(count, price, codes, exposure):
    """Newton's method on all coefficients at once: what sweeping must come to."""
    columns = np.column_stack([price, *(code[:, None] == np.unique(code) for code in codes)]).astype(float)
    at = np.zeros(columns.shape[1])
    at[1 : 1 + codes[0].max() + 1] = np.log(np.bincount(codes[0], count) / np.bincount(codes[0], exposure))
    for _ in range(60):
        mean = exposure * np.exp(np.clip(columns @ at, -30, 30))
        bend = (columns.T * mean) @ columns
        at = at + np.linalg.lstsq(bend, columns.T @ (count - mean), rcond=1e-12)[0]
    return at[0]


def rows(seed, own_months):
    panel = simulate_panel(seed=seed, accounts=10, items=16, months=15).panel
    month = panel.account * 100 + panel.month if own_months else panel.month
    kept = np.isin(month, month[panel.orders > 0])
    codes = [np.unique(key[kept], return_inverse=True)[1] for key in (panel.account * 100 + panel.item, month)]
    return panel.orders[kept], panel.price[kept], codes


@pytest.mark.parametrize("own_months", [False, True])
@pytest.mark.parametrize("seed", [1, 2])
def test_the_common_slope_is_that_of_a_poisson_regression_on_dummies(seed, own_months):
    count, price, codes = rows(seed, own_months)
    exposure = np.random.default_rng(seed).uniform(0.5, 2.0, count.size)
    fit = fitted(count=count, exposure=exposure, price=price, effects=[effect(code) for code in codes])
    error = fit.information.sum() ** -0.5
    assert fit.slope == pytest.approx(poisson_with_dummies(count, price, codes, exposure), abs=0.005 * error)


def test_zeros_count():
    """Half the months bought at the low price, a quarter at the high: without its zeros every month looks alike."""
    price = np.tile([0.0, 0.0, 0.0, 0.0, 0.2, 0.2, 0.2, 0.2], 30)
    count = np.tile([1.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0], 30)
    fit = fitted(count=count, exposure=None, price=price, effects=[effect(np.repeat(np.arange(30), 8))])
    assert fit.slope == pytest.approx(np.log(0.5) / 0.2, rel=1e-3)
    there = count > 0
    alone = fitted(count=count[there], exposure=None, price=price[there], effects=[effect(np.repeat(np.arange(30), 3))])
    assert alone.slope == pytest.approx(0.0, abs=1e-12)


def test_halves_are_fitted_on_their_own():
    """Each half's slope by `resplit` is one step from the common one to that of a regression on its rows alone."""
    count, price, (cell, month) = rows(3, own_months=False)
    later = (month >= 8).astype(np.int64)
    fit = fitted(count=count, exposure=None, price=price, effects=[effect(cell), effect(month)])
    score, information = resplit(fit, count=count, effects=[effect(cell * 2 + later), effect(month)])
    for half in (0, 1):
        there = later == half
        kept = there & (np.bincount(cell, count * there)[cell] > 0) & (np.bincount(month, count * there)[month] > 0)
        alone = fitted(
            count=count[kept], exposure=None, price=price[kept], effects=[effect(cell[kept]), effect(month[kept])]
        )
        step = score[there].sum() / information[there].sum()
        assert fit.slope + step == pytest.approx(alone.slope, abs=0.15 * alone.information.sum() ** -0.5)
