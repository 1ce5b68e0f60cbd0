import numpy as np

from vitalfew.analytics.lookalike.folds import deal


def dealt(family=None, rows=200, seed=0, share=0.2):
    rng = np.random.default_rng(5)
    matrix, best = rng.normal(0, 1, (rows, 3)), np.arange(rows) < share * rows
    return matrix, best, deal(matrix=matrix, best=best, family=np.arange(rows) if family is None else family, seed=seed)


def test_every_fold_gets_its_share_of_the_best():
    _, best, fold = dealt()
    assert np.bincount(fold).tolist() == [40] * 5
    assert np.bincount(fold[best]).tolist() == [8] * 5


def test_a_family_stands_in_one_fold():
    family = np.arange(200) // 4
    fold = dealt(family)[2]
    assert all(np.unique(fold[family == one]).size == 1 for one in range(50))
    assert np.bincount(fold).tolist() == [40] * 5


def test_folds_do_not_hang_on_the_order_of_rows():
    matrix, best, fold = dealt()
    mixed = np.random.default_rng(1).permutation(200)
    again = deal(matrix=matrix[mixed], best=best[mixed], family=np.arange(200), seed=0)
    assert again.tolist() == fold[mixed].tolist()


def test_another_seed_deals_otherwise():
    assert dealt(seed=1)[2].tolist() != dealt(seed=0)[2].tolist()
