"""The graded response part of the level model against published fits of two classic data sets.

With the priors laid flat, one form for each person and no spread of respondents around their account, the model is
the graded response model by marginal maximum likelihood, for which numbers are published.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from vitalfew.analytics.level import ANCHOR, Priors, Question, Survey, fit_level

FLAT = Priors(
    slope_spread=30.0,
    threshold_spread=100.0,
    step_spread=30.0,
    respondent=1e-4,
    respondent_spread=1e-6,
    cutpoint_spread=10.0,
)
# Section 6 of the Law School Admission Test, 1,000 takers: pattern of five answers (1 right) and how many gave it.
LAW_SCHOOL = """00000 3 00001 6 00010 2 00011 11 00100 1 00101 1 00110 3 00111 4 01000 1 01001 8 01011 16 01101 3 01110 2
01111 15 10000 10 10001 29 10010 14 10011 81 10100 3 10101 28 10110 15 10111 80 11000 16 11001 56 11010 21 11011 173
11100 11 11101 61 11110 28 11111 298"""
# Attitudes to science, Great Britain, Eurobarometer 1992, 392 people: four questions answered 1 to 4.
SCIENCE = """1111 2 1321 1 1423 1 1431 1 2111 1 2124 1 2211 1 2222 4 2223 2 2231 1 2232 1 2233 1 2243 1 2313 1 2322 2 2323 1 2332 3
2333 3 2334 2 2341 1 2343 2 2421 1 2443 2 2444 1 3111 1 3113 2 3122 2 3123 4 3132 5 3133 5 3134 3 3143 1 3144 1 3212 1
3214 1 3221 1 3222 10 3223 7 3231 1 3232 16 3233 22 3234 5 3241 1 3242 1 3243 3 3244 2 3313 2 3321 1 3322 13 3323 10
3324 2 3331 5 3332 23 3333 52 3334 8 3342 7 3343 13 3344 12 3413 1 3423 1 3432 2 3433 4 3434 4 3441 1 3442 1 3443 6
3444 3 4114 1 4122 1 4124 2 4134 1 4221 1 4223 3 4233 8 4234 2 4242 1 4244 1 4323 1 4332 2 4333 21 4334 3 4342 2 4343
5 4344 8 4432 1 4433 2 4434 3 4442 2 4443 6 4444 12"""


def answers(table):
    """Patterns and counts as one row for each person, (people, questions), lowest answer 0."""
    words = table.split()
    patterns = np.array([[int(digit) for digit in word] for word in words[::2]])
    return np.repeat(patterns - patterns.min(), [int(word) for word in words[1::2]], axis=0)


def fitted(said, questions, place):
    """The model of one form for each person; question `place` and on are the questions of the form."""
    person, question = np.indices(said.shape).reshape(2, -1)
    nobody = np.zeros(person.size)
    survey = Survey(len(said), person, person, question + place, said.ravel(), nobody)
    return fit_level(survey=survey, questions=questions, priors=FLAT, errors=True)


@cache
def law_school():
    right = tuple(Question(f"item {place}", steps=(1,)) for place in range(1, 6))
    return fitted(answers(LAW_SCHOOL), (ANCHOR, *right), 1)


@cache
def science():
    names = ("comfort", "work", "future", "benefit")
    four = tuple(Question(name, steps=(2, 3, 4), anchor=name == "comfort") for name in names)
    return fitted(answers(SCIENCE), four, 0)


def test_law_school_likelihood_of_bock_and_aitkin_1981_as_printed_by_rizopoulos_2006():
    assert law_school().log_likelihood == pytest.approx(-2466.653, abs=0.005)


def test_law_school_parameters_of_rizopoulos_2006():
    """Its quadrature has 21 points, ours 61: the last two digits may differ."""
    found = law_school()
    assert found.parameters.slope[1:] == pytest.approx([0.8254, 0.7229, 0.8905, 0.6886, 0.6575], rel=0.003)
    difficulties = [-3.3597, -1.3696, -0.2799, -1.8659, -3.1236]
    assert found.parameters.threshold[3:] == pytest.approx(difficulties, rel=0.003)


def test_law_school_standard_errors_of_rizopoulos_2006():
    found = law_school().errors
    assert found.slope[1:] == pytest.approx([0.2581, 0.1867, 0.2326, 0.1852, 0.2100], rel=0.02)
    assert found.threshold[3:] == pytest.approx([0.8669, 0.3073, 0.0997, 0.4341, 0.8700], rel=0.02)


def test_science_likelihood_of_the_graded_model_printed_by_mirt():
    """Chalmers 2012, the package's own example: one factor, graded, -1608.870."""
    assert science().log_likelihood == pytest.approx(-1608.870, abs=0.005)


def test_science_slopes_printed_by_mirt():
    """Its EM stops once parameters move by less than a ten-thousandth a round, a little short of the top."""
    assert science().parameters.slope == pytest.approx([1.0418, 1.2260, 2.2934, 1.0949], rel=0.005)


def test_science_loadings_printed_by_mirt():
    """As correlations of a normal response behind each answer with the trait: slope / 1.702 = loading / sqrt(1 - loading²)."""
    normal = science().parameters.slope / 1.702
    assert normal / np.sqrt(1 + normal**2) == pytest.approx([0.522, 0.584, 0.803, 0.541], abs=0.001)
