import numpy as np
import pytest

from vitalfew.analytics.lookalike import Columns, encode, fit_encoder, nearest, share_of_best, simulate_lookalike
from vitalfew.analytics.refusals import BelowZero, NotAlike, NothingThere

ACCOUNTS = {
    "name": ["Alder", "Birch", "Cedar", "Dogwood", "Elm", "Fir"],
    "industry": ["Hotel", "Hotel", "Café", "Café", "Hotel", "School"],
    "region": ["North", "South", "North", "South", "North", "South"],
    "sites": [4.0, 1.0, 2.0, 8.0, 5.0, 3.0],
    "best": [True, False, True, True, True, False],
}
COLUMNS = Columns(categories=("industry", "region"), numbers=("sites",))
ENCODER = fit_encoder(frame=ACCOUNTS, columns=COLUMNS)
ONE = {"industry": ["Hotel"], "region": ["North"], "sites": [4.0]}


def found(prospects, **given):
    asked = {"encoder": ENCODER, "accounts": ACCOUNTS, "best": "best", "prospects": prospects}
    return nearest(**(asked | given))


def test_prospect_is_like_the_best_accounts_that_agree_in_most():
    near = found(ONE)
    assert [ACCOUNTS["name"][row] for row in near.account[0]] == ["Alder", "Elm", "Cedar"]
    assert near.shared(prospect=0) == ("same industry (Hotel)", "same region (North)", "same sites (4)")
    assert near.shared(prospect=0, place=2) == ("same region (North)",)
    assert near.likeness[0, 0] == 1


def test_what_counts_most_is_told_first():
    near = found(ONE, weights=np.array([0.1, 0.3, 0.6]))
    assert near.shared(prospect=0) == ("same sites (4)", "same region (North)", "same industry (Hotel)")


def test_likeness_is_one_less_the_weighted_mean_of_what_is_apart():
    near = found({"industry": ["Hotel"], "region": ["South"], "sites": [4.0]}, weights=np.array([3.0, 2.0, 5.0]))
    assert near.likeness[0, 0] == pytest.approx(1 - 0.2)
    assert near.agrees[0, 0].tolist() == [True, False, True]


def test_of_equals_the_account_that_comes_first_is_taken():
    accounts = {name: values * 2 for name, values in ACCOUNTS.items()}
    near = found(ONE, accounts=accounts, count=8)
    assert near.account[0].tolist() == [0, 6, 4, 10, 2, 8, 3, 9]


def test_all_best_accounts_are_told_where_there_are_fewer_than_asked_for():
    assert found(ONE, count=50).account.shape == (1, 4)


def test_prospect_of_whom_little_is_known_is_not_made_alike_by_it():
    blank = {"industry": ["Hotel"], "region": [None], "sites": [None]}
    near = found(blank)
    assert near.likeness.max() < 0.8
    assert near.agrees[0, 0].tolist() == [True, False, False]
    assert near.shared(prospect=0) == ("same industry (Hotel)",)


def test_word_no_account_has_is_apart_from_all():
    near = found({"industry": ["Zoo"], "region": ["North"], "sites": [4.0]})
    assert near.likeness[0, 0] == pytest.approx(2 / 3)


def test_partial_sort_gives_what_a_whole_one_gives():
    book, others = simulate_lookalike(firms=900, seed=1), simulate_lookalike(firms=70, seed=2)
    encoder = fit_encoder(frame=book.frame, columns=book.columns)
    near = nearest(encoder=encoder, accounts=book.frame, best=book.best, prospects=others.frame, count=5)
    rows = np.flatnonzero(book.best)
    mine, those = encode(encoder=encoder, frame=others.frame), encode(encoder=encoder, frame=book.frame).at(rows)
    far = np.zeros((70, rows.size))
    for number, column in enumerate(encoder.columns):
        apart = column.apart(column.scaled(mine.values[number]), column.scaled(those.values[number]))
        both = ~np.isnan(mine.values[number][:, :1]) & ~np.isnan(those.values[number][:, 0])
        every = encode(encoder=encoder, frame=book.frame).values[number]
        every = every[~np.isnan(every[:, 0])]
        places = np.linspace(0, len(every) - 1, min(len(every), 400)).astype(int)
        some = column.scaled(every[np.lexsort(every.T)][places])
        far += np.where(both, apart, column.apart(some, some).mean()) / len(encoder.columns)
    order = np.argsort(np.rint(far / 1e-9), axis=1, kind="stable")[:, :5]
    assert near.account.tolist() == rows[order].tolist()
    assert near.likeness == pytest.approx(1 - np.take_along_axis(far, order, axis=1), abs=1e-8)


def test_blocks_of_prospects_give_what_single_ones_give(monkeypatch):
    book, others = simulate_lookalike(firms=200, seed=1), simulate_lookalike(firms=40, seed=2)
    encoder = fit_encoder(frame=book.frame, columns=book.columns)
    asked = {"encoder": encoder, "accounts": book.frame, "best": book.best, "prospects": others.frame}
    whole = nearest(**asked)
    monkeypatch.setattr("vitalfew.analytics.lookalike.neighbours.CELLS", 100)
    assert nearest(**asked).account.tolist() == whole.account.tolist()


def test_share_of_the_best_counts_the_accounts_around():
    asked = {"encoder": ENCODER, "accounts": ACCOUNTS, "best": "best", "prospects": ONE}
    assert share_of_best(**asked, count=2).tolist() == [1.0]
    assert share_of_best(**asked, count=6).tolist() == [4 / 6]
    assert share_of_best(**asked, count=99).tolist() == [4 / 6]


def test_share_of_the_best_finds_the_best():
    book, others = simulate_lookalike(firms=3000, seed=1, world=5), simulate_lookalike(firms=1500, seed=2, world=5)
    encoder = fit_encoder(frame=book.frame, columns=book.columns)
    share = share_of_best(encoder=encoder, accounts=book.frame, best=book.best, prospects=others.frame)
    assert np.corrcoef(share, others.chance)[0, 1] > 0.4


def test_no_best_account_and_weights_that_do_not_fit_are_refused():
    with pytest.raises(NothingThere, match="No account is marked"):
        found(ONE, best=[False] * 6)
    with pytest.raises(NotAlike, match="3 columns"):
        found(ONE, weights=np.ones(2))
    with pytest.raises(BelowZero):
        found(ONE, weights=np.zeros(3))
    with pytest.raises(BelowZero):
        found(ONE, weights=np.array([1.0, -1.0, 1.0]))
