from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from vitalfew.analytics import frames
from vitalfew.analytics.price import Belief, Enough, fit_response, measure_panel, simulate_panel, simulate_response
from vitalfew.analytics.price.margins import margins
from vitalfew.analytics.refusals import NotAlike, OutOfOrder

WIDE = {"orders": (-0.6, 0.6), "size": (-0.9, 0.8)}


@cache
def book(seed, **changed):
    return simulate_panel(seed=seed, **{name: changed[name] for name in changed})


@cache
def wide(seed, accounts=500):
    drawn = simulate_panel(seed=seed, accounts=accounts, **WIDE)
    return drawn, fit_response(panel=drawn.panel)


def inside(drawn, found, rows=slice(None)):
    return ((found.low <= drawn.truth) & (drawn.truth <= found.high))[rows]


def test_responses_are_recovered_and_bands_hold_nine_in_ten():
    held, firms = [], []
    for seed in range(4):
        drawn, found = wide(seed)
        assert found.verdict == "" and found.own.mean() > 0.9
        held.append(inside(drawn, found, found.own))
        firms.append((found.firm.centre - drawn.truth.mean()) / ((found.firm.high - found.firm.low) / 3.29))
        assert np.corrcoef(found.centre, drawn.truth)[0, 1] > 0.5
    assert 0.86 <= np.mean(np.concatenate(held)) <= 0.94
    assert np.sqrt(np.mean(np.square(firms))) < 1.8


def test_its_own_number_is_nearer_than_the_firms():
    drawn, found = wide(0)
    own, firm = np.mean((found.centre - drawn.truth) ** 2), np.mean((found.firm.centre - drawn.truth) ** 2)
    assert own < 0.75 * firm


def test_the_two_margins_are_told_apart():
    _, found = wide(1)
    assert found.orders.centre == pytest.approx(-0.6, abs=0.15) and found.size.centre == pytest.approx(-0.9, abs=0.15)
    assert found.firm.centre == pytest.approx(found.orders.centre + found.size.centre)
    assert found.through == pytest.approx(1.0, abs=0.01)


def test_the_chance_of_being_more_sensitive_than_the_middle_comes_true():
    drawn, found = wide(2, accounts=1000)
    more = drawn.truth < np.median(drawn.truth)
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        those = (found.more_sensitive >= low) & (found.more_sensitive < low + 0.2)
        assert more[those].mean() == pytest.approx(low + 0.1, abs=0.15)


def test_a_book_without_differences_gets_one_number():
    held = [fit_response(panel=book(seed, orders=(-0.4, 0.0), size=(-0.8, 0.0)).panel) for seed in range(3)]
    abstained = [found for found in held if found.verdict.startswith("The earlier and the later months do not agree")]
    assert len(abstained) == 3
    for found in abstained:
        assert not found.own.any() and np.ptp(found.centre) == 0 and set(found.more_sensitive) == {0.5}
        assert found.firm.low <= -1.2 <= found.firm.high or found.firm.centre == pytest.approx(-1.2, abs=0.15)


def test_a_book_without_price_moves_says_so_and_tells_what_was_believed():
    found = fit_response(panel=book(1, accounts=60, price_moves=0.0).panel)
    assert found.verdict == "No price moved beside the others, so nobody could answer one."
    assert (found.firm.centre, found.through, found.own.any()) == (pytest.approx(-1.0), None, False)
    assert found.why(0) == found.verdict


def test_a_market_price_that_says_nothing_of_the_price_paid_is_not_used():
    panel = book(2, accounts=60).panel
    deaf = replace(panel, paid=np.random.default_rng(0).normal(0, 0.1, panel.paid.size))
    found = fit_response(panel=deaf)
    assert found.verdict.startswith("What accounts pay does not follow") and found.firm.centre == pytest.approx(-1.0)


def test_a_small_book_gets_the_firms_number_only_held_by_the_belief():
    drawn = book(3, accounts=20)
    found = fit_response(panel=drawn.panel)
    assert found.verdict.startswith("There are too few accounts") and not found.own.any()
    sure = fit_response(panel=drawn.panel, belief=Belief(-1.0, 0.05))
    assert sure.firm.centre == pytest.approx(-1.0, abs=0.06)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        (Enough(products=10**6), "too few products"),
        (Enough(lines=10**6), "too few lines"),
        (Enough(moves=10**6), "Too few prices"),
        (Enough(own=0.999), "too little beside"),
    ],
)
def test_an_account_without_a_number_of_its_own_says_why(asked, reason):
    found = fit_response(panel=wide(0)[0].panel, enough=asked)
    assert not found.own.any() and reason in found.why(3)
    assert np.ptp(found.centre) == 0 and (found.high - found.low == pytest.approx((found.high - found.low)[0]))


def test_evidence_is_counted():
    drawn, found = wide(3)
    panel, mine = drawn.panel, drawn.panel.account == 7
    moved = (np.diff(panel.price, prepend=0) ** 2 >= np.log(1.02) ** 2) & (panel.month > 0)
    assert found.items[7] == np.unique(panel.item[mine]).size
    assert found.lines[7] == panel.orders[mine].sum()
    assert found.moves[7] == pytest.approx((mine & moved).sum(), abs=2)


def test_segments_hold_the_accounts_that_have_no_number_of_their_own():
    one, other = (
        simulate_panel(seed=seed, accounts=250, orders=(0.0, 0.2), size=(mean, 0.2))
        for seed, mean in ((5, -0.4), (5, -2.0))
    )
    panel = one.panel
    shifted = replace(
        panel,
        **{
            name: np.concatenate((getattr(panel, name), getattr(other.panel, name)))
            for name in ("item", "month", "quantity", "orders", "price", "paid")
        },
        account=np.concatenate((panel.account, other.panel.account + 250)),
        accounts=frames.coded(frames.table({"name": np.arange(500)}), "name").name,
    )
    segment = np.repeat([0, 1], 250)
    found = fit_response(panel=shifted, segment=segment, enough=Enough(lines=10**6))
    assert [part.centre for part in found.segments] == pytest.approx([-0.4, -2.0], abs=0.25)
    assert np.unique(found.centre[segment == 1]).size == 1 and found.centre[0] > found.centre[-1] + 1.0


def test_months_of_the_book_or_of_the_account():
    drawn = wide(0)[0]
    book_months = fit_response(panel=drawn.panel, own_months=False)
    assert book_months.firm.centre == pytest.approx(wide(0)[1].firm.centre, abs=0.2)
    spans = [np.median(one.high - one.low) for one in (wide(0)[1], book_months)]
    assert spans[0] < spans[1]


def test_scores_are_as_noisy_as_they_say():
    """Slopes less the truth, in their own standard errors, over books whose accounts do not differ."""
    off = {"orders": [], "size": []}
    for seed in range(3):
        found = margins(book(seed, orders=(-0.4, 0.0), size=(-0.8, 0.0)).panel, own_months=True)
        for name, truth in (("orders", -0.4), ("size", -0.8)):
            one = getattr(found, name)
            known = np.isfinite(one.variance)
            off[name].append((one.slope[known] - truth) ** 2 / one.variance[known])
    assert {name: np.mean(np.concatenate(squares)) for name, squares in off.items()} == pytest.approx(
        {"orders": 1.0, "size": 1.0}, abs=0.15
    )


def test_pieces_or_dozens_change_nothing():
    panel, found = wide(0)[0].panel, wide(0)[1]
    dozens = fit_response(panel=replace(panel, quantity=panel.quantity / 12))
    assert dozens.centre == pytest.approx(found.centre, abs=1e-6)


def test_what_is_left_of_the_volume_after_a_rise():
    found = wide(0)[1]
    low, middle, high = found.volume_left(rise=0.1)
    assert middle == pytest.approx(1.1**found.centre) and (low <= middle).all() and (middle <= high).all()


def test_the_result_is_a_table():
    drawn, found = wide(0)
    told = frames.told(found, account=drawn.panel.accounts)
    assert {"account", "centre", "low", "high", "more_sensitive", "own"} <= set(told.column_names)


def test_rows_of_a_month_without_a_matching_order_are_refused():
    panel = wide(0)[0].panel
    with pytest.raises(OutOfOrder, match="exactly where it has orders"):
        fit_response(panel=replace(panel, orders=np.zeros_like(panel.orders)))


def test_segments_must_fit_the_accounts():
    with pytest.raises(NotAlike):
        fit_response(panel=wide(0)[0].panel, segment=np.zeros(3, dtype=np.int64))


def test_quantity_breaks_do_not_pass_for_sensitivity_from_ledger_to_response():
    """Lines whose price falls as the order grows, through the panel of what others paid."""
    rows = simulate_response(seed=4, accounts=400, items=40, endogeneity=0.1, spread=0.2)
    frame = {
        "account": rows.account,
        "item": rows.item,
        "day": np.datetime64("2022-01", "M") + rows.month,
        "quantity": np.exp(rows.log_volume),
        "price": np.exp(rows.log_price),
    }
    frame["day"] = frame["day"].astype("datetime64[D]")
    found = fit_response(panel=measure_panel(frame=frame, price="price"))
    assert found.size.low <= -1.5 <= found.size.high and found.size.high - found.size.low < 0.6
    assert found.orders.low <= 0 <= found.orders.high
