import numpy as np
import pyarrow as pa
import pytest
from scipy.special import expit

from tests.analytics.recommend.cases import lines
from vitalfew.analytics.recommend import (
    Purchases,
    excluded,
    fit_due,
    named_items,
    purchases,
    rank_due,
    simulate_purchases,
)
from vitalfew.analytics.refusals import BelowZero, NotFinite

WORLD = simulate_purchases(rng=np.random.default_rng(11))
KNOWN = WORLD.purchases
MODEL = fit_due(purchases=KNOWN)


def ledger(events, as_of):
    account, item, day = np.array(sorted(events)).T
    return Purchases(account, item, day, pa.array(["A", "B"]), pa.array(["x", "y", "z"]), 0, as_of)


def test_only_what_was_bought_before_is_due_the_likeliest_first():
    found = rank_due(model=MODEL, purchases=KNOWN)
    owned = KNOWN.counts().toarray() > 0
    assert owned[found.account, found.item].all()
    assert found.account.size == np.minimum(owned.sum(axis=1), 10).sum()
    for account in (0, 100, 599):
        mine = found.account == account
        assert found.rank[mine].tolist() == list(range(1, mine.sum() + 1))
        assert (np.diff(found.score[mine]) <= 0).all()
    every = rank_due(model=MODEL, purchases=KNOWN, count=None)
    assert every.account.size == owned.sum()


def test_chances_of_a_steady_world_are_kept():
    found = rank_due(model=MODEL, purchases=KNOWN, count=None)
    true = WORLD.chance(window=84)[found.account, found.item]
    assert MODEL.missing == ""
    assert found.chance.mean() == pytest.approx(true.mean(), rel=0.1)
    for low, high in ((0.05, 0.1), (0.1, 0.2), (0.2, 0.3), (0.3, 0.5), (0.5, 1.0)):
        band = (found.chance >= low) & (found.chance < high)
        assert true[band].mean() == pytest.approx(found.chance[band].mean(), rel=0.2, abs=0.03)


def test_the_due_list_of_a_steady_world_holds_what_is_bought():
    """Measured: 0.42 of the ten places are bought again, 0.17 of all pairs."""
    came = WORLD.continued(window=84, rng=np.random.default_rng(12))
    found, every = rank_due(model=MODEL, purchases=KNOWN), rank_due(model=MODEL, purchases=KNOWN, count=None)
    assert came[found.account, found.item].mean() > 1.6 * came[every.account, every.item].mean()


def test_nothing_later_than_the_day_is_used():
    later = purchases(frame=lines()).until(250)
    same = purchases(frame=lines(), as_of=250)
    one, other = (rank_due(model=fit_due(purchases=some), purchases=some) for some in (later, same))
    assert one.score == pytest.approx(other.score)
    assert named_items(one, purchases=later).equals(named_items(other, purchases=same))


def test_times_age_and_gap_are_told():
    known = ledger([(0, 0, 10), (0, 0, 30), (0, 0, 70), (0, 1, 90), (1, 2, 50)], as_of=100)
    found = rank_due(model=fit_due(purchases=known), purchases=known)
    told = {
        (a, i): rest for a, i, *rest in zip(found.account, found.item, found.times, found.last, found.gap, strict=True)
    }
    assert told == {(0, 0): [3, 30, 30.0], (0, 1): [1, 10, -1.0], (1, 2): [1, 50, -1.0]}


def test_too_short_a_ledger_is_ranked_by_the_usual_weights_and_tells_no_chance():
    known = ledger([(0, 0, 10), (0, 0, 90), (0, 1, 10), (1, 2, 50)], as_of=100)
    model = fit_due(purchases=known)
    found = rank_due(model=model, purchases=known)
    assert model.missing == "168 days of history are needed and there are 101" and not model.seasonal
    assert fit_due(purchases=known, window=20).missing.startswith("100 repeat purchases within the last 20 days")
    assert found.chance is None
    assert [(a, i) for a, i in zip(found.account, found.item, strict=True)][:2] == [(0, 0), (0, 1)]


def test_what_is_excluded_or_not_asked_for_is_not_listed():
    owned = KNOWN.item[KNOWN.account == 7]
    barred, gone = (KNOWN.item_name[code].as_py() for code in (owned[0], owned[-1]))
    both = excluded(purchases=KNOWN, items=[gone], pairs={"account": ["account 7"], "item": [barred]})
    whole, found = (rank_due(model=MODEL, purchases=KNOWN, count=None, excluded=some) for some in (None, both))
    lost = {(owned[0], 7)} | {(owned[-1], account) for account in whole.account[whole.item == owned[-1]]}
    pairs = [set(zip(some.item, some.account, strict=True)) for some in (whole, found)]
    assert pairs[0] - pairs[1] == lost
    some = rank_due(model=MODEL, purchases=KNOWN, accounts=np.array([9, 7]))
    assert np.unique(some.account).tolist() == [7, 9]
    nobody = excluded(purchases=KNOWN, items=KNOWN.item_name.to_pylist())
    assert rank_due(model=MODEL, purchases=KNOWN, excluded=nobody).account.size == 0


def test_the_table_has_names_and_the_numbers():
    found = rank_due(model=MODEL, purchases=KNOWN, accounts=np.array([4]))
    table = named_items(found, purchases=KNOWN)
    assert table.column_names == ["account", "item", "rank", "score", "chance", "times", "last", "gap"]
    assert table["account"].to_pylist() == ["account 4"] * found.rank.size
    assert table["chance"].to_pylist() == pytest.approx(expit(found.score).tolist())


@pytest.mark.parametrize(("window", "refused"), [(0, BelowZero), (-7, BelowZero), (np.nan, NotFinite)])
def test_a_window_that_is_none_is_refused(window, refused):
    with pytest.raises(refused):
        fit_due(purchases=KNOWN, window=window)
