import numpy as np
import pyarrow as pa
import pytest

from vitalfew.analytics.price import measure_panel
from vitalfew.analytics.refusals import TooFew


def ledger(rows, **more):
    account, item, month, quantity, price = (list(column) for column in zip(*rows, strict=True))
    day = np.array([f"2024-{number:02d}-15" for number in month], dtype="datetime64[D]")
    return {"account": account, "item": item, "day": day, "quantity": quantity, "price": price} | more


def told(panel, name):
    """{(account, item): values by month} of a column."""
    found = {}
    rows = zip(panel.account.tolist(), panel.item.tolist(), getattr(panel, name).tolist(), strict=True)
    for account, item, value in rows:
        found.setdefault((panel.accounts[account].as_py(), panel.items[item].as_py()), []).append(value)
    return found


# A buys p all half-year and q until it is delisted in April; B comes in March; C keeps both on sale.
ROWS = [
    ("A", "p", 1, 4, 1.0), ("A", "p", 3, 2, 1.1), ("A", "p", 6, 1, 1.2), ("A", "q", 2, 3, 5.0),
    ("B", "p", 3, 5, 1.1), ("B", "p", 5, 6, 1.2), ("B", "q", 4, 1, 5.5),
    ("C", "p", 1, 1, 1.0), ("C", "p", 3, 1, 1.1), ("C", "p", 6, 1, 1.2), ("C", "q", 1, 1, 5.0), ("C", "q", 4, 1, 5.5),
]  # fmt: skip


def test_months_without_a_purchase_are_zeros_while_customer_and_item_last():
    panel = measure_panel(frame=ledger(ROWS), price="price")
    assert told(panel, "quantity") == {
        ("A", "p"): [4, 0, 2, 0, 0, 1],
        ("A", "q"): [0, 3, 0, 0],
        ("B", "p"): [5, 0, 6],
        ("B", "q"): [0, 1],
        ("C", "p"): [1, 0, 1, 0, 0, 1],
        ("C", "q"): [1, 0, 0, 1],
    }
    assert told(panel, "month")[("B", "p")] == [2, 3, 4]
    assert panel.first_month == (2024 - 1970) * 12


def test_the_price_is_what_others_paid_carried_on_until_somebody_buys_again():
    panel = measure_panel(frame=ledger(ROWS), price="price")
    found = {pair: np.exp(values).round(4).tolist() for pair, values in told(panel, "price").items()}
    assert found[("A", "p")] == [1.0, 1.0, 1.1, 1.1, 1.2, 1.2]
    # In March B and C bought at 1.1; in May only B itself did, which is no price of others, so March's stands.
    assert found[("B", "p")] == [1.1, 1.1, 1.1]
    # In February nobody but A bought q: for A January's price of others stands.
    assert found[("A", "q")][:3] == [5.0, 5.0, 5.0]


def test_a_list_price_comes_before_what_others_paid():
    listed = [1.0, 1.0, 1.5, 5.0, 1.0, 1.2, 5.0, 1.0, 1.0, 1.5, 5.0, 5.0]
    panel = measure_panel(frame=ledger(ROWS, listed=listed), price="price", list_price="listed")
    found = {pair: np.exp(values).round(4).tolist() for pair, values in told(panel, "price").items()}
    assert found[("A", "p")] == [1.0, 1.0, 1.0, 1.0, 1.2, 1.5]
    assert found[("B", "p")] == [1.0, 1.0, 1.2]


def test_one_account_needs_a_list_price():
    alone = [row for row in ROWS if row[0] == "A"]
    with pytest.raises(TooFew, match="give a list price"):
        measure_panel(frame=ledger(alone), price="price")
    panel = measure_panel(frame=ledger(alone, listed=[1.0, 1.1, 1.2, 5.0]), price="price", list_price="listed")
    assert panel.quantity.tolist() == [4, 0, 2, 0, 0, 1, 3]


def test_an_item_nobody_else_ever_bought_is_left_out_and_counted():
    panel = measure_panel(frame=ledger([*ROWS, ("A", "rare", 2, 1, 9.0), ("A", "rare", 4, 1, 9.0)]), price="price")
    assert ("A", "rare") not in told(panel, "quantity")
    assert panel.left_out["months of a price nobody else paid"] == 3


def test_a_clearance_price_is_left_out_and_counted():
    rows = [(account, "p", month, 1, 0.3 if month == 6 else 1.0) for account in "ABC" for month in range(1, 7)]
    panel = measure_panel(frame=ledger(rows), price="price")
    assert panel.left_out["months of a price far from usual"] == 3
    assert panel.month.max() == 4


def test_orders_are_days_and_not_lines():
    frame = ledger(ROWS)
    twice = {name: np.concatenate((np.array(values), np.array(values)[:1])) for name, values in frame.items()}
    panel = measure_panel(frame=twice, price="price")
    assert told(panel, "orders")[("A", "p")][0] == 1 and told(panel, "quantity")[("A", "p")][0] == 8


def test_groups_and_names_come_along():
    kinds = ["soft" if row[1] == "p" else None for row in ROWS]
    panel = measure_panel(frame=ledger(ROWS, kind=pa.array(kinds)), price="price", group="kind")
    assert panel.group[0] != panel.group[1]
    assert (panel.accounts.to_pylist(), panel.items.to_pylist()) == (["A", "B", "C"], ["p", "q"])


def test_what_an_account_pays_itself_does_not_move_the_price_it_sees():
    haggled = [("A", "p", 3, 2, 0.9) if row[:3] == ("A", "p", 3) else row for row in ROWS]
    both = [told(measure_panel(frame=ledger(rows), price="price"), "price") for rows in (ROWS, haggled)]
    assert both[0][("A", "p")] == pytest.approx(both[1][("A", "p")])
    assert both[0][("C", "p")] != pytest.approx(both[1][("C", "p")])
