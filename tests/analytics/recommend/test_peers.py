"""The peers of the benchmarks, by hand: a rival written wrongly would flatter us."""

import numpy as np
import pyarrow as pa
import pytest
from scipy.sparse import csr_array

from benchmarks.next_basket import frequency, tifu_knn, up_cf
from benchmarks.next_basket.scores import best, coverage, listed, means, quality
from vitalfew.analytics.recommend import Purchases

# Account 0: days 1, 2, 3 with {x, y}, {x}, {x, z}; account 1: day 2 with {x, y}; account 2: day 3 with {z}.
EVENTS = np.array([(0, 0, 1), (0, 0, 2), (0, 0, 3), (0, 1, 1), (0, 2, 3), (1, 0, 2), (1, 1, 2), (2, 2, 3)]).T
KNOWN = Purchases(*EVENTS, pa.array(["a", "b", "c"]), pa.array(["x", "y", "z"]), 1, 3)
WHO = np.array([0, 1, 2])


def test_frequencies_count_baskets():
    assert frequency.gp_top(KNOWN, WHO).round(6).tolist() == [
        pytest.approx([3 + 4 / 9, 1 + 2 / 9, 1 + 2 / 9], abs=1e-6),
        pytest.approx([1 + 4 / 9, 1 + 2 / 9, 2 / 9], abs=1e-6),
        pytest.approx([4 / 9, 2 / 9, 1 + 2 / 9], abs=1e-6),
    ]
    assert np.floor(frequency.p_top(KNOWN, WHO)).tolist() == [[3, 1, 1], [1, 1, 0], [0, 0, 1]]
    assert best(frequency.p_top_latest(KNOWN, WHO))[0].tolist() == [0, 2, 1]


def test_tifu_decays_within_and_between_groups():
    two = tifu_knn.Settings(neighbours=1, within=0.5, between=0.1, own=1.0, groups=2)
    # Baskets 1 and 2 make the first group, 3 the second: ((x .5 + y .5 + x 1) / 2 × .1 + (x + z)) / 2.
    assert tifu_knn.frequency(KNOWN, two).toarray()[0] == pytest.approx([(0.075 + 1) / 2, 0.025 / 2, 0.5])
    one_each = tifu_knn.Settings(neighbours=1, within=0.5, between=0.1, own=1.0, groups=7)
    assert tifu_knn.frequency(KNOWN, one_each).toarray()[0] == pytest.approx([1.11 / 3, 0.01 / 3, 1 / 3])
    assert tifu_knn.frequency(KNOWN, two).toarray()[1:].tolist() == [[1, 1, 0], [0, 0, 1]]


def test_tifu_mixes_in_the_nearest_by_distance():
    half = tifu_knn.Settings(neighbours=1, within=1.0, between=1.0, own=0.5, groups=3)
    own = np.array([[1, 1 / 3, 1 / 3], [1, 1, 0], [0, 0, 1]])
    expected = (own[0] + own[1]) / 2, (own[1] + own[0]) / 2, (own[2] + own[0]) / 2
    assert tifu_knn.scores(KNOWN, WHO, half) == pytest.approx(np.array(expected))


def test_up_cf_weighs_popularity_by_the_asymmetric_cosine():
    last_two = up_cf.Settings(recent=2, asymmetry=0.75, locality=2.0)
    popular = np.array([[1, 0, 0.5], [1, 1, 0], [0, 0, 1]])
    assert up_cf.popularity(KNOWN, last_two).toarray() == pytest.approx(popular)
    # Account 0 owns 3 items, account 1 two of them, account 2 one: shared / own^.75 / theirs^.25, squared.
    expected = popular[0] + (2 / 3**0.75 / 2**0.25) ** 2 * popular[1] + (1 / 3**0.75) ** 2 * popular[2]
    assert up_cf.scores(KNOWN, np.array([0]), last_two)[0] == pytest.approx(expected)
    assert up_cf.popularity(KNOWN, up_cf.Settings(recent=0)).toarray()[0] == pytest.approx([1, 1 / 3, 1 / 3])


def test_quality_is_capped_recall_and_discounted_gain():
    wanted = csr_array(np.array([[1, 0, 1, 0], [0, 0, 0, 1]]))
    lists = np.full((2, 10), -1)
    lists[0, :3], lists[1, :2] = [0, 1, 2], [0, 1]
    found = quality(lists, wanted)
    assert found.recall.tolist() == [1, 0] and found.hit.tolist() == [1, 0]
    assert found.ndcg[0] == pytest.approx((1 + 1 / 2) / (1 + 1 / np.log2(3)))
    assert listed(np.array([7, 7, 9]), np.array([5, 6, 4]), np.array([1, 2, 1]), np.array([7, 9]))[:, :2].tolist() == [
        [5, 6],
        [4, -1],
    ]
    assert coverage([lists], [4]) == 0.75


def test_the_error_of_a_mean_is_that_of_drawing_customers_whole():
    rng = np.random.default_rng(1)
    values = rng.random(400)
    one = means([values], [np.arange(400)])
    assert one.se == pytest.approx(values.std() / 20, rel=0.1)
    twice = means([values, values], [np.arange(400)] * 2)
    assert twice.value == pytest.approx(values.mean()) and twice.se == pytest.approx(one.se)
    assert one.se_against(twice) == pytest.approx(0, abs=1e-6)
