from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from scipy.optimize import isotonic_regression

from vitalfew.analytics.price.cells import BINS, EDGES, Cells
from vitalfew.analytics.price.sizes import _fall, size_effects


def ledger(*, log_price, quantity, account, item, month, lines=1):
    names, one = pa.array([str(code) for code in range(1000)]), np.ones(account.size, dtype=np.int64)
    size = np.searchsorted(EDGES, quantity, side="right")
    spend, scatter = quantity * np.exp(log_price), np.zeros(account.size)
    return Cells(account, item, month, size, one * lines, one, quantity, spend, log_price, scatter, names, names)


def drawn(*, seed, lines=6000, noise=0.0, large_buyers_pay_less=0.0):
    rng = np.random.default_rng(seed)
    account, item, month = rng.integers(0, 60, lines), rng.integers(0, 10, lines), rng.integers(0, 6, lines)
    discount = rng.normal(-0.05, 0.04, 60)
    quantity = np.ceil(rng.lognormal(1.5 - large_buyers_pay_less * discount[account], 1.0))
    saved = np.where(quantity >= 24, -0.1, np.where(quantity >= 10, -0.05, 0.0))
    log_price = 2.0 + 0.1 * item + 0.02 * month + discount[account] + saved + rng.normal(0, noise, lines)
    return ledger(log_price=log_price, quantity=quantity, account=account, item=item, month=month), saved, item


def centred(value, item):
    return value - (np.bincount(item, value) / np.bincount(item))[item]


def test_quantity_breaks_are_found_beside_discounts_of_large_buyers():
    lines, saved, item = drawn(seed=1, large_buyers_pay_less=12.0)
    assert size_effects(lines) == pytest.approx(centred(saved, item), abs=0.003)


def test_noise_is_no_quantity_break():
    lines, _, _ = drawn(seed=2, lines=800, noise=0.02)
    lines = ledger(
        log_price=lines.log_price,
        quantity=np.ceil(np.random.default_rng(0).lognormal(1.5, 1.0, 800)),
        account=lines.account,
        item=lines.item,
        month=lines.month,
    )
    assert np.abs(size_effects(lines)).mean() < 0.01


def test_a_cell_of_three_lines_teaches_as_three_cells_of_one():
    once, _, _ = drawn(seed=4, lines=900, noise=0.02)
    rows = {name: getattr(once, name) for name in ("log_price", "quantity", "account", "item", "month")}
    thrice = ledger(**{name: np.repeat(value, 3) for name, value in rows.items()})
    assert size_effects(ledger(**rows, lines=3)) == pytest.approx(size_effects(thrice)[::3], abs=1e-12)


def test_lines_that_scatter_within_a_cell_are_as_noisy_as_cells_apart():
    one, _, _ = drawn(seed=5, lines=300)
    rows = {name: getattr(one, name) for name in ("log_price", "quantity", "account", "item", "month")}
    off = np.random.default_rng(6).normal(0, 0.1, 300)
    apart = [ledger(**rows | {"log_price": rows["log_price"] + side * off}) for side in (1, -1)]
    both = {name: np.concatenate([getattr(side, name) for side in apart]) for name in rows}
    together = replace(ledger(**rows, lines=2), scatter=2 * off**2)
    found = size_effects(together)
    assert found == pytest.approx(size_effects(ledger(**both))[:300], abs=0.002)
    assert np.abs(found).sum() < 0.9 * np.abs(size_effects(ledger(**rows, lines=2))).sum()


def test_the_falling_fit_is_isotonic_regression():
    rng = np.random.default_rng(3)
    weight, mean = rng.integers(1, 9, (20, BINS)).astype(float), rng.normal(size=(20, BINS))
    exact = [isotonic_regression(m, weights=w, increasing=False).x for m, w in zip(mean, weight, strict=True)]
    assert _fall(weight * mean, weight) == pytest.approx(np.array(exact))


def test_bins_begin_at_the_customary_breaks():
    assert np.searchsorted(EDGES, [1, 9, 10, 11, 12, 23, 24], side="right").tolist() == [0, 6, 7, 7, 8, 11, 12]
