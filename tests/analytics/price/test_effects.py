import numpy as np
import pytest

from vitalfew.analytics.price.effects import effect, swept


def dummies(codes):
    return np.column_stack([(code[:, None] == np.unique(code)).astype(float) for code in codes])


def residual(column, columns, weight):
    root = np.sqrt(weight)
    fit = np.linalg.lstsq(columns * root[:, None], column * root, rcond=None)[0]
    return column - columns @ fit


@pytest.mark.parametrize("weighted", [False, True])
def test_sweeping_is_least_squares_on_dummies(weighted):
    rng = np.random.default_rng(1)
    codes = [np.sort(rng.integers(0, 12, 300)), rng.integers(0, 9, 300), rng.integers(0, 4, 300)]
    weight = rng.uniform(0.1, 3.0, 300) if weighted else np.ones(300)
    column = rng.normal(size=300)
    left = swept(column, [effect(code) for code in codes], weight=weight if weighted else None)
    assert left == pytest.approx(residual(column, dummies(codes), weight), abs=1e-6)


def test_an_effect_along_a_column_takes_a_slope_of_each_code_out():
    rng = np.random.default_rng(2)
    account, along, column = rng.integers(0, 5, 200), rng.normal(size=200), rng.normal(size=200)
    levels = effect(account)
    slopes = type(levels)(levels.code, levels.size, levels.starts, swept(along, [levels]))
    columns = np.column_stack([dummies([account]), dummies([account]) * along[:, None]])
    assert swept(column, [levels, slopes]) == pytest.approx(residual(column, columns, np.ones(200)), abs=1e-8)


@pytest.mark.parametrize("key", [[5, 5, 9, 9, 9], [9, 5, 9, 5, 9], [10**15, 3, 10**15, 3, 10**15]])
def test_codes_have_no_gaps_and_totals_are_the_same_sorted_or_not(key):
    one = effect(np.array(key))
    assert sorted(set(one.code.tolist())) == [0, 1]
    assert sorted(one.total(np.arange(5.0)).tolist()) == sorted(
        [float(sum(i for i in range(5) if key[i] == k)) for k in set(key)]
    )


def test_a_row_alone_in_its_group_has_nothing_left():
    left = swept(np.array([3.0, 1.0, 2.0]), [effect(np.array([0, 1, 1]))])
    assert left.tolist() == [0.0, -0.5, 0.5]
