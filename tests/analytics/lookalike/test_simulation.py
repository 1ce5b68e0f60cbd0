import numpy as np
import pytest

from vitalfew.analytics.lookalike import simulate_lookalike


def test_chances_come_true():
    book = simulate_lookalike(firms=50_000, seed=1)
    assert book.best.mean() == pytest.approx(book.chance.mean(), abs=0.006)
    high = book.chance > np.quantile(book.chance, 0.9)
    assert book.best[high].mean() == pytest.approx(book.chance[high].mean(), abs=0.02)


def test_other_firms_of_a_world_obey_the_same_laws():
    one, two = (simulate_lookalike(firms=40_000, seed=seed, world=3) for seed in (1, 2))
    rates = [
        [
            book.chance[np.array(book.frame["industry"].to_pylist()) == word].mean()
            for word in ("Dairy", "Mill", "Winery")
        ]
        for book in (one, two)
    ]
    assert rates[0] == pytest.approx(rates[1], abs=0.01)
    assert one.frame["postcode"].to_pylist() != two.frame["postcode"].to_pylist()


def test_same_seed_gives_the_same_firms():
    one, two = (simulate_lookalike(firms=50, seed=4, world=2) for _ in range(2))
    assert one.frame.equals(two.frame)
    assert one.best.tolist() == two.best.tolist()


def test_without_strength_all_chances_are_one():
    assert np.ptp(simulate_lookalike(firms=100, seed=1, strength=0.0).chance) < 1e-12
