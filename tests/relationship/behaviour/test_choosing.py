import numpy as np
import pytest

from vitalfew.relationship.behaviour.choosing import MOST_ROWS, chosen

ACCOUNTS = 400


def book(**changed):
    rng = np.random.default_rng(3)
    lines = np.ceil(1000 * rng.pareto(1.2, ACCOUNTS)).astype(np.int64) + 1
    return {"account": np.arange(1, ACCOUNTS + 1), "lines": lines, "rows": lines * 3, "first": (), **changed}


def test_a_ledger_that_is_small_enough_is_taken_whole():
    assert chosen(**book()).tolist() == list(range(1, ACCOUNTS + 1))
    assert chosen(**book(account=np.array([], np.int64), lines=np.array([], np.int64), rows=np.array([], np.int64))).size == 0  # fmt: skip


@pytest.mark.parametrize(("asked", "most"), [("lines", "most_lines"), ("rows", "most_rows")])
def test_no_more_is_chosen_than_may_be_looked_at(asked, most):
    told = book()
    limit = int(told[asked].sum()) // 3
    found = chosen(**told, **{most: limit})
    come_to = told[asked][found - 1].sum()
    assert 0.3 * limit < come_to <= limit


def test_the_heaviest_and_others_by_lot_are_chosen_in_turn():
    told = book(lines=np.arange(ACCOUNTS, 0, -1) * 100)
    found = chosen(**told, most_lines=int(told["lines"].sum()) // 3)
    heaviest = np.isin(np.arange(1, found.size // 2), found)
    assert heaviest.all()
    rest = found[found > found.size // 2]
    assert rest.size > found.size // 4 and rest.max() > ACCOUNTS * 0.9


def test_accounts_that_must_be_in_are_in_though_they_are_light_or_too_many_for_the_others():
    told = book()
    lightest = (np.argsort(told["lines"])[:20] + 1).tolist()
    limit = int(told["lines"].sum()) // 4
    assert set(lightest) <= set(chosen(**told | {"first": lightest}, most_lines=limit).tolist())
    assert chosen(**told | {"first": lightest}, most_lines=0).tolist() == sorted(lightest)
    assert chosen(**book(first=[1, 2], rows=np.full(ACCOUNTS, MOST_ROWS - 1)), most_rows=0).size == 1


def test_a_giant_does_not_crowd_out_the_others_unless_it_must_be_in():
    told = book(lines=np.where(np.arange(ACCOUNTS) == 7, 900, 10), rows=np.full(ACCOUNTS, 1))
    assert 8 not in chosen(**told, most_lines=1000) and chosen(**told, most_lines=1000).size == 100
    assert 8 in chosen(**told | {"first": [8]}, most_lines=1000)


def test_accounts_that_must_be_in_leave_half_to_the_others():
    told = book(lines=np.full(ACCOUNTS, 10), rows=np.full(ACCOUNTS, 10), first=range(1, 101))
    found = chosen(**told, most_lines=600, most_rows=10_000)
    assert set(range(1, 101)) <= set(found.tolist()) and found.size == 130


def test_the_choice_does_not_hang_on_the_order_of_accounts_nor_on_others_far_off():
    told = book()
    limit = int(told["lines"].sum()) // 3
    plain = chosen(**told, most_lines=limit)
    turned = {name: told[name][::-1] for name in ("account", "lines", "rows")}
    assert chosen(**told | turned, most_lines=limit).tolist() == plain.tolist()
