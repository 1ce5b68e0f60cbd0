"""The one gate: who sees which accounts, and how an account is found by what people call it."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import MORNING, alice, ben, customers, portfolio
from vitalfew.ground.errors import Missing
from vitalfew.ledger import operations, queries
from vitalfew.ledger.models import Alias, Customer
from vitalfew.ledger.visibility import find_account, visible_accounts
from vitalfew.selection.headline import headline
from vitalfew.selection.listing import Wanted
from vitalfew.selection.queries import every_row
from vitalfew.selection.queries import portfolio as page
from vitalfew.trust import people
from vitalfew.trust.actors import operator

pytestmark = pytest.mark.django_db


def off():
    return people.set_active(email=ben().email, active=False, by=operator(), at=MORNING)


def merge(duplicate: str, into: str) -> None:
    operations.merge_customers(duplicate=duplicate, into=into, reason="One firm", by=operator(), at=MORNING)


def keys(person) -> list[str]:
    return sorted(visible_accounts(person).values_list("key", flat=True))


def test_operator_and_active_people_see_all():
    customers()
    every = [f"C{n:05}" for n in range(1, 7)]
    assert (keys(None), keys(alice()), keys(off())) == (every, every, [])


def test_merged_duplicate_is_no_account_until_it_is_parted():
    customers()
    merge("C00002", "C00001")
    assert "C00002" not in keys(None)
    operations.unmerge_customer(duplicate="C00002", by=operator(), at=MORNING)
    assert "C00002" in keys(None)


def test_every_read_of_accounts_goes_through_the_gate():
    portfolio(4)
    merge("C00003", "C00001")
    today = date(2026, 7, 1)
    for person, expected in ((alice(), [1, 2, 4]), (off(), [])):
        assert [row.account for row in page(person=person, wanted=Wanted()).rows] == expected
        assert [row.account for row in every_row(person=person, wanted=Wanted())] == expected
        assert page(person=person, wanted=Wanted()).total == len(expected)
    assert headline(person=off()).key_accounts.value == 0
    for account, person in ((3, alice()), (1, off()), (99, alice())):
        with pytest.raises(Missing, match="There is no such account, or you may not see it"):
            queries.customer_facts(account=account, person=person, today=today)


@pytest.mark.parametrize("word", ["C00003", " C00003 ", "cobalt & sons", "COBALT & SONS", "OLD-3"])
def test_account_is_found_by_number_name_or_alias(word):
    customers()
    Alias.objects.create(key="OLD-3", customer_id=3, made_at=MORNING)
    assert find_account(word, person=alice()).pk == 3


def test_number_comes_before_alias_and_both_before_a_name():
    customers()
    Alias.objects.create(key="C00001", customer_id=2, made_at=MORNING)
    Alias.objects.create(key="Borealis", customer_id=5, made_at=MORNING)
    assert (find_account("C00001", person=None).pk, find_account("Borealis", person=None).pk) == (1, 5)


def test_number_of_a_duplicate_leads_to_what_it_became():
    customers()
    merge("C00002", "C00001")
    merge("C00001", "C00004")
    assert [find_account(word, person=alice()).pk for word in ("C00002", "C00001", "C00004")] == [4, 4, 4]


def test_name_of_two_accounts_asks_for_a_number():
    customers()
    Customer.objects.filter(pk__in=(1, 2)).update(name="Twin")
    with pytest.raises(Missing, match="Several customers are called “Twin”: name one by its number"):
        find_account("Twin", person=alice())
    merge("C00002", "C00001")
    assert find_account("Twin", person=alice()).pk == 1


@pytest.mark.parametrize("word", ["", " ", "C00009", "%", "Acme"])
def test_what_is_not_there_is_missing(word):
    customers()
    with pytest.raises(Missing, match="in the ledger, or you may not see it"):
        find_account(word, person=alice())


def test_hidden_account_answers_like_a_missing_one():
    customers()
    told = []
    for word, person in (("C00001", off()), ("Acme Tools", off()), ("C00009", alice())):
        with pytest.raises(Missing) as refusal:
            find_account(word, person=person)
        told.append(str(refusal.value).replace(word, "…"))
    assert set(told) == {"There is no customer “…” in the ledger, or you may not see it."}
