"""What a firm takes as given of hours and accounts is its own choice, and every read follows it."""

from __future__ import annotations

from datetime import date

import pytest

from tests import cast
from vitalfew.ground import clock
from vitalfew.ledger import choices
from vitalfew.selection import hours
from vitalfew.selection.assuming import assumed
from vitalfew.selection.headline import headline
from vitalfew.selection.models import PlannedHours
from vitalfew.selection.queries import account_selection
from vitalfew.selection.rules import Assumed
from vitalfew.trust.actors import operator

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


@pytest.fixture(autouse=True)
def portfolio():
    cast.portfolio()
    cast.key(1, manager=cast.ben())
    cast.key(2, manager=cast.ben())


def choose(**chosen: int) -> None:
    for name, value in chosen.items():
        choices.choose(name=f"selection_{name}", value=value, by=operator(), at=clock.now())


def ben() -> hours.ManagerHours:
    return next(row for row in hours.managers(person=None, today=TODAY) if row.email == "ben@example.org")


def test_nobody_has_chosen_at_first():
    assert assumed() == Assumed(30, 120, 10)
    assert (ben().planned.value, ben().capacity.value, ben().too_many) == (60, 120, False)


def test_what_is_chosen_is_what_a_manager_has_left():
    choose(hours_assumed=40, capacity_assumed=100, accounts_each=1)
    row = ben()
    assert (row.planned.value, row.capacity.value, row.left.value, row.too_many) == (80, 100, 20, True)
    assert row.planned.why == "Manager of 2, deputy of 0; 2 of these at the assumed 40 hours."


def test_the_portfolio_says_the_same():
    choose(hours_assumed=40, capacity_assumed=100, accounts_each=1)
    (load,) = headline(person=cast.alice()).loads
    assert (load.planned, load.left, load.too_many) == (80, 20, True)


def test_an_account_takes_what_the_firm_takes_for_such_a_one():
    usual = account_selection(account=1, today=TODAY).hours
    choose(hours_assumed=40)
    chosen = account_selection(account=1, today=TODAY).hours
    assert ("each make 30" in usual.planned.why, usual.hours) == (True, 30)
    assert (chosen.hours, chosen.planned.value, hours.of_account(account=1, today=TODAY)) == (40, 40, chosen)
    assert chosen.planned.why == "Assumed, nobody has planned it: your firm takes 40 hours a month for such an account."


def test_what_somebody_planned_stays_as_they_planned_it():
    PlannedHours.objects.create(account_id=1, hours_a_month=12)
    choose(hours_assumed=40)
    assert (account_selection(account=1, today=TODAY).hours.hours, ben().planned.value) == (12, 52)
