import numpy as np
import pytest
from scipy.stats import beta

from vitalfew.analytics.recommend import measure_whitespace, named_gaps, simulate_purchases
from vitalfew.analytics.refusals import NotAlike, NotFinite, OutOfOrder

WORLD = simulate_purchases(basket=25, focus=30.0, rng=np.random.default_rng(31))
KNOWN = WORLD.purchases
CATEGORY = [f"segment {code}" for code in WORLD.item_segment]


def test_gaps_are_categories_that_enough_peers_buy_and_the_account_does_not():
    found = measure_whitespace(purchases=KNOWN, category=CATEGORY)
    assert found.share.shape == (600, 5) and found.category_name.to_pylist() == [f"segment {code}" for code in range(5)]
    assert np.array_equal(found.gap, (found.share >= 0.6) & ~found.buys & found.enough[:, None])
    assert np.array_equal(found.share, found.peers / np.maximum(found.nearest, 1)[:, None])


def test_what_an_account_buys_is_what_it_bought_within_the_year():
    found = measure_whitespace(purchases=KNOWN, category=CATEGORY, recent=30)
    bought = np.zeros((600, 5), dtype=bool)
    lately = KNOWN.where(KNOWN.age < 30)
    bought[lately.account, WORLD.item_segment[lately.item]] = True
    assert np.array_equal(found.buys, bought)


def test_a_segment_taken_from_an_account_is_found_again():
    """Accounts lose all they bought of a second segment; their peers show it to be missing."""
    second = (WORLD.account_segment + 1) % 5
    category = np.array(
        [f"{'own' if code % 2 else 'other'} {segment}" for code, segment in enumerate(WORLD.item_segment)]
    )
    losers = np.arange(0, 600, 20)
    own = np.array([f"own {segment}" for segment in WORLD.account_segment])
    kept = ~(np.isin(KNOWN.account, losers) & (category[KNOWN.item] == own[KNOWN.account]))
    found = measure_whitespace(purchases=KNOWN.where(kept), category=category.tolist(), accounts=losers)
    names = np.array(found.category_name.to_pylist())
    taken = names[None, :] == own[losers][:, None]
    assert found.gap[taken].mean() > 0.9
    assert found.gap[~taken].mean() < 0.1
    assert second.size == 600


def test_rows_of_gaps_carry_an_interval_and_names():
    found = measure_whitespace(purchases=KNOWN, category=CATEGORY, share=0.2)
    gaps = found.gaps(level=0.8)
    assert gaps.account.size == found.gap.sum()
    assert (np.diff(gaps.account) >= 0).all()
    expected = beta.ppf([[0.1], [0.9]], gaps.peers + 0.5, gaps.nearest - gaps.peers + 0.5)
    assert gaps.low == pytest.approx(expected[0]) and gaps.high == pytest.approx(expected[1])
    table = named_gaps(gaps, whitespace=found, purchases=KNOWN)
    assert table["category"].to_pylist()[0] == f"segment {gaps.category[0]}"
    assert table.column_names == ["account", "category", "peers", "nearest", "share", "low", "high"]


def test_categories_may_come_as_a_mapping_and_items_may_have_none():
    mapping = {f"item {code}": name for code, name in enumerate(CATEGORY) if name != "segment 4"}
    found = measure_whitespace(purchases=KNOWN, category=mapping)
    assert found.category_name.to_pylist() == [f"segment {code}" for code in range(4)]
    whole = measure_whitespace(purchases=KNOWN, category=CATEGORY)
    assert np.array_equal(found.share, whole.share[:, :4])
    assert measure_whitespace(purchases=KNOWN, category={}).gap.sum() == 0


def test_few_peers_are_not_enough():
    few = KNOWN.where(KNOWN.account < 15)
    found = measure_whitespace(purchases=few, category=CATEGORY, share=0.1)
    assert not found.enough.any() and not found.gap.any()
    assert found.gaps().account.size == 0


@pytest.mark.parametrize(("share", "refused"), [(0.0, OutOfOrder), (1.2, OutOfOrder), (np.nan, NotFinite)])
def test_a_share_that_is_none_is_refused(share, refused):
    with pytest.raises(refused):
        measure_whitespace(purchases=KNOWN, category=CATEGORY, share=share)


def test_categories_of_another_number_of_items_are_refused():
    with pytest.raises(NotAlike, match="300 items and 2 categories"):
        measure_whitespace(purchases=KNOWN, category=["a", "b"])
