import numpy as np
import pytest

from vitalfew.analytics.concentration.lorenz import cells, gini, lorenz, share_of_customers, top_share


def test_few_customers_each_keep_their_own_cell():
    few = cells(descending=np.array([5.0, 3.0, 1.0]))
    assert (few.value.tolist(), few.count.tolist()) == ([5.0, 3.0, 1.0], [1, 1, 1])


def test_many_customers_share_cells_without_losing_any():
    values = np.sort(np.random.default_rng(1).lognormal(8, 1.5, 50_000))[::-1]
    many = cells(descending=values)
    assert (many.value.size, many.count.sum(), many.count[:2048].max()) == (6_144, 50_000, 1)
    assert (many.value * many.count).sum() == pytest.approx(values.sum())


def test_counted_cells_equal_customers_written_out():
    value, count = np.array([9.0, 4.0, 1.0]), np.array([[2, 1, 5]])
    out = np.repeat(value, count[0])
    short, long = lorenz(value=value, count=count), lorenz(value=out, count=np.ones((1, 8)))
    assert gini(curves=short) == pytest.approx(gini(curves=long))
    assert top_share(curves=short, share=0.2) == pytest.approx(top_share(curves=long, share=0.2))
    assert share_of_customers(curves=short, revenue=0.8) == share_of_customers(curves=long, revenue=0.8)


def test_gini_equals_the_mean_difference_between_all_pairs():
    values = np.sort(np.random.default_rng(2).exponential(3, 300))[::-1]
    pairs = np.abs(values[:, np.newaxis] - values).mean() / (2 * values.mean())
    assert gini(curves=lorenz(value=values, count=np.ones((1, 300))))[0] == pytest.approx(pairs)
