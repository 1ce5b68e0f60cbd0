import numpy as np
import pytest

from vitalfew.analytics.refusals import NotFinite, OutOfOrder
from vitalfew.analytics.repeat import Mixture, Orders, Pareto, Regular, fit_mixture, fit_orders, next_order, time_until

EVEN = Regular(4, 2.0, 8.0, 0.4, 4.0)
MIXED = Mixture((Regular(1, 1.2, 8.0, 0.5, 2.0), Regular(6, 3.0, 12.0, 0.4, 4.0)), np.array([0.6, 0.4]))


def made(model, customers):
    rng = np.random.default_rng(1)
    return model.simulate(rng.uniform(10, 120, customers), rng)


def with_next(model, customers=30_000, seed=2):
    """Histories cut at a random moment of a longer one, drawn order by order."""
    rng = np.random.default_rng(seed)
    pace, stop = rng.gamma(model.r, 1 / model.alpha, customers), rng.beta(model.a, model.b, customers)
    age = rng.uniform(10, 120, customers)
    now, last, log_gaps, repeats = np.zeros((4, customers))
    coming = np.full(customers, np.inf)
    still = np.arange(customers)
    while still.size:
        still = still[rng.random(still.size) >= stop[still]]
        gap = rng.standard_gamma(model.k, still.size) / (model.k * pace[still])
        now[still] += gap
        past = now[still] <= age[still]
        coming[still[~past]] = now[still[~past]] - age[still[~past]]
        still, gap = still[past], gap[past]
        repeats[still] += 1
        last[still] = now[still]
        log_gaps[still] += np.log(gap)
    return Orders(repeats, last, age, log_gaps), coming


@pytest.mark.parametrize("model", [EVEN, MIXED, Regular(1, 0.3, 4.0, 0.8, 2.4, first_may_stop=False)])
@pytest.mark.parametrize("within", [0.5, 26.0, np.inf])
def test_band_ends_where_the_chance_of_an_order_says(model, within):
    orders = made(model, 500)
    found = next_order(model=model, orders=orders, level=0.6, within=within)
    for time, share in ((found.early, 0.2), (found.middle, 0.5), (found.late, 0.8)):
        assert model.chance_of_order(orders, time) == pytest.approx(share * found.chance, rel=1e-5)
        assert (time <= within).all()


def test_overall_band_is_infinite_where_an_order_may_never_come():
    orders = made(EVEN, 500)
    found, active = next_order(model=EVEN, orders=orders), EVEN.chance_active(orders)
    for time, share in ((found.overall_early, 0.1), (found.overall_middle, 0.5), (found.overall_late, 0.9)):
        assert np.array_equal(np.isinf(time), active <= share)
        there = np.isfinite(time)
        assert EVEN.chance_of_order(orders.at(there), time[there]) == pytest.approx(share, rel=1e-5)


@pytest.mark.parametrize("within", [8.0, 52.0])
def test_band_holds_the_next_order_as_often_as_it_says(within):
    orders, coming = with_next(EVEN)
    model = fit_orders(orders=orders).model
    found = next_order(model=model, orders=orders, within=within)
    comes = coming <= within
    assert comes.mean() == pytest.approx(found.chance.mean(), abs=0.01)
    assert (coming < found.early)[comes].mean() == pytest.approx(0.1, abs=0.012)
    assert (coming > found.late)[comes].mean() == pytest.approx(0.1, abs=0.012)
    assert (coming < found.middle)[comes].mean() == pytest.approx(0.5, abs=0.02)


def test_overall_band_holds_whether_or_not_an_order_comes():
    orders, coming = with_next(EVEN)
    found = next_order(model=EVEN, orders=orders)
    inside = (coming >= found.overall_early) & (coming <= found.overall_late)
    early = np.isfinite(found.overall_early)
    assert (coming[early] < found.overall_early[early]).mean() == pytest.approx(0.1, abs=0.012)
    assert inside.mean() >= 0.78


def test_band_of_a_mixture_is_narrower_for_even_customers():
    rng = np.random.default_rng(3)
    kinds = [one.simulate(np.full(800, 150.0), rng) for one in MIXED.classes]
    both = Orders(*(np.concatenate([getattr(kind, name) for kind in kinds]) for name in Orders.__slots__))
    found = next_order(model=fit_mixture(orders=both), orders=both, within=104.0)
    often = (both.repeats >= 8) & (both.repeats <= 14) & (found.chance > 0.8)
    width = (found.late - found.early) / found.middle
    assert np.median(width[800:][often[800:]]) < 0.75 * np.median(width[:800][often[:800]])


def test_customers_that_come_more_often_come_sooner():
    count = np.arange(1.0, 40.0)
    orders = Orders(count, np.full(39, 99.0), np.full(39, 100.0), np.zeros(39))
    assert (np.diff(next_order(model=EVEN, orders=orders).middle) < 0).all()


def test_heavy_and_silent_customers_keep_every_date_finite():
    orders = Orders(
        np.array([3_000.0, 0, 0, 5]), np.array([99.99, 0, 0, 10]), np.array([100.0, 1e-3, 0, 900]), np.zeros(4)
    )
    found = next_order(model=EVEN, orders=orders)
    assert np.isfinite([found.early, found.middle, found.late]).all()
    assert (found.early < found.middle).all()
    assert (found.middle < found.late).all()
    assert found.middle[0] < 0.1
    assert found.chance[3] < 1e-6


def test_chance_that_is_never_reached_takes_for_ever():
    orders = made(EVEN, 50)
    never = time_until(model=EVEN, orders=orders, chance=EVEN.chance_active(orders))
    assert np.isinf(never).all()
    assert not time_until(model=EVEN, orders=orders, chance=np.zeros(50)).any()


@pytest.mark.parametrize("wrong", [{"level": 0.0}, {"level": 1.0}, {"within": 0.0}, {"within": np.nan}])
def test_level_and_span_that_make_no_sense_are_refused(wrong):
    with pytest.raises(OutOfOrder):
        next_order(model=EVEN, orders=made(EVEN, 20), **wrong)


def test_customers_that_contradict_themselves_get_no_date():
    with pytest.raises(NotFinite):
        next_order(model=EVEN, orders=Orders(*np.full((4, 3), np.nan)))


def test_a_model_whose_customers_leave_without_a_last_order_is_inverted_too():
    model = Pareto(0.55, 10.6, 0.61, 11.7)
    orders = Orders(*(np.array(row, dtype=float) for row in ([0, 2, 10], [0, 30, 36], [38.9, 38.9, 39], [0, 4, 9])))
    found = next_order(model=model, orders=orders, within=np.inf)
    assert (found.chance < model.chance_active(orders)).all() and (found.chance > 0).all()
    known = np.isfinite(found.middle)
    assert known.all()
    half = np.array(
        [model.chance_of_order(orders.at(slice(n, n + 1)), weeks)[0] for n, weeks in enumerate(found.middle)]
    )
    assert half == pytest.approx(found.chance / 2, rel=1e-4)
