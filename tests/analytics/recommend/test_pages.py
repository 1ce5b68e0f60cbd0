import numpy as np
import pyarrow as pa
import pytest
from scipy.special import expit

from tests.analytics.pages import MEASURES, column, table
from vitalfew.analytics.recommend import Purchases, Whitespace, fit_ease

PAGES = ("due_ranking", "new_items", "whitespace")


@pytest.mark.parametrize("page", PAGES)
def test_each_page_has_the_parts_a_reader_needs(page):
    headings = [line[3:] for line in (MEASURES / f"{page}.md").read_text().splitlines() if line.startswith("## ")]
    assert headings[:3] == ["Formula", "Assumptions", "Worked table"]
    assert headings[-2:] == ["Not to be used for", "Sources"]


def test_worked_due_ranking_comes_out_as_printed():
    rows = table("due_ranking", "Worked table")
    days = [[int(age) for age in row["bought days ago"].split()] for row in rows]
    pairs = [(place, 0, 570 - age) for place, ages in enumerate(days) for age in sorted(ages, reverse=True)]
    known = Purchases(*np.array(pairs).T, pa.array([row["item"] for row in rows]), pa.array(["item"]), 0, 570)
    decayed, times = known.decayed(90), known.counts().data
    assert column(rows, "decayed count") == pytest.approx(decayed.tolist(), abs=5e-3)
    assert column(rows, "days") == times.tolist()
    log_odds = 1.113 + 0.474 * np.log(decayed + 0.05) + 0.664 * np.log(times / known.history) + 0.2
    log_odds += column(rows, "demand")
    assert column(rows, "log-odds") == pytest.approx(log_odds.tolist(), abs=5e-3)
    assert column(rows, "chance") == pytest.approx(expit(log_odds).tolist(), abs=5e-3)
    assert column(rows, "chance") == sorted(column(rows, "chance"), reverse=True)


def test_worked_new_items_come_out_as_printed():
    rows = table("new_items", "Worked table")
    items = ("coffee", "filters", "cups", "tea")
    bought = np.array([column(rows, item) for item in items], dtype=int).T
    account, item = np.nonzero(bought)
    names = pa.array([row["account"] for row in rows]), pa.array(items)
    known = Purchases(account, item, np.zeros(account.size, dtype=np.int64), *names, 0, 0)
    ease = fit_ease(purchases=known, half_life=None, regularisation=1.0)
    assert ease.columns(np.array([2]))[:, 0] == pytest.approx([0.353, 0.353, 0, -0.176], abs=5e-4)
    scores = ease.scores(known.counts())[:, 2]
    printed = {row["account"]: float(row["score for cups"]) for row in rows if row["score for cups"]}
    assert set(printed) == {row["account"] for row, has in zip(rows, bought[:, 2], strict=True) if not has}
    found = {
        row["account"]: score for row, score in zip(rows, scores.tolist(), strict=True) if row["account"] in printed
    }
    assert found == pytest.approx(printed, abs=6e-4)


def test_worked_whitespace_comes_out_as_printed():
    rows = table("whitespace", "Worked table")
    peers = np.array([column(rows, "nearest that buy")], dtype=np.int64)
    buys = np.array([[row["account buys"] == "yes" for row in rows]])
    assert column(rows, "share") == pytest.approx((peers[0] / 50).tolist())
    assert [row["gap"] == "yes" for row in rows] == ((peers[0] / 50 >= 0.6) & ~buys[0]).tolist()
    every = np.ones_like(buys)
    names = pa.array([row["category"] for row in rows])
    found = Whitespace(np.array([0]), names, peers, np.array([50]), peers / 50, buys, every, np.array([True])).gaps()
    order = np.argsort(found.category)
    assert column(rows, "low") == pytest.approx(found.low[order].tolist(), abs=5e-3)
    assert column(rows, "high") == pytest.approx(found.high[order].tolist(), abs=5e-3)
