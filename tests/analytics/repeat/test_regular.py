import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf, quad
from scipy.special import beta, betainc, hyp2f1
from scipy.stats import nbinom

from vitalfew.analytics.refusals import BelowZero, NotFinite, OutOfOrder
from vitalfew.analytics.repeat import Orders, Regular
from vitalfew.analytics.repeat.silence import Silence

FAMILY = [Regular(k, 1.2, 5.0, 0.45, 1.0, first) for k in (1, 2, 3, 7) for first in (True, False)]


def one(repeats, last, age, log_gaps=0.0):
    return Orders(*(np.array([float(value)]) for value in (repeats, last, age, log_gaps)))


def some(model, customers=400, seed=0):
    rng = np.random.default_rng(seed)
    return model.simulate(rng.uniform(2, 150, customers), rng)


def test_single_order_likelihood_equals_the_integral_by_hand():
    model = Regular(1, 1.0, 10.0, 1.0, 1.0)
    # One order, then nothing for 10 weeks: stopped at once (1/2), or active (1/2) with no order (10/20).
    assert np.exp(model.log_likelihood(one(0, 0, 10)))[0] == pytest.approx(0.75)
    assert model.chance_active(one(0, 0, 10))[0] == pytest.approx(0.25 / 0.75)


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize(("k", "gaps", "quiet"), [(1, [3.0, 9.0], 4.0), (3, [3.0, 4.0, 2.0], 11.0), (2, [], 7.0)])
def test_likelihood_equals_the_integral_over_all_paces_and_chances_to_stop(k, gaps, quiet, first):
    r, alpha, a, b = 1.3, 4.0, 0.8, 1.7
    stops = len(gaps) + first

    def silent(pace):
        return sum((k * pace * quiet) ** j / mp.factorial(j) for j in range(k)) * mp.exp(-k * pace * quiet)

    def of_pace(pace):
        density = alpha**r * pace ** (r - 1) * mp.exp(-alpha * pace) / mp.gamma(r)
        for gap in gaps:
            density *= (k * pace) ** k * mpf(gap) ** (k - 1) * mp.exp(-k * pace * gap) / mp.factorial(k - 1)
        return density

    stay = quad(lambda p: (1 - p) ** stops * p ** (a - 1) * (1 - p) ** (b - 1), [0, 1]) / beta(a, b)
    gone = quad(lambda p: p * (1 - p) ** (stops - 1) * p ** (a - 1) * (1 - p) ** (b - 1), [0, 1]) / beta(a, b)
    alive = stay * quad(lambda pace: of_pace(pace) * silent(pace), [0, 1, 10, mp.inf])
    dead = gone * quad(of_pace, [0, 1, 10, mp.inf]) if stops else 0
    orders = one(len(gaps), sum(gaps), sum(gaps) + quiet, float(np.log(gaps).sum()))
    model = Regular(k, r, alpha, a, b, first)
    assert model.log_likelihood(orders)[0] == pytest.approx(float(mp.log(alive + dead)), rel=1e-9)
    assert model.chance_active(orders)[0] == pytest.approx(float(alive / (alive + dead)), rel=1e-9)


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 24), st.floats(0.05, 5e4), st.floats(1e-3, 1e3), st.floats(0, 1e3))
def test_chance_of_silence_is_the_incomplete_beta_function(k, shape, begun, span):
    found = np.exp(Silence(k, *(np.array([v]) for v in (shape, begun, span))).log_chance()[0])
    assert found == pytest.approx(betainc(shape, k, begun / (begun + span)), rel=1e-8, abs=1e-300)


def expected_by_phases(model, repeats, last, age, weeks):
    """The same expectation another way: over the stages done by now, and scipy's negative binomial."""
    k, n, start = model.k, model.r + model.k * repeats, model.alpha / model.k
    part, reach = (age - last) / (start + age), weeks / (start + age + weeks)
    weights = np.cumprod([1.0] + [(n + j) / (j + 1) * part for j in range(k - 1)])
    stay = model.b + repeats + model.first_may_stop
    mean = (n + k) * reach / (1 - reach)
    order = np.arange(1, (mean + 40 * np.sqrt(mean / (1 - reach)) + 40 / -np.log(reach)) / k + 3)
    tails = sum(w * nbinom.sf(k * order - j - 1, n + j, 1 - reach) for j, w in enumerate(weights)) / weights.sum()
    still = np.cumprod(np.append(1.0, (stay + order[:-1] - 1) / (model.a + stay + order[:-1] - 1)))
    return float(tails @ still)


LIGHT = [
    (count, share, weeks) for count, share in ((0, 0.0), (1, 0.99), (5, 0.2), (40, 1.0)) for weeks in (1e-4, 1, 26, 400)
]
HEAVY = [(count, share, weeks) for count, share in ((440, 0.999), (2_000, 0.9999)) for weeks in (1e-4, 26)]


@pytest.mark.parametrize(("repeats", "share", "weeks"), LIGHT + HEAVY)
@pytest.mark.parametrize("model", [*FAMILY, Regular(12, 0.05, 60.0, 1e-3, 50.0), Regular(24, 9.0, 0.5, 30.0, 0.2)])
def test_expected_orders_equal_the_sum_over_phases(model, repeats, share, weeks):
    age = 104.0
    found = model.expected_if_active(one(repeats, share * age, age), weeks)[0]
    assert found == pytest.approx(expected_by_phases(model, repeats, share * age, age, weeks), rel=1e-7)


def test_expected_orders_of_irregular_buyers_equal_the_published_formula():
    """Fader, Hardie and Lee 2005, equation 10."""
    model = Regular(1, 0.243, 4.414, 0.793, 2.426, first_may_stop=False)
    r, alpha, a, b, x, age, t = 0.243, 4.414, 0.793, 2.426, 2.0, 38.86, 39.0
    whole = (a + b + x - 1) / (a - 1)
    left = ((alpha + age) / (alpha + age + t)) ** (r + x)
    active = whole * (1 - left * hyp2f1(r + x, b + x, a + b + x - 1, t / (alpha + age + t)))
    last = 30.43
    found = model.expected_orders(one(x, last, age), t)[0]
    assert found == pytest.approx(active / (1 + a / (b + x - 1) * ((alpha + age) / (alpha + last)) ** (r + x)))
    # The customer of the paper's example: 1.226 orders in the next 39 weeks.
    assert found == pytest.approx(1.226, abs=5e-4)


@pytest.mark.parametrize("model", FAMILY)
def test_chances_of_so_many_orders_add_up_to_the_expectation(model):
    orders = some(model)
    chances = model.chance_of_orders(orders, 26.0, int(model.most_orders(orders, 26.0).max()))
    assert chances.sum(axis=1) == pytest.approx(model.expected_orders(orders, 26.0), rel=1e-9)
    assert chances[:, 0] == pytest.approx(model.chance_of_order(orders, 26.0), rel=1e-9)
    assert (np.diff(chances, axis=1) <= 1e-15).all()
    assert np.array_equal(model.chance_of_orders(orders, 26.0, 2), chances[:, :2])


@pytest.mark.parametrize("model", FAMILY)
def test_predictions_add_up_to_what_happens(model):
    rng = np.random.default_rng(model.k)
    orders, coming = model.simulate_on(rng.uniform(5, 100, 60_000), 26.0, rng)
    for promised, happened in (
        (model.expected_orders(orders, 26.0), coming),
        (model.chance_of_order(orders, 26.0), coming > 0),
    ):
        error = (happened - promised).std() / np.sqrt(coming.size)
        assert promised.mean() == pytest.approx(happened.mean(), abs=4 * error)


def test_chance_of_being_active_is_the_share_that_orders_in_the_long_run():
    model = Regular(4, 3.0, 10.0, 0.5, 3.0)
    rng = np.random.default_rng(9)
    orders, coming = model.simulate_on(rng.uniform(20, 80, 40_000), 3_000.0, rng)
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        active = model.chance_active(orders)
        those = (active >= low) & (active < low + 0.2)
        assert (coming[those] > 0).mean() == pytest.approx(active[those].mean(), abs=0.02 + 2 / np.sqrt(those.sum()))


@pytest.mark.parametrize("model", [FAMILY[0], FAMILY[5], Regular(3, 2.0, 8.0, 0.3, 2.0)])
def test_draws_have_the_expected_mean_and_share_of_buyers(model):
    orders = Orders(np.array([0.0, 3.0, 40.0]), np.array([0.0, 45.0, 99.0]), np.array([5.0, 50.0, 100.0]), np.ones(3))
    drawn = model.draw(orders, np.array([26.0, 26.0, 4.0]), 40_000, np.random.default_rng(4))
    spans = np.array([26.0, 26.0, 4.0])
    assert drawn.mean(axis=1) == pytest.approx(model.expected_orders(orders, spans), rel=0.04)
    assert (drawn > 0).mean(axis=1) == pytest.approx(model.chance_of_order(orders, spans), abs=0.01)


@pytest.mark.parametrize("k", [1, 4])
def test_pace_is_what_customers_that_never_stop_order_in_the_long_run(k):
    model = Regular(k, 2.0, 10.0, 1e-9, 100.0)
    orders = Orders(np.array([0.0, 3.0, 9.0]), np.array([0.0, 12.0, 30.0]), np.array([4.0, 25.0, 30.5]), np.zeros(3))
    assert model.pace(orders) == pytest.approx(model.expected_if_active(orders, 4_000.0) / 4_000, rel=2e-3)


def test_simulated_gaps_have_the_pace_and_the_evenness_asked_for():
    model = Regular(5, 400.0, 800.0, 1e-4, 1e4)
    orders = model.simulate(np.full(4_000, 200.0), np.random.default_rng(2))
    assert orders.repeats.mean() == pytest.approx(0.5 * 200, rel=0.02)
    # The mean log of an Erlang gap of mean 2 weeks and five stages: digamma(5) - log(5 / 2).
    assert orders.log_gaps.sum() / orders.repeats.sum() == pytest.approx(1.506118 - np.log(2.5), abs=0.01)
    assert (orders.last <= orders.age).all()
    assert ((orders.last > 0) == (orders.repeats > 0)).all()


@pytest.mark.parametrize("k", [1, 7, 12])
@pytest.mark.parametrize("repeats", [161, 204, 221, 254, 440, 2_000, 50_000])
def test_very_heavy_buyers_keep_every_number_finite(repeats, k):
    """Repeat counts at which other implementations return infinity, nothing or ten times too much."""
    model = Regular(k, 0.55, 10.6, 0.6, 11.7)
    heavy = one(repeats, 300, 300 + 150 / repeats, 0.0)
    assert 0.5 < model.chance_active(heavy)[0] <= 1
    assert np.isfinite(model.log_likelihood(heavy)[0])
    ceiling = model.pace(heavy)[0] * 26
    assert 0.4 * ceiling < model.expected_orders(heavy, 26)[0] <= ceiling * 1.01


def test_longer_silence_never_makes_a_customer_more_active():
    ages = np.linspace(10, 300, 60)
    for model in FAMILY:
        silent = Orders(np.full(60, 4.0), np.full(60, 10.0), ages, np.zeros(60))
        assert (np.diff(model.chance_active(silent)) < 0).all()


def test_regular_buyers_are_given_up_sooner_than_irregular_ones():
    silent = one(10, 100, 130)
    chances = [Regular(k, 1.0, 10.0, 0.5, 5.0).chance_active(silent)[0] for k in (1, 2, 4, 8)]
    assert chances == sorted(chances, reverse=True)


def test_customer_with_one_order_may_have_stopped_only_where_the_first_may():
    there, never = (Regular(2, 1.0, 5.0, 0.5, 2.0, first) for first in (True, False))
    assert never.chance_active(one(0, 0, 500))[0] == 1.0
    assert there.chance_active(one(0, 0, 500))[0] < 0.05


def test_unit_of_time_changes_no_chance_and_no_expectation():
    for model in FAMILY:
        weeks = some(model)
        days = Orders(weeks.repeats, weeks.last * 7, weeks.age * 7, weeks.log_gaps + weeks.repeats * np.log(7))
        daily = Regular(model.k, model.r, model.alpha * 7, model.a, model.b, model.first_may_stop)
        assert daily.chance_active(days) == pytest.approx(model.chance_active(weeks))
        assert daily.expected_orders(days, 182) == pytest.approx(model.expected_orders(weeks, 26), rel=1e-9)
        assert daily.log_likelihood(days) == pytest.approx(model.log_likelihood(weeks) - weeks.repeats * np.log(7))


def test_no_weeks_bring_no_order_and_weeks_may_differ_between_customers():
    model = FAMILY[4]
    orders = some(model, 50)
    assert not model.expected_orders(orders, 0.0).any()
    assert not model.chance_of_order(orders, 0.0).any()
    spans = np.linspace(0.1, 60, 50)
    alone = [model.expected_orders(orders.at(slice(i, i + 1)), spans[i])[0] for i in range(50)]
    assert model.expected_orders(orders, spans) == pytest.approx(alone, rel=1e-12)


def test_nobody_gets_an_empty_answer():
    none = some(FAMILY[0], 3).at(slice(0))
    assert FAMILY[0].expected_orders(none, 4.0).shape == (0,)
    assert FAMILY[0].chance_active(none).shape == (0,)


def test_customers_side_by_side_change_nothing_for_each_other():
    model = FAMILY[4]
    light, heavy = some(model, 30), one(4_000, 149, 150, 0.0)
    both = Orders(*(np.append(getattr(light, name), getattr(heavy, name)) for name in Orders.__slots__))
    assert model.expected_orders(both, 26)[:30] == pytest.approx(model.expected_orders(light, 26), rel=1e-11)


@pytest.mark.parametrize(
    ("orders", "refusal"),
    [
        (one(np.nan, 1, 2), NotFinite),
        (one(1, 1, np.inf), NotFinite),
        (one(-1, 1, 2), BelowZero),
        (one(1, 3, 2), OutOfOrder),
        (one(0, 1, 2), OutOfOrder),
        (one(2, 0, 2), OutOfOrder),
    ],
)
def test_customers_that_contradict_themselves_get_no_number(orders, refusal):
    for ask in (FAMILY[0].chance_active, FAMILY[0].log_likelihood):
        with pytest.raises(refusal):
            ask(orders)
    with pytest.raises(refusal):
        FAMILY[0].expected_orders(orders, 4)


@pytest.mark.parametrize(("weeks", "refusal"), [(-1.0, BelowZero), (np.nan, NotFinite), (np.inf, NotFinite)])
def test_weeks_ahead_are_a_finite_span(weeks, refusal):
    for ask in (FAMILY[0].chance_of_order, FAMILY[0].expected_orders):
        with pytest.raises(refusal):
            ask(one(1, 1, 2), weeks)


@pytest.mark.parametrize("name", ["k", "r", "alpha", "a", "b"])
@pytest.mark.parametrize(("value", "refusal"), [(0, BelowZero), (np.nan, NotFinite), (np.inf, NotFinite)])
def test_parameters_are_above_zero(name, value, refusal):
    with pytest.raises(refusal):
        Regular(**{"k": 1, "r": 1.0, "alpha": 1.0, "a": 1.0, "b": 1.0} | {name: value})


def test_regularity_beyond_a_calendar_is_refused():
    with pytest.raises(OutOfOrder):
        Regular(25, 1.0, 1.0, 1.0, 1.0)
