"""The mirror form: the customer's questions as they would answer, prefilled with one's own last answers, the gap told."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.cast import alice, as_alice, ben, customers, let_in, person
from tests.relationship.level.world import answer, judged, made_firm
from vitalfew.ground import clock
from vitalfew.relationship.models import Response
from vitalfew.relationship.survey.mirror import mirror
from vitalfew.relationship.survey.questions import QUESTIONS
from vitalfew.trust.actors import person_actor
from vitalfew.trust.rights import Role

pytestmark = pytest.mark.django_db
PLACE = "/accounts/1/mirror/"


@pytest.fixture
def page(client):
    customers()
    client.force_login(let_in(ben(), 1))
    return client


def chosen(response) -> dict[str, str]:
    """The radio answers that stand in the form."""
    return dict(re.findall(r'name="(\w+)" value="(\d+)" checked', response.content.decode()))


def test_form_asks_every_question_of_the_survey_in_our_words(page):
    said = page.get(PLACE).content.decode()
    assert {one.key for one in QUESTIONS} <= set(re.findall(r'name="(\w+)"', said))
    assert "As Acme Tools would answer" in said and "{firm}" not in said and "{account}" not in said


def test_form_holds_my_own_last_answers_and_nobody_elses(page):
    mirror(account=1, raw={"sentence": "4", "value": "5"}, by=as_alice(), at=clock.now())
    assert chosen(page.get(PLACE)) == {}
    mirror(account=1, raw={"sentence": "2", "ease": "1"}, by=person_actor(ben(), door="web"), at=clock.now())
    assert chosen(page.get(PLACE)) == {"sentence": "2", "ease": "1"}


def test_belief_is_kept_and_leads_back_to_the_relationship(page):
    answer = page.post(PLACE, {"sentence": "3", "other_quotes": "2", "one_thing": "Call more"}, follow=True)
    assert answer.redirect_chain == [("/accounts/1/relationship/", 302)]
    kept = Response.objects.get()
    assert (kept.way, kept.person, kept.answers) == ("mirror", ben(), {"sentence": 3, "other_quotes": 2, "one_thing": "Call more"})  # fmt: skip
    assert "Kept beside what they say, never mixed with it." in answer.content.decode()


def test_wrong_answer_is_named_and_the_form_keeps_what_was_written(page):
    answer = page.post(PLACE, {"sentence": "3", "rank": "4", "suppliers": "<3>"})
    said = answer.content.decode()
    assert answer.status_code == 400 and chosen(answer) == {"sentence": "3"}
    assert 'value="&lt;3&gt;"' in said and 'aria-invalid="true"' in said and 'href="#suppliers"' in said
    assert not Response.objects.exists()


def test_hidden_account_has_no_mirror_and_who_only_reads_fills_in_none(page, client):
    assert (
        client.get("/accounts/2/mirror/").status_code
        == client.post("/accounts/2/mirror/", {"sentence": "3"}).status_code
        == 404
    )
    client.force_login(let_in(person(Role.VIEWER), 1))
    assert client.get(PLACE).status_code == client.post(PLACE, {"sentence": "3"}).status_code == 403
    assert not Response.objects.exists()


def test_gap_to_what_they_say_is_told_after_keeping(client):
    firm, today = made_firm(), clock.now().date()
    answer(firm, *range(1, 41), on=today - timedelta(days=30))
    judged(firm, as_of=today)
    client.force_login(alice())
    low = int((firm.trait[:40]).argmin()) + 1
    said = client.post(f"/accounts/{low}/mirror/", {"sentence": "4"}, follow=True).content.decode()
    assert "We think better of ourselves than they do." in said
