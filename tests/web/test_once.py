"""Forms sent twice: a double click makes one record, and the second answer is the first."""

from __future__ import annotations

import re

import pytest

from tests import cast
from vitalfew.selection.models import KeyAccount, Review
from vitalfew.trust.models import DoneOnce, Person

pytestmark = pytest.mark.django_db
TOKEN = "a-fresh-word-of-a-form"


@pytest.fixture(autouse=True)
def alice(client, settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    cast.portfolio()
    client.force_login(cast.alice())


@pytest.mark.parametrize(
    ("address", "words", "made"),
    [
        ("/accounts/2/designate/", {"reason": "Grows"}, lambda: KeyAccount.objects.filter(account=2)),
        (
            "/portfolio/designate/",
            {"reason": "Grows", "account": ["2", "3"]},
            lambda: KeyAccount.objects.filter(account__in=(2, 3)),
        ),
        ("/accounts/1/review/", {"reason": "Looked", "outcome": "keep"}, lambda: Review.objects),
        ("/people/add/", {"name": "Cy Vale", "email": "cy@example.org"}, lambda: Person.objects.filter(name="Cy Vale")),
    ],
)
def test_a_double_click_makes_one_record(client, address, words, made):
    cast.key(1)
    first, second = (client.post(address, {**words, "once": TOKEN}) for _ in range(2))
    assert (first.status_code, second.status_code, second["Location"]) == (302, 302, first["Location"])
    assert made().count() == len(words.get("account", [1]))


def test_without_the_word_a_form_is_as_ever(client):
    cast.key(1)
    for _ in range(2):
        assert client.post("/accounts/1/review/", {"reason": "Looked", "outcome": "keep"}).status_code == 302
    assert (Review.objects.count(), DoneOnce.objects.count()) == (2, 0)


def test_going_back_and_sending_other_words_is_another_request(client):
    for name in ("Cy", "Di"):
        answer = client.post("/people/add/", {"name": name, "email": f"{name}@example.org", "once": TOKEN})
        assert answer.status_code == 302
    assert Person.objects.filter(name__in=("Cy", "Di")).count() == 2


def test_a_refused_form_may_be_sent_again(client):
    assert client.post("/accounts/2/review/", {"reason": "x", "outcome": "keep", "once": TOKEN}).status_code == 400
    assert DoneOnce.objects.count() == 0
    cast.key(2)
    assert client.post("/accounts/2/review/", {"reason": "x", "outcome": "keep", "once": TOKEN}).status_code == 302


def test_another_person_does_not_get_the_answer(client):
    cast.key(1)
    words = {"reason": "Looked", "outcome": "keep", "once": TOKEN}
    client.post("/accounts/1/review/", words)
    client.force_login(cast.person(cast.Role.HEAD))
    client.post("/accounts/1/review/", words)
    assert Review.objects.count() == 2


@pytest.mark.parametrize("word", ["short", "x" * 101])
def test_a_word_that_is_none_of_ours_is_passed_over(client, word):
    client.post("/people/add/", {"name": "Cy", "email": "cy@example.org", "once": word})
    assert DoneOnce.objects.count() == 0


@pytest.mark.parametrize(("address", "forms"), [("/accounts/1/", 4), ("/accounts/2/", 1), ("/people/", 1), ("/", 1)])
def test_forms_that_make_records_carry_a_fresh_word(client, address, forms):
    cast.key(1, manager=cast.ben())
    drawn = [re.findall(r'name="once" value="([\w-]{22})"', client.get(address).content.decode()) for _ in range(2)]
    assert len(drawn[0]) >= forms
    assert len(set(drawn[0] + drawn[1])) == len(drawn[0]) + len(drawn[1])
