import numpy as np
import pytest

from vitalfew.analytics.features import measure_features, measure_pairs, simulate_lines


def test_the_same_seed_invents_the_same_ledger():
    assert simulate_lines(accounts=20, seed=3).equals(simulate_lines(accounts=20, seed=3))
    assert not simulate_lines(accounts=20, seed=3).equals(simulate_lines(accounts=20, seed=4))


def test_measured_features_give_back_how_the_ledger_was_made():
    table = simulate_lines(accounts=3_000, items=50, days=1_460, seed=1)
    found = measure_features(frame=table, kind="kind")
    kinds = np.bincount(table["kind"].to_numpy(), minlength=5) / table.num_rows
    assert kinds[2:] == pytest.approx([0.02, 0.01, 0.01], abs=0.002)
    assert found.lines.sum() / found.orders.sum() == pytest.approx(6.0, rel=0.02)
    # Gaps are Gamma(2): their log has the mean digamma(2) less log 2 around the log of the mean gap, -0.270.
    many = found.orders > 40
    mean_gap = (found.first_age - found.last_age)[many] / (found.orders - 1)[many]
    log_gap = found.sum_log_gap[many] / (found.orders - 1)[many]
    assert np.mean(log_gap - np.log(mean_gap)) == pytest.approx(-0.2704, abs=0.03)


def test_popular_items_are_bought_more():
    pairs = measure_pairs(frame=simulate_lines(accounts=100, items=40), kind="kind")
    bought = pairs.matrix(pairs.orders).sum(axis=0)
    assert bought[:10].sum() > 2 * bought[-10:].sum()
