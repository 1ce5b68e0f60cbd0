import numpy as np
import pyarrow as pa
import pytest
from scipy.optimize import isotonic_regression

from vitalfew.analytics.price.lines import Lines
from vitalfew.analytics.price.sizes import BINS, EDGES, _fall, size_effects


def ledger(*, log_price, quantity, account, item, month):
    none = np.zeros(account.size, dtype=np.int64)
    names = pa.array([str(code) for code in range(1000)])
    return Lines(account, item, none, month, quantity, np.exp(log_price), None, None, names, names, {})


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
        log_price=np.log(lines.price),
        quantity=np.ceil(np.random.default_rng(0).lognormal(1.5, 1.0, 800)),
        account=lines.account,
        item=lines.item,
        month=lines.month,
    )
    assert np.abs(size_effects(lines)).mean() < 0.01


def test_the_falling_fit_is_isotonic_regression():
    rng = np.random.default_rng(3)
    weight, mean = rng.integers(1, 9, (20, BINS)).astype(float), rng.normal(size=(20, BINS))
    exact = [isotonic_regression(m, weights=w, increasing=False).x for m, w in zip(mean, weight, strict=True)]
    assert _fall(weight * mean, weight) == pytest.approx(np.array(exact))


def test_bins_begin_at_the_customary_breaks():
    assert np.searchsorted(EDGES, [1, 9, 10, 11, 12, 23, 24], side="right").tolist() == [0, 6, 7, 7, 8, 11, 12]
