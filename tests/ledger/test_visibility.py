"""The one gate: who sees which accounts, and how an account is found by what people call it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tests.cast import MORNING, alice, as_alice, ben, carla, customers, key, let_in, person, portfolio
from vitalfew.ground import clock
from vitalfew.ground.errors import Missing
from vitalfew.ledger import operations, queries
from vitalfew.ledger.models import Alias, Customer, Membership
from vitalfew.ledger.visibility import find_account, visible_accounts
from vitalfew.selection import operations as selection
from vitalfew.selection.headline import headline
from vitalfew.selection.listing import Wanted
from vitalfew.selection.own import own
from vitalfew.selection.queries import choices, every_row
from vitalfew.selection.queries import portfolio as page
from vitalfew.trust import people, teams
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import operator
from vitalfew.trust.models import Grant
from vitalfew.trust.rights import Role

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
    for somebody, expected in ((alice(), [1, 2, 4]), (off(), [])):
        assert [row.account for row in page(person=somebody, wanted=Wanted()).rows] == expected
        assert [row.account for row in every_row(person=somebody, wanted=Wanted())] == expected
        assert page(person=somebody, wanted=Wanted()).total == len(expected)
    with pytest.raises(Denied, match="told to those who see every account"):
        headline(person=off())
    for account, somebody in ((3, alice()), (1, off()), (99, alice())):
        with pytest.raises(Missing, match="There is no such account, or you may not see it"):
            queries.customer_facts(account=account, person=somebody, today=today)


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
    for word, somebody in (("C00001", off()), ("Acme Tools", off()), ("C00009", alice())):
        with pytest.raises(Missing) as refusal:
            find_account(word, person=somebody)
        told.append(str(refusal.value).replace(word, "…"))
    assert set(told) == {"There is no customer “…” in the ledger, or you may not see it."}


MANAGER, VIEWER = Role.MANAGER, Role.VIEWER


@pytest.mark.parametrize("role", list(Role))
def test_heads_and_administrators_see_all_the_others_nothing_at_first(role):
    customers()
    seen = keys(person(role))
    assert seen == ([f"C{n:05}" for n in range(1, 7)] if role in (Role.HEAD, Role.ADMINISTRATOR) else [])


def test_a_lead_sees_the_account_while_they_lead_it():
    portfolio(4)
    key(2, manager=ben(), deputy=carla())
    assert (keys(ben()), keys(carla())) == (["C00002"], ["C00002"])
    selection.assign(account=2, person=person(MANAGER), role="manager", reason="New", by=as_alice(), at=MORNING)
    assert (keys(ben()), keys(person(MANAGER)), keys(carla())) == ([], ["C00002"], ["C00002"])
    selection.release(account=2, reason="Gone", by=as_alice(), at=MORNING)
    assert (keys(person(MANAGER)), keys(carla())) == ([], [])


def test_a_team_sees_what_any_of_it_leads_but_not_whom_one_was_let_in_to():
    portfolio(4)
    key(1, manager=ben())
    let_in(ben(), 3)
    team = teams.add_team(name="North", by=as_alice(), at=MORNING)
    for one in (ben(), person(VIEWER)):
        people.change_person(email=one.email, wanted=people.Wanted(team=team.name), by=as_alice(), at=MORNING)
    assert (keys(ben()), keys(person(VIEWER)), keys(carla())) == (["C00001", "C00003"], ["C00001"], [])


@pytest.mark.parametrize(("since", "until", "sees"), [(0, None, True), (1, None, False), (-9, 0, False), (-9, 1, True)])
def test_a_grant_holds_from_its_day_to_the_day_before_its_end(since, until, sees):
    customers()
    today = clock.now().date()
    end = today + timedelta(days=until) if until is not None else None
    grant = Grant(person=person(VIEWER), account=4, source="hand", reason="x", granted_by="x")
    grant.holds_from, grant.holds_until = today + timedelta(days=since), end
    grant.save()
    assert keys(person(VIEWER)) == (["C00004"] if sees else [])


def test_a_grant_of_every_account_shows_later_ones_too():
    let_in(person(VIEWER), None)
    customers()
    assert len(keys(person(VIEWER))) == 6
    assert headline(person=person(VIEWER)).run is None


def test_a_grant_follows_merges_and_covers_whatever_belongs_to_the_firm():
    customers()
    operations.merge_customers(duplicate="C00002", into="C00001", reason="One firm", by=operator(), at=MORNING)
    Membership.objects.create(customer_id=4, parent_id=3, holds_from=date(2026, 1, 1))
    Membership.objects.create(customer_id=5, parent_id=4, holds_from=date(2026, 1, 1))
    Membership.objects.create(customer_id=6, parent_id=3, holds_from=date(2020, 1, 1), holds_until=date(2021, 1, 1))
    let_in(person(VIEWER), 2, 3)
    assert keys(person(VIEWER)) == ["C00001", "C00003", "C00004", "C00005"]


def test_what_is_hidden_is_in_no_list_count_choice_or_sum():
    portfolio(6)
    for account, manager in ((1, ben()), (2, carla())):
        key(account, manager=manager)
    shown = own(person=ben())
    assert (shown.accounts, shown.net_12_months.minor, shown.key_accounts.value) == (1, 120_000_00, 1)
    assert [load.person for load in shown.loads] == ["Ben Manager"]
    assert page(person=ben(), wanted=Wanted()).total == page(person=ben(), wanted=Wanted(search="a")).total == 1
    assert page(person=ben(), wanted=Wanted(show="key")).total == 1
    found = choices(person=ben())
    assert ([one.name for one in found.managers], found.countries) == (["Ben Manager"], ("France",))
    with pytest.raises(Missing):
        find_account("Borealis", person=ben())


def test_margin_is_told_to_those_with_the_right_only():
    portfolio(3)
    let_in(person(Role.CONTRIBUTOR), 1)
    let_in(ben(), 1)
    today = date(2026, 7, 1)
    hidden = queries.customer_facts(account=1, person=person(Role.CONTRIBUTOR), today=today).margin_12_months
    told = queries.customer_facts(account=1, person=ben(), today=today).margin_12_months
    assert (hidden.value, hidden.n, told.value) == (None, 0, 120_000_00 // 4)
    assert "given the right to see them" in hidden.missing
