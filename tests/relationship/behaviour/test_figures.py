"""The figures of an account's behaviour: told with band, n, day and why, or what would be needed."""

from __future__ import annotations

from dataclasses import fields

import numpy as np
import pytest

from tests.cast import AS_OF, ben, customers, let_in, portfolio
from tests.relationship.behaviour.found import breadth, loyalty, prices
from vitalfew.analytics.price import enough
from vitalfew.ground.errors import Missing
from vitalfew.ground.figure import Figure
from vitalfew.relationship.behaviour import figures, writing
from vitalfew.relationship.behaviour.figures import account_behaviour

pytestmark = pytest.mark.django_db


def written(**more):
    found = {"accounts": np.arange(1, 5), "prices": prices(), "loyalty": loyalty(), "breadth": breadth()}
    writing.write(portfolio(), **found | more)


def of(account):
    return account_behaviour(account=account, person=None)


def every_figure(found):
    return {one.name: getattr(found, one.name) for one in fields(found) if one.name != "as_of"}


def test_an_account_with_evidence_has_every_number_with_its_band():
    written()
    found = of(1)
    assert {
        name: (one.value, one.low, one.high, one.level, one.n) for name, one in every_figure(found).items() if one.known
    } == {
        "price_response": (-1.8, -2.4, -1.2, 0.9, 150),
        "stronger": (0.877, None, None, None, 150),
        "price_realisation": (-0.05, -0.08, -0.02, 0.9, 120),
        "loyalty": (0.9123, 0.8, 0.97, 0.8, 40),
        "orders_expected": (5.5, 3.0, 8.0, 0.8, 40),
        "chance_active": (0.95, 0.9, 0.99, 0.8, 40),
        "regularity": (3.4, 2.0, 4.0, 0.8, 40),
        "usual_gap": (14.3, None, None, None, 40),
        "silence": (0.49, None, None, None, 40),
        "known": (700, None, None, None, 40),
        "range_bought": (20, None, None, None, 90),
        "repeat_share": (0.75, None, None, None, 20),
        "returned": (0.025, None, None, None, 90),
    }
    assert found.as_of == AS_OF and "at least" in found.known.why


def test_every_figure_is_told_with_a_why_or_says_what_is_missing():
    written()
    for account in (1, 2, 3, 4, 5):
        for name, one in every_figure(of(account)).items():
            assert isinstance(one, Figure) and one.as_of == AS_OF
            assert bool(one.why) == one.known and bool(one.missing) != one.known, name


def test_an_account_without_a_response_of_its_own_is_told_the_common_one_and_what_it_lacks():
    written()
    found = of(2)
    assert found.price_response.missing == (
        "4 products, 20 lines and 3 moves of their prices by 2 % and more are needed: it has 5, 40 and 2."
    )
    assert (found.common_response.value, found.common_response.low, found.common_response.high) == (-1.2, -2.6, 0.2)
    assert found.stronger.missing == found.price_response.missing
    assert of(3).price_response.missing == enough.REASONS[4]
    assert not of(1).common_response.known


def test_what_holds_for_the_whole_book_is_said_before_what_the_account_lacks():
    written(prices=prices(verdict=enough.NOT_LASTING, own=np.array([False] * 3)))
    assert {of(account).price_response.missing for account in (1, 2, 3)} == {enough.NOT_LASTING}


def test_few_items_to_compare_are_counted():
    written()
    assert of(3).price_realisation.missing.endswith("are needed: it has 2.")


def test_accounts_that_prices_were_not_reckoned_for_are_told_why():
    written()
    assert "sample" in of(4).price_response.missing
    writing.Behaviour.objects.filter(account=4).update(loyalty=None)
    assert "three years" in of(4).price_response.missing
    writing.Behaviour.objects.filter(account=4).update(price=None)
    assert "several accounts" in of(4).price_response.missing


def test_one_order_is_too_few_and_says_how_many_are_needed():
    written()
    found = of(2)
    assert found.loyalty.missing == found.chance_active.missing == "3 orders are needed: it has 1."
    assert found.usual_gap.missing == found.silence.missing == "Two orders are needed: it has 1."
    assert (found.known.value, found.loyalty.n) == (30, 1)


@pytest.mark.parametrize(
    ("row", "word"),
    [
        ({"orders": 5, "reason": 2, "known": 60}, "90 days as a customer are needed: its first order was 60 days ago"),
        ({"orders": 5, "reason": 3, "known": 160}, "More customers or a longer time"),
        ({"breadth": [0, 0, 0, 0, -900]}, "not ordered yet"),
    ],
)
def test_what_the_chances_lack_is_said(row, word):
    written()
    writing.Behaviour.objects.filter(account=1).update(loyalty=row)
    assert word in of(1).loyalty.missing


def test_what_a_new_account_buys_again_is_not_told_and_credits_alone_are_no_range():
    written()
    assert "455 days" in of(4).repeat_share.missing and of(4).range_bought.value == 8
    assert {one.missing for one in (of(3).range_bought, of(3).repeat_share, of(3).returned)} == {
        "It has to have bought goods in the last twelve months."
    }


def test_an_account_the_run_knows_nothing_of_is_sent_to_the_refresh():
    written()
    assert {one.missing for one in every_figure(of(6)).values()} == {figures.NOTHING}


def test_before_the_first_run_nothing_is_told():
    customers()
    found = of(1)
    assert found.as_of is None and not any(one.known for one in every_figure(found).values())


def test_a_hidden_account_answers_like_one_that_does_not_exist():
    written()
    told = set()
    for person, account in ((let_in(ben(), 2), 1), (None, 99)):
        with pytest.raises(Missing) as refused:
            account_behaviour(account=account, person=person)
        told.add(str(refused.value))
    assert len(told) == 1 and account_behaviour(account=2, person=ben()).loyalty.n == 1


def test_one_account_takes_three_questions(django_assert_num_queries):
    written()
    with django_assert_num_queries(3):
        of(1)
