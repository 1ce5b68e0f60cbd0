import numpy as np
import pytest

from tests.analytics.pages import MEASURES, column, table
from vitalfew.analytics.concentration import measure_concentration

PAGES = ("chance_buys", "chance_top", "concentration_curve", "gini", "rank", "share_for_80", "top_20_share")


def test_every_measure_of_this_room_has_its_page():
    assert all((MEASURES / f"{page}.md").is_file() for page in PAGES)


@pytest.mark.parametrize("page", PAGES)
def test_each_page_has_the_parts_a_reader_needs(page):
    headings = [line[3:] for line in (MEASURES / f"{page}.md").read_text().splitlines() if line.startswith("## ")]
    assert headings[:3] == ["Formula", "Assumptions", "Worked table"]
    assert headings[-2:] == ["Not to be used for", "Sources"]


@pytest.mark.parametrize("page", ["gini", "share_for_80", "top_20_share"])
def test_worked_concentration_comes_out_as_printed(page):
    rows = table(page, "Worked table")
    values = np.array(column(rows[:-1], "net"), dtype=np.int64)
    found = getattr(measure_concentration(values=values), page).value
    assert float(rows[-1]["result"]) == pytest.approx(found, abs=5e-5)


def test_worked_curve_comes_out_as_printed():
    rows = table("concentration_curve", "Worked table")
    curve = measure_concentration(values=np.array([500, 250, 120, 60, 40, 20, 6, 4], dtype=np.int64)).curve
    shares = np.interp(column(rows, "share of customers"), curve.customers, curve.revenue)
    assert column(rows, "share of revenue") == pytest.approx(shares.tolist(), abs=6e-4)


def test_worked_ranks_come_out_as_printed():
    rows = table("rank", "Worked table")
    recent, expected = np.array(column(rows, "recent")), np.array(column(rows, "expected"))
    share = recent / recent.sum() / 2 + expected / expected.sum() / 2
    assert column(rows, "share") == pytest.approx(share.tolist(), abs=5e-4)
    assert column(rows, "rank") == (np.argsort(np.argsort(-share)) + 1).tolist()
