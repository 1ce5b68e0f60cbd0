import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitalfew.analytics.recommend import Purchases, ease, fit_ease, simulate_purchases
from vitalfew.analytics.recommend.ease import EaseByAccounts, EaseByItems
from vitalfew.analytics.refusals import BelowZero, NotFinite, NothingThere


def bought(table):
    """Purchases of one day from a table of zeros and ones."""
    account, item = np.nonzero(np.asarray(table))
    names = pa.array(np.arange(len(table))), pa.array(np.arange(len(table[0])))
    return Purchases(account, item, np.zeros(account.size, dtype=np.int64), *names, 0, 0)


def direct(counts, ridge):
    """The closed form of the paper, in double precision."""
    inverse = np.linalg.inv(counts.T @ counts + ridge * np.eye(counts.shape[1]))
    weight = -inverse / np.diagonal(inverse)
    np.fill_diagonal(weight, 0)
    return weight


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.floats(0.05, 500), st.integers(0, 10**6))
def test_weights_are_those_of_the_closed_form_whichever_side_is_shorter(accounts, items, ridge, seed):
    table = (np.random.default_rng(seed).random((accounts, items)) < 0.3).astype(float)
    ease = fit_ease(purchases=bought(table), half_life=None, regularisation=ridge)
    assert isinstance(ease, EaseByItems if items <= accounts else EaseByAccounts)
    expected = direct(table, ridge)
    assert ease.columns(np.arange(items)) == pytest.approx(expected, abs=2e-4)
    known = bought(table).counts()
    assert ease.scores(known) == pytest.approx(table @ expected, abs=1e-3)


def test_both_forms_agree_on_accounts_they_have_not_seen():
    world = simulate_purchases(accounts=150, items=120, rng=np.random.default_rng(1)).purchases
    shape = world.counts().shape
    by_items = fit_ease(purchases=world, regularisation=20.0)
    by_accounts = fit_ease(purchases=world, regularisation=20.0, most=shape[0])
    wide = Purchases(world.account, world.item, world.day, world.account_name, pa.array(np.arange(200)), 0, world.as_of)
    by_accounts = fit_ease(purchases=wide, regularisation=20.0)
    assert isinstance(by_accounts, EaseByAccounts)
    others = simulate_purchases(accounts=10, items=120, rng=np.random.default_rng(2)).purchases.counts(at_most=1)
    padded = others.copy()
    padded.resize((10, 200))
    assert by_accounts.scores(padded)[:, :120] == pytest.approx(by_items.scores(others), abs=1e-4)
    assert np.abs(by_accounts.scores(padded)[:, 120:]).max() < 1e-6


def test_no_other_weights_explain_the_counts_better():
    world = simulate_purchases(accounts=80, items=25, rng=np.random.default_rng(3)).purchases
    counts, ridge = world.counts(at_most=1).toarray().astype(float), 5.0
    weight = fit_ease(purchases=world, half_life=None, regularisation=ridge).columns(np.arange(25)).astype(float)

    def loss(some):
        return np.sum((counts - counts @ some) ** 2) + ridge * np.sum(some**2)

    rng = np.random.default_rng(4)
    for _ in range(20):
        moved = weight + rng.normal(0, 0.01, weight.shape) * (1 - np.eye(25))
        assert loss(moved) > loss(weight)


def test_beyond_the_largest_matrix_the_accounts_with_most_items_teach():
    world = simulate_purchases(accounts=120, items=90, rng=np.random.default_rng(5)).purchases
    ease = fit_ease(purchases=world, regularisation=10.0, most=40)
    assert isinstance(ease, EaseByAccounts) and ease.inverse.shape == (40, 40)
    held = world.owners()[0]
    kept = np.sort(np.argsort(-held, kind="stable")[:40])
    expected = direct(world.counts(half_life=180, at_most=1).toarray()[kept].astype(float), 10.0)
    assert ease.columns(np.arange(90)) == pytest.approx(expected, abs=1e-3)


def test_the_usual_ridge_grows_with_the_book_and_scales_nothing_away():
    world = simulate_purchases(accounts=200, items=60, rng=np.random.default_rng(6)).purchases
    half = world.where(world.account < 100)
    small, large = (fit_ease(purchases=some).regularisation for some in (half, world))
    assert large == pytest.approx(2 * small, rel=0.2)
    squares = (world.counts(half_life=180, at_most=1).toarray().astype(float) ** 2).sum(axis=0)
    assert large == pytest.approx(3 * (squares @ squares) / squares.sum(), rel=1e-5)


def test_a_ridge_too_small_for_single_precision_is_worked_in_double_and_a_hopeless_one_refused():
    rng = np.random.default_rng(7)
    table = (rng.random((60, 12)) < 0.4).astype(float)
    table[:, 1] = table[:, 0]
    table[0, 1] = 1 - table[0, 0]
    ease = fit_ease(purchases=bought(table), half_life=None, regularisation=1e-5)
    expected = direct(table, 1e-5)
    assert ease.columns(np.arange(12)) == pytest.approx(expected, rel=1e-3, abs=1e-3)
    table[0, 1] = table[0, 0]
    with pytest.raises(NotFinite):
        fit_ease(purchases=bought(table), half_life=None, regularisation=1e-18)


def test_an_item_nobody_else_has_speaks_for_nothing():
    table = np.zeros((6, 3))
    table[:4, 0] = table[2:5, 1] = 1
    table[5, 2] = 1
    weight = fit_ease(purchases=bought(table), half_life=None, regularisation=1.0).columns(np.arange(3))
    assert (weight[2] == 0).all() and (weight[:, 2] == 0).all()


def test_numbers_that_are_no_ridge_are_refused():
    known = bought(np.eye(3))
    for ridge, refused in ((0.0, BelowZero), (-1.0, BelowZero), (np.nan, NotFinite)):
        with pytest.raises(refused):
            fit_ease(purchases=known, regularisation=ridge)
    with pytest.raises(BelowZero):
        fit_ease(purchases=known, half_life=0.0)
    with pytest.raises(NothingThere):
        fit_ease(purchases=known.until(-1))


@pytest.mark.slow
def test_many_more_items_than_accounts_need_little_memory():
    world = simulate_purchases(accounts=300, items=20_000, basket=400, rng=np.random.default_rng(8)).purchases
    ease = fit_ease(purchases=world)
    assert isinstance(ease, EaseByAccounts) and ease.inverse.nbytes == 4 * 300**2
    assert np.isfinite(ease.scores(world.counts(at_most=1)[[0, 1]])).all()


@pytest.mark.parametrize("sparse", [1, 4, 10**6])
def test_rows_multiplied_with_and_without_their_zeros_give_the_same_weights(sparse, monkeypatch):
    table = (np.random.default_rng(3).random((60, 40)) < np.linspace(0.01, 0.9, 60)[:, None]).astype(float)
    monkeypatch.setattr(ease, "_SPARSE", sparse)
    monkeypatch.setattr(ease, "_SLAB", 7)
    found, known = fit_ease(purchases=bought(table), half_life=None, regularisation=2.0), bought(table).counts()
    assert found.columns(np.arange(40)) == pytest.approx(direct(table, 2.0), abs=2e-5)
    assert found.scores(known) == pytest.approx(table @ direct(table, 2.0), abs=1e-4)


def test_counts_made_already_teach_the_same_as_the_purchases():
    known = simulate_purchases(accounts=80, items=30, rng=np.random.default_rng(1)).purchases
    given, made = fit_ease(purchases=known.counts(half_life=180, at_most=1)), fit_ease(purchases=known)
    assert given.regularisation == made.regularisation
    assert (given.columns(np.arange(30)) == made.columns(np.arange(30))).all()


@pytest.mark.parametrize(("wrong", "refused"), [(np.nan, NotFinite), (np.inf, NotFinite), (-1.0, BelowZero)])
def test_counts_that_are_none_are_refused(wrong, refused):
    counts = bought(np.ones((3, 3))).counts()
    counts.data[4] = wrong
    with pytest.raises(refused):
        fit_ease(purchases=counts)
