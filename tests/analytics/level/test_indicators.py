import numpy as np
import pytest

from vitalfew.analytics.level import breadth, logarithm, measured, odds, odds_of_draws, own_part, together
from vitalfew.analytics.refusals import BelowZero, NotAlike, NotFinite, NothingThere

RNG = np.random.default_rng(11)


def test_odds_spread_as_draws_of_the_chance_do():
    draws = RNG.beta(60, 20, (5, 20_000))
    by_error = odds(name="active", chance=draws.mean(axis=1), error=draws.std(axis=1))
    by_draws = odds_of_draws(name="active", draws=draws)
    assert by_error.value == pytest.approx(by_draws.value, abs=0.02)
    assert by_error.variance == pytest.approx(by_draws.variance, rel=0.05)
    assert by_error.value == pytest.approx(np.full(5, np.log(3)), abs=0.03)


def test_sure_chances_are_kept_from_infinity():
    found = odds(name="active", chance=np.array([0.0, 1.0, np.nan]), error=np.array([0.01, 0.01, np.nan]))
    assert found.value[:2] == pytest.approx([-6.2126, 6.2126], abs=1e-4) and np.isnan(found.value[2])


def test_logarithm_spreads_as_the_amount_does_in_parts():
    drawn = RNG.normal(4.0, 0.2, 100_000)
    found = logarithm(name="k", amount=np.array([4.0]), error=np.array([0.2]))
    assert found.variance[0] == pytest.approx(np.log(drawn).var(), rel=0.02)


def test_breadth_spreads_as_a_count():
    bought = RNG.poisson(30.0, 100_000).astype(float)
    found = breadth(name="breadth", bought=bought, peers=np.full(100_000, 30.0))
    assert found.value.mean() == pytest.approx(0.0, abs=0.02)
    assert found.value.var() == pytest.approx(found.variance.mean(), rel=0.05)


def test_response_is_turned_so_that_more_speaks_for_a_higher_level():
    found = measured(name="price", value=np.array([-2.0]), error=np.array([0.5]), falls=True)
    assert (found.value[0], found.variance[0], found.side) == (2.0, 0.25, "price")


def test_own_part_undoes_the_shrinkage():
    own, noise, centre, spread = RNG.normal(size=50), RNG.uniform(0.1, 2, 50), -1.2, 0.7
    variance = 1 / (1 / noise + 1 / spread**2)
    mean = variance * (own / noise + centre / spread**2)
    value, error = own_part(mean=mean, variance=variance, centre=centre, spread=spread)
    assert value == pytest.approx(own) and error == pytest.approx(noise)


def test_account_without_own_part_is_not_measured():
    value, _ = own_part(mean=np.array([-1.2]), variance=np.array([0.49]), centre=-1.2, spread=0.7)
    assert np.isnan(value[0])


def test_indicators_stand_side_by_side():
    found = together(
        measured(name="a", value=np.array([1.0, np.nan]), error=np.array([1.0, np.nan])),
        breadth(name="b", bought=np.array([1.0, 2.0]), peers=np.array([1.0, 1.0])),
    )
    assert found.names == ("a", "b") and found.sides == ("price", "loyalty") and found.value.shape == (2, 2)
    assert found.known.tolist() == [[True, True], [False, True]]


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda: measured(name="a", value=np.ones(2), error=np.ones(3)), NotAlike),
        (lambda: measured(name="a", value=np.ones(2), error=np.array([1.0, np.nan])), NotFinite),
        (lambda: measured(name="a", value=np.array([1.0, np.inf]), error=np.ones(2)), NotFinite),
        (lambda: measured(name="a", value=np.ones(2), error=-np.ones(2)), BelowZero),
        (lambda: logarithm(name="a", amount=np.zeros(2), error=np.ones(2)), BelowZero),
        (lambda: breadth(name="a", bought=-np.ones(2), peers=np.ones(2)), BelowZero),
        (lambda: odds_of_draws(name="a", draws=np.full((2, 2), np.nan)), NotFinite),
        (together, NothingThere),
        (
            lambda: together(
                measured(name="a", value=np.ones(2), error=np.ones(2)),
                measured(name="b", value=np.ones(3), error=np.ones(3)),
            ),
            NotAlike,
        ),
    ],
)
def test_what_is_no_indicator_is_refused(make, refusal):
    with pytest.raises(refusal):
        make()
