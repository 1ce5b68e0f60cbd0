"""A figure either has a value or says what is missing."""

from datetime import date

from vitalfew.ground.figure import Figure, not_enough


def test_a_value_is_known():
    assert Figure(measure="rank", unit="rank", as_of=date(2026, 1, 1), n=10, value=0).known


def test_too_little_evidence_is_an_answer():
    figure = not_enough(measure="rank", unit="rank", as_of=None, n=2, missing="Two customers.")
    assert (figure.known, figure.missing) == (False, "Two customers.")
