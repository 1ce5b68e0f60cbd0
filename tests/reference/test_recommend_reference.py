"""What is due and what is new on the two-year ledger, at four cuts, against what was found when the methods were chosen."""

from datetime import date
from functools import cache

import numpy as np
import pytest

from benchmarks.next_basket import frequency, item_models
from benchmarks.next_basket.origins import ORIGINS, ledger, origin, path
from benchmarks.next_basket.scores import best, listed, quality
from vitalfew.analytics.recommend import fit_due, fit_new, rank_due, recommend_new

pytestmark = pytest.mark.data


@cache
def cuts():
    if path() is None:
        pytest.skip("the two-year ledger is not here: set VITALFEW_DATA to the folder that holds it")
    whole = ledger()
    return {day: origin(whole, day) for day in ORIGINS}


def due(scores, at):
    owned = at.known.counts()[at.who_due].toarray() > 0
    return quality(best(np.where(owned, scores, -np.inf)), at.due[at.who_due]).recall.mean()


def new(scores, at):
    owned = at.known.counts()[at.who_new].toarray() > 0
    return quality(best(np.where(owned, -np.inf, scores)), at.new[at.who_new]).recall.mean()


def test_the_cuts_hold_these_accounts_and_items():
    assert [(at.known.shape, at.who_due.size, at.who_new.size) for at in cuts().values()] == [
        ((4313, 3056), 1207, 1225),
        ((4665, 3177), 1438, 1474),
        ((5001, 3401), 1449, 1439),
        ((5302, 3601), 2021, 2125),
    ]


def test_decayed_counts_reach_what_was_found_for_them_before():
    found = [due(frequency.decayed(at.known, at.who_due), at) for at in cuts().values()]
    assert found == pytest.approx([0.467, 0.474, 0.500, 0.463], abs=0.02)  # where counts are equal, chance decides


def test_plain_counts_reach_what_was_found_for_them_before():
    found = [due(frequency.p_top(at.known, at.who_due), at) for at in cuts().values()]
    assert np.mean(found) == pytest.approx(0.472, abs=0.01)


def test_due_items_beat_the_line_and_plain_counts_at_every_cut():
    found, plain = [], []
    for at in cuts().values():
        ranked = rank_due(model=fit_due(purchases=at.known), purchases=at.known, accounts=at.who_due)
        lists = listed(ranked.account, ranked.item, ranked.rank, at.who_due)
        found.append(quality(lists, at.due[at.who_due]).recall.mean())
        plain.append(due(frequency.gp_top(at.known, at.who_due), at))
    assert found == pytest.approx([0.534, 0.561, 0.574, 0.539], abs=0.005)
    assert (np.array(found) > plain).all() and np.mean(found) >= 0.55


@pytest.mark.parametrize(("cut", "before"), [(0, 0.109), (1, 0.106), (2, 0.097), (3, 0.088)])
def test_plain_ease_reaches_what_was_found_for_it_before(cut, before):
    at = cuts()[ORIGINS[cut]]
    assert new(item_models.plain_ease(at.known, at.who_new), at) == pytest.approx(before, abs=0.002)


@pytest.mark.parametrize(("day", "expected"), [(date(2010, 12, 31), 0.1025), (date(2011, 9, 16), 0.1355)])
def test_new_items_beat_the_line(day, expected):
    at = cuts()[day]
    found = recommend_new(model=fit_new(purchases=at.known), accounts=at.who_new)
    recall = quality(listed(found.account, found.item, found.rank, at.who_new), at.new[at.who_new]).recall
    assert recall.mean() == pytest.approx(expected, abs=0.003)
    assert recall.mean() >= 0.10
