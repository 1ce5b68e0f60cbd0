"""The Settings page: every threshold in plain words with a form, for whoever may; a late save sees both values."""

from __future__ import annotations

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from vitalfew.ledger import choices
from vitalfew.ledger.models import Setting
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.rights import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client, settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    client.force_login(cast.alice())


def text(response) -> str:
    words = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(words.replace("\u202f", " ").replace("\xa0", " ").split())


def form(response, name: str) -> str:
    """The form of one setting."""
    return re.search(rf'<form[^>]* id="{name}".*?</form>', response.content.decode(), flags=re.DOTALL)[0]


def choose(client, name: str, value: str, version: object = 0):
    return client.post(f"/settings/{name}/", {"value": value, "version": str(version)}, follow=True)


def test_every_setting_stands_there_with_a_form(client):
    page = client.get("/settings/")
    assert re.findall(r'action="/settings/(\w+)/"', page.content.decode()) == [row.name for row in choices.choices()]
    assert "0 of " in text(page) and "as it came; nobody has chosen yet" in text(page)


def test_a_threshold_says_what_it_does_what_holds_and_what_it_may_be(client):
    row = form(client.get("/settings/"), "level_likely")
    said = " ".join(re.sub(r"<[^>]+>", " ", row).replace("\u202f", " ").split())
    assert "A level is named only where its chance is at least this high." in said
    assert "0.55 (55 %) , as it came" in said and "0.3 to 0.99." in said
    assert 'min="0.3" max="0.99" step="any" value="0.55"' in row


def test_choosing_holds_and_says_since_when_by_whom_and_what_is_usual(client):
    page = choose(client, "level_orders", "20")
    assert "20 orders from now on." in text(page)
    row = " ".join(re.sub(r"<[^>]+>", " ", form(page, "level_orders")).replace("\xa0", " ").split())
    assert "20 orders since" in row and "chosen by Alice Head. Usual: 12 orders." in row
    assert choices.number("level_orders") == 20
    assert AuditEntry.objects.get(verb="ledger.choose").after == {"value": 20}


def test_back_at_the_usual_value_the_usual_is_not_said_twice(client):
    choose(client, "level_orders", "20")
    page = choose(client, "level_orders", "12", Setting.objects.get().version)
    assert "Usual:" not in form(page, "level_orders")


@pytest.mark.parametrize(
    ("value", "why"), [("2", "from 0.3 to 0.99"), ("much", "a number such as 0.55"), ("", "a number such as 0.55")]
)
def test_what_will_not_do_is_refused_in_a_sentence(client, value, why):
    answer = choose(client, "level_likely", value)
    assert (answer.status_code, why in text(answer), Setting.objects.count()) == (400, True, 0)


def test_words_can_be_chosen_too(client):
    assert 'value="group"' in form(client.get("/settings/"), "account_level")
    choose(client, "account_level", "group")
    choose(client, "firm_name", "Harbour & Sons")
    assert (choices.account_level(), choices.firm_name()) == ("group", "Harbour & Sons")
    assert "Harbour &amp; Sons" in form(client.get("/settings/"), "firm_name")


def test_a_late_save_sees_both_values(client):
    choose(client, "level_likely", "0.6")
    late = choose(client, "level_likely", "0.7")
    assert late.status_code == 409
    assert ("0.7" in text(late), "0.6" in text(late), choices.number("level_likely")) == (True, True, 0.6)


def test_a_form_that_does_not_say_its_state_is_refused(client):
    assert choose(client, "level_likely", "0.6", "").status_code == 400
    assert Setting.objects.count() == 0


def test_an_invented_setting_is_refused(client):
    assert choose(client, "level_mood", "1").status_code == 400
    assert Setting.objects.count() == 0


@pytest.mark.parametrize("role", list(Role))
def test_only_who_may_choose_finds_the_page(client, role):
    client.force_login(cast.person(role))
    may = role in (Role.HEAD, Role.ADMINISTRATOR)
    assert client.get("/settings/").status_code == (200 if may else 403)
    assert ('href="/settings/"' in client.get("/").content.decode()) == may


def test_the_page_asks_the_settings_once(client):
    with CaptureQueriesContext(connection) as asked:
        client.get("/settings/")
    assert sum("ledger_setting" in query["sql"] for query in asked.captured_queries) == 1
