import numpy as np
import pytest
from scipy.special import ndtr

from tests.analytics.pages import column, table
from vitalfew.analytics.repeat import Orders, Regular


def test_worked_chance_of_top_comes_out_as_printed():
    rows = table("chance_top", "Worked table")
    buys, centre, bar, width = (np.array(column(rows, name)) for name in ("buys", "centre", "bar", "width"))
    assert column(rows, "chance") == pytest.approx(buys * ndtr((centre - bar) / width), abs=5e-4)


@pytest.mark.parametrize(
    "row", table("chance_buys", "Worked table"), ids=lambda row: f"{row['repeats']} at {row['last']}"
)
def test_worked_chance_of_buying_comes_out_as_printed(row):
    model = Regular(int(row["k"]), 0.525, 6.183, 0.891, 1.614)
    orders = Orders(*(np.array([float(row[name])]) for name in ("repeats", "last", "age")), np.zeros(1))
    assert model.chance_active(orders) == pytest.approx(float(row["still active"]), abs=5e-4)
    assert model.chance_if_active(orders, 26) == pytest.approx(float(row["orders in 26 weeks if active"]), abs=5e-4)
    assert model.chance_of_order(orders, 26) == pytest.approx(float(row["chance of buying"]), abs=5e-4)
