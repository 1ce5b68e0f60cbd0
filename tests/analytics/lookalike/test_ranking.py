from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitalfew.analytics.lookalike.ranking import Ranked, ranked, resamples

scored = st.lists(st.tuples(st.sampled_from([0.1, 0.2, 0.2, 0.5, 0.9]), st.booleans()), min_size=4, max_size=40).filter(
    lambda rows: 0 < sum(best for _, best in rows) < len(rows)
)


def of(chance, best, weight=None):
    chance, best = np.asarray(chance, float), np.asarray(best, bool)
    return ranked(chance=chance, best=best, weight=np.ones((1, best.size)) if weight is None else weight)


@given(scored)
@settings(deadline=None)
def test_figures_equal_those_counted_pair_by_pair(rows):
    chance, best = (np.array(column) for column in zip(*rows, strict=True))
    found = of(chance, best)
    pairs = chance[best][:, np.newaxis] - chance[~best]
    assert found.auc()[0] == pytest.approx(((pairs > 0) + (pairs == 0) / 2).mean())
    at = [(best & (chance >= bar)).sum() / (chance >= bar).sum() for bar in chance[best]]
    assert found.precision()[0] == pytest.approx(np.mean(at))


@given(scored, st.lists(st.integers(0, 4), min_size=40, max_size=40))
@settings(deadline=None)
def test_counted_firms_equal_firms_written_out(rows, counts):
    chance, best = (np.array(column) for column in zip(*rows, strict=True))
    count = np.array(counts[: best.size])
    if not (count @ best and count @ ~best):
        return
    short, long = (
        of(chance, best, count[np.newaxis].astype(float)),
        of(np.repeat(chance, count), np.repeat(best, count)),
    )
    for figure in (Ranked.auc, Ranked.precision, partial(Ranked.lift, share=0.2)):
        assert figure(short) == pytest.approx(figure(long))


def test_lift_counts_the_best_among_those_picked():
    chance, best = np.linspace(1, 0, 20), np.zeros(20, bool)
    best[[0, 1, 2, 10]] = True
    found = of(chance, best)
    assert found.lift(0.2)[0] == pytest.approx(3 / 4 / (4 / 20))
    assert found.lift(0.01)[0] == pytest.approx(1 / (4 / 20))


def test_firms_of_one_chance_share_what_is_found_among_them():
    assert of([0.5] * 10, [True] * 3 + [False] * 7).lift(0.2)[0] == pytest.approx(1.0)


def test_resamples_draw_whole_families():
    best = np.array([True, True, False, False, True, False])
    family = np.array([0, 0, 1, 1, 2, 3])
    for part in resamples(chance=np.linspace(1, 0, 6), best=best, family=family, draws=50, seed=1):
        counts = np.diff(part.firms, axis=1)
        assert (counts[:, 0] == counts[:, 1]).all() and (counts[:, 2] == counts[:, 3]).all()


def test_interval_of_resamples_holds_the_truth():
    rng, inside = np.random.default_rng(7), []
    for seed in range(120):
        best = rng.random(200) < 0.2
        chance = rng.normal(best, 1)
        again = resamples(chance=chance, best=best, family=np.arange(200), draws=200, seed=seed)
        low, high = np.quantile(np.concatenate([part.auc() for part in again]), (0.05, 0.95))
        inside.append(low <= 0.7602 <= high)
    assert 0.83 < np.mean(inside) < 0.97
