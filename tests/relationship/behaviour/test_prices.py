from datetime import date

import numpy as np
import pytest

from tests.ledger.engines.reckoned import EDGES
from tests.ledger.ledgers import HEADER
from tests.sales import brought
from vitalfew.analytics.price import cells
from vitalfew.ledger import batches
from vitalfew.ledger.measuring import session
from vitalfew.ledger.models import Customer, Product
from vitalfew.relationship.behaviour.prices import breadth, prices

pytestmark = pytest.mark.django_db

LAST = date(2025, 12, 28)
LISTED = (*HEADER, "List Price")


@pytest.fixture
def bring(home, tmp_path):
    """bring(rows) imports sales; then ask(prices or breadth) asks the ledger as of its last day."""

    def brings(rows, header=HEADER):
        brought(tmp_path, rows, header=header)

    return brings


def ask(question, **more):
    last = batches.last_day() or LAST
    with session(batches.scope(as_of=last)) as opened:
        return question(opened, as_of=last, **more)


def keys(found):
    known = dict(Customer.objects.values_list("pk", "key"))
    return [known[account] for account in found.account.tolist()]


def monthly(discounts, *, items=5, months=24, last=28):
    """Every customer buys two of every item each month, at the item's price less the customer's discount."""
    return [
        (
            f"{month}-{name}", f"{2024 + month // 12}-{month % 12 + 1:02}-{last if month == months - 1 else 7}", name, f"I{item}00{item}", 2,
            round((10 + 10 * item) * (1 - off), 2),
        )
        for month in range(months)
        for name, off in discounts.items()
        for item in range(items)
    ]  # fmt: skip


def test_an_account_that_pays_less_than_the_others_is_told_by_how_much(bring):
    bring(monthly({"A": 0.0, "B": 0.0, "C": 0.1, "D": 0.0}))
    found = ask(prices, first=())
    told = dict(zip(keys(found), found.index.tolist(), strict=True))
    assert told == pytest.approx({"A": 0, "B": 0, "C": np.log(0.9), "D": 0}, abs=1e-9)
    assert found.lines.tolist() == [120] * 4 and found.items.tolist() == [5] * 4 and found.told.all()
    assert sum(found.spend) == 24 * 5 * 2 * 3.9 * 3000
    assert (found.since, found.as_of, found.asked, found.accounts_known) == (date(2022, 12, 1), LAST, 4, 4)


def test_prices_that_never_move_say_nothing_of_a_response_and_why(bring):
    bring(monthly({"A": 0.0, "B": 0.0, "C": 0.1}))
    found = ask(prices, first=())
    assert not found.own.any() and np.isinf(found.own_variance).all()
    assert found.why(0) == found.verdict != ""
    assert found.response.tolist() == [-1.0] * 3 and not found.listed


def test_postage_and_credits_are_no_prices(bring):
    rows = monthly({"A": 0.0, "B": 0.0})
    rows += [(f"{month}-P", f"2024-{month:02}-09", "A", "POST", 1, 8.0 + month) for month in range(1, 12)]
    rows += [(f"{month}-P", f"2024-{month:02}-10", "B", "POST", 1, 4.0 + month) for month in range(1, 12)]
    rows += [("C-1", "2024-03-01", "A", "I1001", -2, 5.0)]
    bring(rows)
    found = ask(prices, first=())
    assert found.items.tolist() == [5, 5] and found.index.tolist() == pytest.approx([0, 0], abs=1e-9)


def test_the_list_is_the_markets_price_where_half_of_the_lines_have_one(bring):
    rows = [(*row, row[-1]) for row in monthly({"A": 0.0, "B": 0.0, "C": 0.1})]
    bring([(*row[:-1], row[-1] if place % 5 < 3 else "") for place, row in enumerate(rows)], LISTED)
    assert ask(prices, first=()).listed
    assert Product.objects.filter(category="").count() == 5


def test_a_list_that_few_lines_have_is_left_aside(bring):
    rows = [(*row, row[-1] if place % 5 < 2 else "") for place, row in enumerate(monthly({"A": 0.0, "B": 0.0}))]
    bring(rows, LISTED)
    assert not ask(prices, first=()).listed


@pytest.mark.parametrize("discounts", [{}, {"A": 0.0}])
def test_where_nothing_can_be_compared_nothing_is_told(bring, discounts):
    if discounts:
        bring(monthly(discounts))
    assert ask(prices, first=()) is None


def test_what_was_bought_before_three_years_is_not_read(bring):
    old = [(f"o{row[0]}", row[1].replace("2024", "2014").replace("2025", "2015"), "OLD", *row[3:]) for row in monthly({"A": 0})]  # fmt: skip
    bring([*monthly({"A": 0.0, "B": 0.0}), *old])
    found = ask(prices, first=())
    assert keys(found) == ["A", "B"] and found.accounts_known == 2


def test_the_measure_sorts_by_the_sizes_that_the_arithmetic_knows():
    assert tuple(cells.EDGES.tolist()) == EDGES


def test_the_breadth_asked_for_before_spares_asking_again(bring):
    bring(monthly({"A": 0.0, "B": 0.0, "C": 0.1}))
    again, once = ask(prices, first=(), bought=ask(breadth)), ask(prices, first=())
    assert again.index.tolist() == once.index.tolist() and again.account.tolist() == once.account.tolist()


def test_breadth_counts_goods_of_twelve_months_and_those_known_before(bring):
    bring(
        [
            ("1", "2024-05-01", "A", "P1", 1, 10), ("2", "2025-03-01", "A", "P1", 2, 10), ("3", "2025-03-02", "A", "P2", 1, 7),
            ("3", "2025-03-02", "A", "POST", 1, 5), ("4", "2025-04-01", "A", "P2", -1, 7), ("5", "2024-05-01", "B", "P1", 1, 10),
            ("6", "2025-12-28", "C", "P3", 1, 1), ("7", "2024-04-01", "C", "P3", -1, 1),
        ]
    )  # fmt: skip
    found = ask(breadth)
    row = dict(zip(keys(found), range(3), strict=True))
    columns = ("items", "items_known", "lines", "sale", "returned", "all_items", "all_lines")
    told = {name: [int(getattr(found, column)[place]) for column in columns] for name, place in row.items()}
    assert told == {"A": [2, 1, 2, 2700, -700, 2, 3], "B": [0, 0, 0, 0, 0, 1, 1], "C": [1, 0, 1, 100, 0, 1, 1]}
    assert (found.first_day[row["C"]], found.last_day[row["C"]]) == (np.datetime64("2024-04-01"), np.datetime64(LAST))
