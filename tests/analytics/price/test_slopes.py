import numpy as np
import pytest

from vitalfew.analytics.price import Belief, fit_slopes, market_price, simulate_response
from vitalfew.analytics.refusals import NotAlike, NothingVaries

LEVELS = (0.0, 0.05, 0.10, 0.20)


def fitted(rows, *, market=None, kept=slice(None), **more):
    cell = rows.account * 1000 + rows.item
    return fit_slopes(
        account=rows.account[kept],
        log_price=rows.log_price[kept],
        log_volume=rows.log_volume[kept],
        effects=[cell[kept], rows.month[kept]],
        market=None if market is None else market[kept],
        **more,
    )


def by_others(rows, **more):
    market, others = market_price(account=rows.account, item=rows.item, month=rows.month, log_price=rows.log_price)
    return fitted(rows, market=market, kept=others > 0, **more)


def inside(found, truth):
    return float(np.mean((found.low <= truth) & (truth <= found.high)))


def root(found, truth):
    return float(np.sqrt(np.mean((found.centre - truth) ** 2)))


def test_each_accounts_own_slope_is_least_squares_with_its_covariates():
    rng = np.random.default_rng(1)
    account = rng.permutation(np.repeat(np.arange(6), 30))
    price, shown = rng.normal(0, 0.2, 180), rng.normal(0, 1, (2, 180))
    volume = 4 - 1.5 * price + shown[0] + rng.normal(0, 0.3, 180)
    found = fit_slopes(account=account, log_price=price, log_volume=volume, covariates=list(shown), moderate=False)
    for one in range(6):
        mine = account == one
        columns = np.column_stack((np.ones(30), price[mine], shown[:, mine].T))
        at, squares, *_ = np.linalg.lstsq(columns, volume[mine], rcond=None)
        error = np.sqrt(squares[0] / 26 * np.linalg.inv(columns.T @ columns)[1, 1])
        assert (found.slope[one], found.error[one]) == pytest.approx((at[1], error), rel=1e-6)


@pytest.mark.parametrize("endogeneity", LEVELS)
def test_the_market_price_finds_the_truth_however_quantity_moves_prices(endogeneity):
    rows = simulate_response(seed=1, endogeneity=endogeneity)
    found = by_others(rows)
    assert found.common.mean == pytest.approx(-1.5, abs=0.1)
    assert found.common.spread == pytest.approx(0.8, abs=0.06)
    assert 0.85 <= inside(found, rows.truth) <= 0.92
    assert root(found, rows.truth) < 0.75


@pytest.mark.parametrize(("endogeneity", "mean"), [(0.0, -1.5), (0.05, -5.9), (0.10, -6.8), (0.20, -5.2)])
def test_the_price_paid_alone_makes_quantity_breaks_pass_for_sensitivity(endogeneity, mean):
    """Prices that move little beside the list, where big orders get a better price: the answer is wrong four-fold."""
    rows = simulate_response(seed=2, accounts=1500, endogeneity=endogeneity, price_moves=0.045, price_noise=0.035)
    assert fitted(rows).common.mean == pytest.approx(mean, abs=0.8)
    assert fitted(rows, market=rows.market).common.mean == pytest.approx(-1.5, abs=0.2)


def test_drawn_in_slopes_are_three_times_nearer_than_least_squares():
    rows = simulate_response(seed=3)
    found = fitted(rows)
    own = float(np.sqrt(np.mean((found.slope - rows.truth) ** 2)))
    assert root(found, rows.truth) == pytest.approx(0.667, abs=0.02)
    assert own == pytest.approx(1.95, abs=0.15)
    assert np.mean(found.centre > 0) < 0.005 and np.mean(found.slope > 0) > 0.15


def test_the_first_stage_is_the_part_of_the_market_that_reaches_the_price():
    rows = simulate_response(seed=4, accounts=500)
    half = fitted(rows, market=2 * rows.market)
    assert half.through == pytest.approx(0.5, abs=0.02)
    assert half.centre == pytest.approx(fitted(rows, market=rows.market).centre, rel=1e-6)


def test_differences_that_do_not_last_are_drawn_in_further():
    rng = np.random.default_rng(5)
    account, later = np.repeat(np.arange(300), 80), np.tile(np.repeat([0, 1], 40), 300)
    passing = rng.normal(-1.5, 0.8, (300, 2))
    price = rng.normal(0, 0.2, account.size)
    volume = passing[account, later] * price + rng.normal(0, 0.3, account.size)
    told = {"account": account, "log_price": price, "log_volume": volume}
    found, plain = fit_slopes(**told, period=later), fit_slopes(**told)
    assert not found.halves.real and found.halves.reliability < 0.2 and plain.halves is None
    assert np.std(found.centre) < 0.4 * np.std(plain.centre)


def test_a_belief_holds_a_book_too_small_to_learn_from():
    rows = simulate_response(seed=6, accounts=2, typical_rows=4.0)
    loose, held = (fitted(rows, belief=belief) for belief in (Belief(), Belief(-1.0, 0.2)))
    assert held.common.error < 0.2 < loose.common.error
    assert held.common.mean == pytest.approx(-1.0, abs=0.2)


def test_an_account_whose_price_never_moved_gets_the_common_number():
    rows = simulate_response(seed=7, accounts=200)
    still = np.where(rows.account == 3, 1.0, rows.log_price)
    found = fit_slopes(account=rows.account, log_price=still, log_volume=rows.log_volume)
    assert (found.slope[3], found.error[3]) == (0.0, np.inf)
    assert found.centre[3] == pytest.approx(found.common.mean, abs=0.05)


def test_what_is_left_of_the_volume_after_a_rise():
    found = fitted(simulate_response(seed=8, accounts=100))
    low, middle, high = found.volume_left(rise=0.05)
    assert middle == pytest.approx(1.05**found.centre)
    assert (low <= middle).all() and (middle <= high).all()
    assert found.volume_left(rise=-0.05)[0] == pytest.approx(0.95**found.high)


def test_other_units_of_price_and_volume_change_nothing():
    rows = simulate_response(seed=9, accounts=100)
    other = fit_slopes(
        account=rows.account, log_price=rows.log_price + np.log(100), log_volume=rows.log_volume - np.log(12)
    )
    same = fit_slopes(account=rows.account, log_price=rows.log_price, log_volume=rows.log_volume)
    assert other.centre == pytest.approx(same.centre, rel=1e-6)


def test_prices_that_move_only_from_account_to_account_are_refused():
    account = np.repeat(np.arange(5), 4)
    with pytest.raises(NothingVaries):
        fit_slopes(account=account, log_price=account.astype(float), log_volume=np.arange(20.0))


def test_columns_of_different_length_are_refused():
    with pytest.raises(NotAlike):
        fit_slopes(account=np.zeros(3, dtype=np.int64), log_price=np.zeros(3), log_volume=np.zeros(4))


def test_the_same_seed_draws_the_same_book():
    one, same, other = (simulate_response(seed=seed, accounts=20) for seed in (1, 1, 2))
    assert np.array_equal(one.log_volume, same.log_volume) and not np.array_equal(one.truth, other.truth)


def test_effects_in_order_leave_the_freedom_that_those_in_disorder_leave():
    rng = np.random.default_rng(2)
    account = np.repeat(np.arange(30), 40)
    item, month = account * 5 + rng.integers(0, 5, account.size), np.tile(np.arange(40), 30)
    order = np.argsort(item, kind="stable")
    price = rng.normal(0, 0.1, account.size)
    volume = -1.5 * price + rng.normal(0, 0.3, account.size)

    def errors(rows):
        found = fit_slopes(
            account=account[rows],
            log_price=price[rows],
            log_volume=volume[rows],
            effects=(item[rows], month[rows]),
            moderate=False,
        )
        return found.error

    assert errors(order) == pytest.approx(errors(rng.permutation(account.size)), rel=1e-6)
