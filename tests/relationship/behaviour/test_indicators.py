"""What orders say of the relationship: each indicator against a plain reckoning, its error, and what is not measured."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest

from tests.relationship.level.world import made_firm
from vitalfew.relationship.behaviour import indicators
from vitalfew.web.pages.relationship import level_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm():
    return made_firm(60)


def column(found, name):
    place = found.names.index(name)
    return found.value[:, place], np.sqrt(found.variance[:, place])


def shown(firm, **changed):
    found = replace(firm.found, **changed)
    return indicators.indicators(found=found, rhythm=firm.rhythm, prices=None, bought=None)


def test_share_of_lines_that_came_back_is_as_sure_as_there_are_many(firm):
    back = np.arange(60) % 7
    value, error = column(shown(firm, credit_lines=back, lines=np.full(60, 199)), "returns")
    assert value == pytest.approx(-np.log((back + 0.5) / 200))  # more came back, less loyal
    assert error == pytest.approx(1 / np.sqrt(back + 0.5))


def test_ledger_without_a_credit_says_nothing_of_returns(firm):
    assert "returns" not in shown(firm, credit_lines=np.zeros(60, dtype=np.int64)).names


def test_growth_is_told_a_month_from_the_month_after_the_first(firm):
    months = np.zeros((60, 24))
    months[:, 4:12] = 100.0
    months[:, 12:] = np.linspace(50, 200, 60)[:, None]
    months[:, 4] = 9_000.0  # the month it began in was met because it bought, and does not count
    value, error = column(shown(firm, months=months), "growth")
    assert value == pytest.approx(np.log(np.linspace(0.5, 2.0, 60)))
    assert error == pytest.approx(np.sqrt(1 / 7 + 1 / 12))


@pytest.mark.parametrize("began", [8, 12, 24])
def test_too_few_months_of_the_year_before_or_none_after_say_nothing_of_growth(firm, began):
    months = np.tile(np.linspace(50, 200, 24), (60, 1)) * np.linspace(0.5, 2, 60)[:, None]
    months[0] = np.where(np.arange(24) < began, 0.0, 100.0)
    months[1, 12:] = 0.0
    months[2:, 12:] *= np.linspace(0.5, 2.0, 58)[:, None]
    value, _error = column(shown(firm, months=months), "growth")
    assert np.isnan(value[:2]).all() and np.isfinite(value[2:]).all()


def test_rhythm_needs_four_gaps_and_is_surer_with_more(firm):
    rhythm = replace(firm.rhythm, orders=np.where(np.arange(60) < 10, 4, firm.rhythm.orders))
    found = indicators.indicators(found=firm.found, rhythm=rhythm, prices=None, bought=None)
    value, error = column(found, "rhythm")
    assert np.isnan(value[:10]).all() and np.isfinite(value[10:]).all()
    assert error[10:] == pytest.approx(np.sqrt(2 / (firm.rhythm.orders[10:] - 2)))


def test_every_indicator_has_words_on_the_page():
    names = {
        value for name, value in vars(indicators).items() if re.fullmatch("[A-Z_]+", name) and isinstance(value, str)
    }
    assert names == {"price paid", "price response", "silence", "rhythm", "range", "returns", "growth"}
    assert names <= set(level_words._GROUPS)
