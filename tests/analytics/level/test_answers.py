"""What answers say, against sums and integrals that take no short way."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from vitalfew.analytics.level.answers import heard
from vitalfew.analytics.level.graded import log_chances, scale_of
from vitalfew.analytics.level.grid import GRID, STEP, blur, moments
from vitalfew.analytics.level.parameters import Parameters
from vitalfew.analytics.level.survey import Survey, forms_of

SCALE = scale_of((4, 5, 5))
TRUTH = Parameters(
    slope=np.array([1.9, 1.5, 1.7]),
    threshold=np.array([-0.9, 0.15, 1.05, -1.4, -0.5, 0.5, 1.5, -1.5, -0.6, 0.4, 1.4]),
    intercept=np.zeros(0),
    loading=np.zeros(0),
    residual=np.zeros(0),
    effect=np.zeros(0),
    spread=0.45,
    shift=np.array([-0.1, 0.1]),
)
QUARTER = 365.25 / 4
DRIFT = 0.15


def survey(forms):
    """Forms of one account as (respondent, quarters ago, role, answers)."""
    rows = [
        (who, question, answer, ago * QUARTER, role)
        for who, ago, role, said in forms
        for question, answer in enumerate(said)
    ]
    who, question, answer, age, role = (np.array(column) for column in zip(*rows, strict=True))
    return Survey(1, np.zeros(who.size, dtype=int), who, question, answer, age.astype(float), role, ("one", "two"))


def message(forms):
    """Density of today's trait under a prior of N(0, 1), and the log likelihood of the forms."""
    found = heard(forms=forms_of(survey=survey(forms), scale=SCALE), scale=SCALE, parameters=TRUTH, drift=DRIFT)
    both = norm.pdf(GRID) * found.message[0]
    return both / both.sum(), found.constant[0] + np.log(both.sum() * STEP)


def form_likelihood(view, said):
    rows = SCALE.first_row + np.array(said)
    table = log_chances(scale=SCALE, slope=TRUTH.slope, threshold=TRUTH.threshold, points=np.atleast_1d(view))
    return np.exp(table[rows].sum(axis=0))


def seen_by(trait, role, saids):
    """Likelihood of a person's forms given the trait at each of them, the person's own eye integrated out."""

    eyes = np.linspace(-4, 4, 401)
    views = [form_likelihood(one + eyes, said) for one, said in zip(trait, saids, strict=True)]
    return (norm.pdf(eyes, TRUTH.shift[role], TRUTH.spread) * np.prod(views, axis=0)).sum() * 0.02


def test_one_form_is_the_integral_over_the_eye_of_its_respondent():
    said = (3, 2, 4)
    density, value = message([(7, 0, 1, said)])

    def whole(trait):
        return norm.pdf(trait) * seen_by([trait], 1, [said])

    total = quad(whole, -7, 7, epsabs=1e-13)[0]
    assert value == pytest.approx(np.log(total), abs=1e-6)
    mean = quad(lambda trait: trait * whole(trait), -7, 7, epsabs=1e-13)[0] / total
    assert density @ GRID == pytest.approx(mean, abs=1e-5)


def test_colleagues_of_different_quarters_share_the_traits_path():
    """Exact: each form has a person of its own, so the path over quarters is all that ties them."""
    forms = [(1, 3, 0, (1, 1, 2)), (2, 1, 1, (2, 3, 3)), (3, 1, 0, (2, 2, 2)), (4, 0, 1, (3, 4, 3))]
    eyes = [np.array([seen_by([trait], role, [said]) for trait in GRID]) for _, _, role, said in forms]
    then = blur(spread=DRIFT * 2**0.5) @ eyes[0] * eyes[1] * eyes[2]
    both = norm.pdf(GRID) * eyes[3] * (blur(spread=DRIFT) @ then)
    density, value = message(forms)
    assert value == pytest.approx(np.log(both.sum() * STEP), abs=1e-6)
    assert density == pytest.approx(both / both.sum(), abs=1e-7)


def test_forms_of_one_person_share_its_eye():
    """Exact too: one person alone, whose path and eye are both integrated out."""
    forms = [(1, 4, 0, (1, 0, 1)), (1, 1, 0, (2, 3, 3))]
    steps = blur(spread=DRIFT), blur(spread=DRIFT * 3**0.5)
    both = np.zeros(GRID.size)
    for eye in np.linspace(-3, 3, 241):
        views = [form_likelihood(GRID + eye, said) for *_, said in forms]
        both += norm.pdf(eye, -0.1, 0.45) * (steps[0] @ (views[1] * (steps[1] @ views[0])))
    both *= norm.pdf(GRID) * 6 / 240
    density, value = message(forms)
    assert value == pytest.approx(np.log(both.sum() * STEP), abs=2e-3)
    assert density == pytest.approx(both / both.sum(), abs=2e-4)


@pytest.mark.parametrize(
    ("then", "now", "off"),
    [
        (((1, 2, 2), (2, 1, 2)), ((2, 2, 2), (1, 2, 3)), 0.04),
        # Both have come to see us a level better in a year, which one path would explain better than two.
        (((1, 1, 1), (0, 1, 2)), ((2, 3, 3), (2, 2, 3)), 0.20),
    ],
)
def test_older_forms_of_colleagues_are_nearly_exact(then, now, off):
    """What is left out is that the paths behind two people's older forms are one: `off` in standard deviations."""
    step, eyes = blur(spread=DRIFT * 2.0), np.linspace(-2, 2, 81)
    joint = np.ones((GRID.size, GRID.size))  # today, four quarters ago
    for said in zip(now, then, strict=True):
        views = [[form_likelihood(GRID + eye, one) for eye in eyes] for one in said]
        joint *= np.einsum("e,eg,eh->gh", norm.pdf(eyes, -0.1, 0.45), *views) * 0.05
    both = norm.pdf(GRID) * (joint * step).sum(axis=1)
    forms = [(person, ago, 0, said[person]) for ago, said in ((4, then), (0, now)) for person in (0, 1)]
    exact, found = (moments(density=one[None]) for one in (both / both.sum(), message(forms)[0]))
    assert abs(found[0] - exact[0])[0] / exact[1][0] < off
    assert found[1][0] == pytest.approx(exact[1][0], rel=0.04)


def test_asking_one_person_twice_tells_less_than_asking_two():
    twice = message([(1, 0, 0, (2, 3, 3)), (1, 1, 0, (2, 3, 3))])[0]
    two = message([(1, 0, 0, (2, 3, 3)), (2, 1, 0, (2, 3, 3))])[0]
    once = message([(1, 0, 0, (2, 3, 3))])[0]
    spreads = [moments(density=one[None])[1][0] for one in (two, twice, once)]
    assert spreads == sorted(spreads)


def test_answers_fade_with_age():
    spreads = [moments(density=message([(1, ago, 0, (3, 4, 4))])[0][None])[1][0] for ago in (0, 4, 12)]
    assert spreads == sorted(spreads)


def test_five_nodes_would_have_lost_what_the_grid_keeps():
    """A form of many questions is narrower than the nodes of five-point Gauss-Hermite quadrature lie apart."""
    many = scale_of((5,) * 14)
    threshold = np.tile([-1.5, -0.5, 0.5, 1.5], 14)
    table = log_chances(scale=many, slope=np.full(14, 1.6), threshold=threshold)
    rows = many.first_row + np.array([3, 2] * 7)
    exact = blur(spread=0.45) @ np.exp(table[rows].sum(axis=0))
    nodes, weights = np.polynomial.hermite_e.hermegauss(5)
    five = np.zeros(GRID.size)
    for node, weight in zip(nodes, weights, strict=True):
        points = GRID + 0.45 * node
        one = log_chances(scale=many, slope=np.full(14, 1.6), threshold=threshold, points=points)
        five += weight * np.exp(one[rows].sum(axis=0))
    wrong = abs(five / five.sum() - exact / exact.sum()).max() / (exact / exact.sum()).max()
    assert wrong > 0.05
