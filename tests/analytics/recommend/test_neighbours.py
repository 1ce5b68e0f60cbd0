import numpy as np
import pytest

from vitalfew.analytics.recommend import simulate_purchases
from vitalfew.analytics.recommend.neighbours import nearest, unit_rows

COUNTS = simulate_purchases(accounts=90, items=40, rng=np.random.default_rng(41)).purchases.counts(
    half_life=180, at_most=1
)


def test_likeness_is_the_cosine_of_counts_weighed_by_rarity():
    dense = COUNTS.toarray().astype(float)
    weighed = dense * np.log(90 / (dense > 0).sum(axis=0))
    expected = weighed @ weighed.T / np.outer(*[np.linalg.norm(weighed, axis=1)] * 2)
    found = nearest(unit_rows(COUNTS), np.arange(90), count=8).toarray()
    assert found[found > 0] == pytest.approx(expected[found > 0], abs=1e-5)
    np.fill_diagonal(expected, -1)
    tenth = np.sort(expected, axis=1)[:, -8]
    assert (np.diagonal(found) == 0).all()
    assert ((found > 0) == (expected >= tenth[:, None])).mean() > 0.999


def test_nobody_is_alike_to_an_account_without_purchases():
    empty = COUNTS.copy()
    empty.data[empty.indptr[3] : empty.indptr[4]] = 0
    found = nearest(unit_rows(empty), np.array([3, 4]), count=5).toarray()
    assert (found[0] == 0).all() and (found[1] > 0).sum() == 5
    assert nearest(unit_rows(empty), np.zeros(0, dtype=np.int64), count=5).shape == (0, 90)


def test_more_peers_than_accounts_are_all_accounts():
    found = nearest(unit_rows(COUNTS), np.array([0]), count=500)
    assert found.nnz <= 89
