from __future__ import annotations

import numpy as np

from tests.demo.conftest import UNTIL
from vitalfew.demo.firm import make_firm


def test_every_prospect_has_a_worth(firm):
    worth = firm.truth.tables["prospects"]
    assert worth["prospect"].to_pylist() == firm.prospects["id"].to_pylist()
    assert len(worth) == 30
    assert (worth["expected_yearly_revenue"].to_numpy() > 0).all()


def test_prospects_are_no_customers_yet(firm):
    assert set(firm.prospects["name"].to_pylist()) & set(firm.customers["name"].to_pylist()) == set()
    assert len(set(firm.prospects["name"].to_pylist())) == len(firm.prospects)


def test_worth_is_like_customers_revenue():
    firm = make_firm(customers=2000, until=UNTIL)
    worth = firm.truth.tables["prospects"]["expected_yearly_revenue"].to_numpy()
    lines = firm.lines.slice(firm.lines.num_rows * 2 // 3)
    net = lines.group_by("Customer").aggregate([("Net Amount", "sum")])["Net Amount_sum"].to_pylist()
    yearly = np.array([float(value) for value in net])
    assert 0.4 < np.median(worth) / np.median(yearly) < 1.6
    # Firmographics carry part of the worth, so that likeness can find it, but not all.
    size = np.array(firm.prospects["size"].to_pylist())
    small, large = (np.log(worth[np.isin(size, names)]) for names in (["under 10"], ["50 to 249", "250 and more"]))
    assert 0.5 < large.mean() - small.mean() < 3.0
    assert small.std() > 0.5
