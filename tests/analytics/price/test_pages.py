import numpy as np
import pytest

from tests.analytics.pages import MEASURES, column, table
from vitalfew.analytics.price import measure_realisation
from vitalfew.analytics.price.counts import fitted
from vitalfew.analytics.price.effects import effect


@pytest.mark.parametrize("page", ["price_realisation", "price_response"])
def test_each_page_has_the_parts_a_reader_needs(page):
    headings = [line[3:] for line in (MEASURES / f"{page}.md").read_text().splitlines() if line.startswith("## ")]
    assert headings[:3] == ["Formula", "Assumptions", "Worked table"]
    assert headings[-2:] == ["Not to be used for", "Sources"]


def test_worked_realisation_comes_out_as_printed():
    rows = table("price_realisation", "Worked table")
    *items, whole = rows
    prices = np.array([column(items, f"{name} paid") for name in "ABC"])
    frame = {
        "account": np.repeat(list("ABC"), len(items)),
        "item": [row["item"] for row in items] * 3,
        "day": np.full(3 * len(items), np.datetime64("2024-05-02")),
        "quantity": np.ones(3 * len(items)),
        "price": prices.ravel(),
    }
    found = measure_realisation(frame=frame, price="price")
    assert float(whole["gap"]) == pytest.approx(found.index[0], abs=5e-5)
    assert float(whole["spend"]) == pytest.approx(found.spend[0])
    others = np.exp(np.log(prices[1:]).mean(axis=0))
    assert column(items, "median of others") == pytest.approx(others.tolist(), abs=0.006)
    assert column(items, "gap") == pytest.approx(np.log(prices[0] / others).tolist(), abs=5e-5)


def test_worked_response_comes_out_as_printed():
    rows, move = table("price_response", "Worked table"), np.log(1.1)
    for row in rows:
        count = np.array([float(row[name]) for name in ("P before", "P after", "Q before", "Q after")])
        effects = [effect(np.array([0, 0, 1, 1])), effect(np.array([0, 1, 0, 1]))]
        fit = fitted(count=count, exposure=None, price=np.array([0.0, move, 0.0, 0.0]), effects=effects)
        noise = fit.information.sum() ** -0.5
        pull = 0.64 / (0.64 + noise**2)
        printed = [float(row[name]) for name in ("own", "noise", "pull", "believed")]
        assert printed[:2] == pytest.approx([fit.slope, noise], abs=0.006)
        assert printed[2:] == pytest.approx([pull, -1.2 + pull * (fit.slope + 1.2)], abs=0.006)
