from dataclasses import dataclass

import numpy as np
import pytest

from tests.analytics.value.invented import KEPT, ORDERS, firm
from vitalfew.analytics.refusals import BelowZero, NotAlike, OutOfOrder, TooFew
from vitalfew.analytics.repeat import Orders, fit_orders
from vitalfew.analytics.value import GammaGamma, customer_value, discounted_orders, estimate_value, fit_order_value

FIRM = firm(customers=1_500, seed=11)
WORTH = fit_order_value(**FIRM.known())


def valued(**settings):
    return estimate_value(**{"model": ORDERS, "orders": FIRM.orders, "worth": WORTH, "common": 0.0} | settings)


@dataclass(frozen=True)
class Steady:
    """Everybody orders exactly `pace` times a week, for ever."""

    pace: float

    def expected_orders(self, orders, weeks):
        return np.full(orders.age.size, self.pace * weeks)

    def draw(self, orders, weeks, draws, rng):
        return np.full((orders.age.size, draws), round(self.pace * weeks))


@dataclass(frozen=True)
class Fixed:
    """Every order is worth one hundred."""

    customers: int

    @property
    def mean(self):
        return np.full(self.customers, 100.0)

    def draw(self, count, rng, rows=slice(None)):
        return 100.0 * count


def test_bands_hold_what_customers_bring_as_often_as_said():
    large = firm(customers=8_000, seed=5)
    worth = fit_order_value(**large.known())
    found = valued(orders=large.orders, worth=worth, yearly_discount=0.0, draws=100)
    inside = (large.future >= found.low) & (large.future <= found.high)
    sure = found.chance > 0.9
    assert inside[sure].mean() == pytest.approx(0.79, abs=0.03)
    assert (large.future < found.low)[sure].mean() == pytest.approx(0.1, abs=0.025)
    # Whoever may well buy nothing has a band that begins at nothing and can miss on one side only.
    assert inside[(found.chance < 0.85) & (found.chance > 0.15)].mean() == pytest.approx(0.89, abs=0.03)


def test_value_is_right_on_average_and_ranks_the_customers():
    found = valued(yearly_discount=0.0)
    assert found.value.sum() == pytest.approx(FIRM.future.sum(), rel=0.08)
    top = np.argsort(-found.value)[: FIRM.future.size // 5]
    best = np.sort(FIRM.future)[::-1][: top.size].sum()
    assert FIRM.future[top].sum() > 0.8 * best


def test_fitted_models_hold_as_well_as_the_true_one():
    model = fit_orders(orders=FIRM.orders).model
    found = valued(model=model, yearly_discount=0.0)
    inside = (FIRM.future >= found.low) & (FIRM.future <= found.high)
    assert inside.mean() == pytest.approx(0.85, abs=0.04)


def test_band_of_the_total_holds_it_as_often_as_said():
    hits = []
    for seed in range(30):
        small = firm(customers=60, seed=100 + seed, weeks=26)
        worth = fit_order_value(**small.known())
        known = {"model": ORDERS, "orders": small.orders, "worth": worth, "weeks": 26}
        found = estimate_value(**known, yearly_discount=0.0, common=0.0, draws=100)
        hits.append(found.total.low <= small.future.sum() <= found.total.high)
    assert np.mean(hits) == pytest.approx(0.8, abs=0.15)


@pytest.mark.parametrize(("weeks", "yearly"), [(4, 0.1), (52, 0.25)])
def test_discount_follows_the_time_of_the_orders(weeks, yearly):
    """Against sums over 200 small steps of time."""
    known = {name: column[:40] for name, column in FIRM.known().items()}
    some, worth = FIRM.orders.at(slice(0, 40)), fit_order_value(**known)
    found = valued(orders=some, worth=worth, weeks=weeks, yearly_discount=yearly)
    edges = np.linspace(0, weeks, 201)
    by_edge = np.array([ORDERS.expected_orders(some, float(edge)) for edge in edges])
    middle = (edges[1:] + edges[:-1]) / 2 * 7 / 365.25
    whole = (np.diff(by_edge, axis=0) * (1 + yearly) ** -middle[:, np.newaxis]).sum(axis=0)
    assert found.discount == pytest.approx(whole / by_edge[-1], rel=2e-5)
    assert found.value == pytest.approx(found.orders * found.discount * found.order_value, rel=1e-12)


def test_steady_orders_have_the_value_of_an_annuity():
    ones = np.ones(3)
    orders = Orders(10 * ones, 20 * ones, 21 * ones, ones)
    found = estimate_value(model=Steady(0.5), orders=orders, worth=Fixed(3), weeks=104, common=0.0)
    rate = np.log(1.1) * 7 / 365.25
    assert found.value == pytest.approx(50 * (1 - np.exp(-rate * 104)) / rate * ones, rel=1e-9)
    assert found.low == pytest.approx(found.value) and found.high == pytest.approx(found.value)
    assert (found.total.low, found.total.high) == pytest.approx((found.value.sum(), found.value.sum()))


def test_without_discount_and_credits_nothing_is_taken_off():
    found = valued(yearly_discount=0.0)
    assert (found.discount == 1).all()
    full = fit_order_value(**FIRM.known() | {"net": FIRM.sums.sale})
    assert found.value == pytest.approx(KEPT * valued(worth=full, yearly_discount=0.0).value, rel=1e-9)


def test_values_without_bands_are_the_same_values():
    orders = discounted_orders(model=ORDERS, orders=FIRM.orders, weeks=52, yearly_discount=0.1)
    assert orders * WORTH.mean == pytest.approx(valued().value, rel=1e-12)
    with pytest.raises(BelowZero, match="weeks"):
        discounted_orders(model=ORDERS, orders=FIRM.orders, weeks=0)


def test_what_moves_all_customers_together_widens_the_total_most():
    alone, together = valued(), valued(common=0.3)
    assert together.value == pytest.approx(alone.value)
    width = [np.log(found.total.high / found.total.low) for found in (alone, together)]
    assert width[1] > 3 * width[0]
    assert width[1] == pytest.approx(2 * 1.2816 * 0.3, rel=0.15)


def test_the_same_seed_gives_the_same_bands_and_another_seed_nearly_them():
    one, again, other = valued(seed=1), valued(seed=1), valued(seed=2)
    assert (one.high == again.high).all()
    assert one.high.sum() == pytest.approx(other.high.sum(), rel=0.02)
    assert (one.high != other.high).any()


def test_value_does_not_depend_on_the_order_of_customers():
    mixed = np.random.default_rng(1).permutation(FIRM.log_rate.size)
    worth = fit_order_value(**{name: column[mixed] for name, column in FIRM.known().items()})
    assert valued(orders=FIRM.orders.at(mixed), worth=worth).value == pytest.approx(valued().value[mixed], rel=1e-9)


def test_values_of_the_gamma_gamma_model_are_taken_too():
    count = FIRM.orders.repeats + 1
    worth = GammaGamma(3.0, 3.0, 20_000.0).worth(count, FIRM.sums.sale / count, kept=KEPT)
    found = valued(worth=worth)
    assert found.order_value == pytest.approx(worth.mean)
    assert (found.low <= found.high).all() and found.total.value == pytest.approx(found.value.sum())


@pytest.mark.parametrize(
    ("settings", "refused"),
    [
        ({"weeks": 0.0}, BelowZero),
        ({"yearly_discount": -0.1}, BelowZero),
        ({"common": -0.1}, BelowZero),
        ({"level": 1.0}, OutOfOrder),
        ({"level": 0.0}, BelowZero),
        ({"draws": 10}, TooFew),
        ({"worth": Fixed(3)}, NotAlike),
    ],
)
def test_settings_that_make_no_sense_are_refused(settings, refused):
    with pytest.raises(refused):
        valued(**settings)


def test_customers_in_chunks_of_any_size_have_the_same_discounted_orders(monkeypatch):
    whole = discounted_orders(model=ORDERS, orders=FIRM.orders)
    monkeypatch.setattr(customer_value, "CHUNK", 7)
    assert discounted_orders(model=ORDERS, orders=FIRM.orders) == pytest.approx(whole, rel=1e-12)
