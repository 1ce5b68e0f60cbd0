"""The Account page: who it is, where it stands, who leads it, and what was decided."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from vitalfew.brief.account import chips
from vitalfew.ledger.models import Membership
from vitalfew.selection.models import KeyAccount, Lead, Review

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client, settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    client.force_login(cast.alice())
    cast.portfolio()


def text(response) -> str:
    words = re.sub(r"<(svg|script)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", words).replace("\u202f", " ").replace("\xa0", " ").split())


def test_the_page_says_who_it_is_and_where_it_stands(client):
    said = text(client.get("/accounts/1/"))
    assert "Acme Tools C00001 · firm · France · last order 10 Jun 2026" in said
    assert "Net, 12 months £120 k" in said
    assert "It is not a key account, so nobody leads it." in said


def test_the_page_stays_within_twenty_questions(client):
    cast.key(1, manager=cast.ben(), deputy=cast.carla())
    Membership.objects.create(customer_id=1, parent_id=2, holds_from=date(2020, 1, 1))
    Membership.objects.create(customer_id=3, parent_id=1, holds_from=date(2020, 1, 1))
    with CaptureQueriesContext(connection) as asked:
        page = client.get("/accounts/1/")
    assert page.status_code == 200
    assert len(asked) <= 20


def test_group_members_stand_as_chips(client):
    Membership.objects.create(customer_id=3, parent_id=1, holds_from=date(2020, 1, 1))
    page = client.get("/accounts/1/").content.decode()
    assert '<a class="vf-chip" href="/accounts/3/"><span class="vf-chip-name">Cobalt &amp; Sons</span></a>' in page


def test_chips_of_many_take_one_query_a_table():
    cast.key(1, manager=cast.ben())
    with CaptureQueriesContext(connection) as asked:
        found = chips(range(1, 7), cast.Person.objects.get(email="alice@example.org"))
    assert len(asked) == 4  # the person, names with keys and leads, levels, stages
    assert (found[1].is_key, found[1].manager.initials, found[2].is_key, found[2].manager) == (True, "BM", False, None)


def test_designating_with_manager_and_deputy_leads_the_account(client):
    cast.ben(), cast.carla()
    words = {"reason": "Grows", "manager": "ben@example.org", "deputy": "carla@example.org"}
    answer = client.post("/accounts/2/designate/", words, follow=True)
    assert "It is a key account from today on." in text(answer)
    assert dict(Lead.objects.values_list("role", "person__name")) == {
        "manager": "Ben Manager",
        "deputy": "Carla Deputy",
    }


def test_hand_over_review_and_release_are_kept_as_history(client):
    cast.key(1, manager=cast.ben())
    cast.carla()
    client.post("/accounts/1/assign/", {"role": "manager", "manager": "carla@example.org", "reason": "Ben moves on"})
    client.post("/accounts/1/review/", {"outcome": "invest", "reason": "Opens two sites"})
    client.post("/accounts/1/release/", {"version": "1", "reason": "Sold"})
    said = text(client.get("/accounts/1/"))
    assert [word in said for word in ("Ben moves on", "Opens two sites", "Released Sold")] == [True] * 3
    assert (Review.objects.get().outcome, KeyAccount.objects.get().release_reason) == ("invest", "Sold")


def test_a_release_from_an_old_form_is_refused(client):
    cast.key(1)
    answer = client.post("/accounts/1/release/", {"version": "7", "reason": "Sold"})
    assert answer.status_code == 409
    assert KeyAccount.objects.get().released_on is None


def test_a_verb_without_reason_changes_nothing(client):
    answer = client.post("/accounts/1/designate/", {"reason": "  "})
    assert answer.status_code == 400
    assert "each need a reason. Nothing was changed." in text(answer)
    assert KeyAccount.objects.count() == 0


def test_an_account_that_is_not_there_answers_not_found(client):
    answer = client.get("/accounts/99/")
    assert answer.status_code == 404
    assert "There is no such account, or you may not see it." in text(answer)
