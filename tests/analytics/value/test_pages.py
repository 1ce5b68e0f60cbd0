import numpy as np
import pytest
from scipy.special import ndtri, stdtrit

from tests.analytics.pages import MEASURES, column, table
from tests.analytics.value.test_customer_value import Fixed, Steady
from vitalfew.analytics.repeat import Orders
from vitalfew.analytics.value import GammaGamma, OrderValue, OrderValueModel, Spreads, estimate_value


@pytest.mark.parametrize("page", ["account_features", "order_value", "customer_value"])
def test_each_page_has_the_parts_a_reader_needs(page):
    headings = [line[3:] for line in (MEASURES / f"{page}.md").read_text().splitlines() if line.startswith("## ")]
    assert headings[:3] == ["Formula", "Assumptions", "Worked table"]
    assert headings[-2:] == ["Not to be used for", "Sources"]


def test_worked_order_values_come_out_as_printed():
    rows = table("order_value", "Worked table")
    orders, squares = np.array(column(rows, "orders")), np.array(column(rows, "sum of squares"))
    model = OrderValueModel(5.0, 0.3, 0.3, Spreads(0.2, 5.0), 0.0)
    spread, freedom = model.spreads.shrunk(orders - 1, squares)
    widened = (stdtrit(freedom, 0.9) / ndtri(0.9)) ** 2
    noise = spread * widened / orders
    mean, rate, kept = (np.array(column(rows, name)) for name in ("mean of logs", "log rate", "kept"))
    centre, variance = model.level(mean_log=mean, noise=noise, log_rate=rate)
    known = OrderValue(centre, variance, 0.2, kept, spread, freedom, np.zeros(4, dtype=bool), model)
    assert column(rows, "spread") == pytest.approx(spread.tolist(), abs=6e-4)
    assert column(rows, "widened") == pytest.approx(widened.tolist(), abs=6e-4)
    assert column(rows, "noise") == pytest.approx(noise.tolist(), abs=6e-5)
    assert column(rows, "level") == pytest.approx(centre.tolist(), abs=6e-4)
    assert column(rows, "V") == pytest.approx(variance.tolist(), abs=6e-5)
    assert column(rows, "worth") == pytest.approx(known.mean.tolist(), abs=0.06)


def test_worked_gamma_gamma_values_come_out_as_printed():
    rows = table("order_value", "Gamma-Gamma")
    model = GammaGamma(6.25, 3.74, 15.44)
    worth = model.expected_mean(np.array(column(rows, "orders")), np.array(column(rows, "mean")))
    assert column(rows, "worth") == pytest.approx(worth.tolist(), abs=6e-3)


def test_worked_value_of_a_year_comes_out_as_printed():
    rows = table("customer_value", "Worked table")
    discount = 1.1 ** -(np.array(column(rows, "week")) * 7 / 365.25)
    assert column(rows, "discount") == pytest.approx(discount.tolist(), abs=6e-5)
    assert column(rows, "value") == pytest.approx((260 * discount).tolist(), abs=0.06)
    ones = np.ones(1)
    orders = Orders(10 * ones, 20 * ones, 21 * ones, ones)
    found = estimate_value(model=Steady(0.2), orders=orders, worth=Fixed(1), yearly_discount=0.1)
    assert found.value[0] == pytest.approx(sum(column(rows, "value")), rel=2e-4)
    assert found.value[0] == pytest.approx(992, abs=0.5)
