import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalfew.analytics.price.others import levelled, market_price, medians, others_median

ROWS = st.lists(st.tuples(st.integers(0, 4), st.floats(-50, 50)), min_size=1, max_size=40)


@given(ROWS)
def test_the_median_of_the_others_is_that_of_the_group_without_the_row(rows):
    group, value = (np.array(column) for column in zip(*rows, strict=True))
    found, count = others_median(group=group, value=value)
    for row in range(group.size):
        others = np.delete(value, row)[np.delete(group, row) == group[row]]
        assert count[row] == others.size
        assert found[row] == pytest.approx(np.median(others) if others.size else 0.0)


@given(ROWS)
def test_medians_of_groups_are_numpys(rows):
    group, value = (np.array(column) for column in zip(*rows, strict=True))
    names, found = medians(group=group, value=value)
    assert names.tolist() == sorted(set(group.tolist()))
    assert found == pytest.approx([np.median(value[group == name]) for name in names])


@given(ROWS, st.data())
def test_a_value_that_counts_thrice_is_three_values(rows, data):
    group, value = (np.array(column) for column in zip(*rows, strict=True))
    weight = np.array(data.draw(st.lists(st.integers(1, 4), min_size=group.size, max_size=group.size)))
    names, found = medians(group=group, value=value, weight=weight)
    repeated = medians(group=np.repeat(group, weight), value=np.repeat(value, weight))
    assert (names.tolist(), found.tolist()) == (repeated[0].tolist(), repeated[1].tolist())


def test_the_market_price_does_not_move_with_who_buys():
    # B always pays 20 % more; the list never moves. C and D see the same price whether A or B bought beside them.
    account = np.array([0, 1, 2, 3, 0, 2, 3, 1, 2, 3])
    month = np.array([0, 0, 0, 0, 1, 1, 1, 2, 2, 2])
    log_price = np.where(account == 1, 0.2, 0.0)
    price, others = market_price(account=account, item=np.zeros(10, dtype=np.int64), month=month, log_price=log_price)
    assert price.tolist() == [0.0] * 10
    assert others.tolist() == [3, 3, 3, 3, 2, 2, 2, 2, 2, 2]


def test_two_lines_of_one_account_do_not_make_each_other_a_market():
    price, others = market_price(
        account=np.zeros(2, dtype=np.int64),
        item=np.zeros(2, dtype=np.int64),
        month=np.zeros(2, dtype=np.int64),
        log_price=np.array([1.0, 2.0]),
    )
    assert (price.tolist(), others.tolist()) == ([0.0, 0.0], [0, 0])


def test_levelling_leaves_the_moves_of_a_price():
    account = np.repeat([0, 1, 2], 4)
    season = np.tile([0, 1, 2, 3], 3)
    moves = np.array([0.0, 0.1, 0.1, 0.3])
    found = levelled(account=account, season=season, log_price=moves[season] + np.array([0.0, -0.3, 0.1])[account])
    assert found == pytest.approx(moves[season])
