"""Account > People: added, corrected, gone; parts and opinions with their reasons; the map and the alarms."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.cast import alice, ben, customers, let_in, person
from tests.relationship.people import at_work
from vitalfew.relationship.models import Acquaintance, Contact, Opinion, Part, Position
from vitalfew.trust.rights import Role

pytestmark = pytest.mark.django_db
PLACE = "/accounts/1/people/"


@pytest.fixture
def page(client):
    customers()
    client.force_login(let_in(ben(), 1))
    return client


def test_a_contact_is_added_with_part_and_acquaintance_and_stands_on_the_map(page):
    assert "We know nobody here yet." in page.get(PLACE).content.decode()
    page.post(f"{PLACE}add/", {"name": "Erin <Chef>", "function": "operations", "kind": "decides", "reason": "Signs", "known": "1"})  # fmt: skip
    text = page.get(PLACE).content.decode()
    assert "r-map-decides" in text and "Erin &lt;Chef&gt;" in text and "<Chef>" not in text
    assert "Everything hangs on one person" in text and Acquaintance.objects.get().person == ben()


def test_a_part_without_a_reason_adds_nobody(page):
    assert page.post(f"{PLACE}add/", {"name": "Erin", "kind": "decides"}).status_code == 400
    assert not Contact.objects.exists()


def test_a_contact_is_corrected_judged_known_and_leaves(page):
    at_work("Erin Chef", account=1)
    position = Position.objects.get()
    here = f"{PLACE}{position.pk}/"
    page.post(
        here, {"name": "Erin Cook", "title": "Owner", "function": "management", "version": "1", "contact_version": "1"}
    )
    page.post(f"{here}part/", {"kind": "sponsors", "reason": "Pleads for us"})
    page.post(f"{here}stands/", {"influence": "3", "attitude": "1", "reason": "Said so"})
    page.post(f"{here}known/", {"strength": "3"})
    text = page.get(PLACE).content.decode()
    assert "Erin Cook" in text and "Owner" in text and "sponsor" in text and "for us, says Ben Manager" in text
    page.post(f"{PLACE}parts/{Part.objects.get().pk}/end/")
    assert not Part.objects.exists()  # given and ended on one day: a slip
    page.post(f"{here}leave/")
    assert "1 person has left" in page.get(PLACE).content.decode()
    assert Opinion.objects.count() == 1 and Acquaintance.objects.get().strength == 3


def test_a_stale_correction_shows_both_values(page):
    at_work("Erin Chef", account=1)
    position = Position.objects.get()
    form = {"name": "Erin A", "function": "other", "version": "1", "contact_version": "1"}
    page.post(f"{PLACE}{position.pk}/", form)
    answer = page.post(f"{PLACE}{position.pk}/", form | {"name": "Erin B"})
    assert answer.status_code == 409 and "Erin A" in answer.content.decode() and "Erin B" in answer.content.decode()


def test_a_position_of_another_account_answers_like_one_that_is_not_there(page):
    at_work("Hana", account=2)
    number = Position.objects.get().pk
    for word in ("", "leave/", "part/", "stands/", "known/"):
        answers = {
            page.post(f"{PLACE}{one}/{word}", {"name": "X", "kind": "uses", "reason": "x"}).status_code
            for one in (number, 999)
        }
        assert answers == {404}, word
    assert Contact.objects.get().name == "Hana"


def test_opinions_are_not_shown_to_who_may_not_read_them(page, client):
    at_work("Erin Chef", account=1)
    position = Position.objects.get()
    page.post(f"{PLACE}{position.pk}/stands/", {"influence": "3", "attitude": "-1", "reason": "Prefers the rival"})
    page.post(f"{PLACE}{position.pk}/part/", {"kind": "blocks", "reason": "Prefers the rival"})
    assert "Prefers the rival" in page.get(PLACE).content.decode()
    client.force_login(let_in(person(Role.CONTRIBUTOR), 1))
    assert "Prefers the rival" not in client.get(PLACE).content.decode()


def test_a_list_is_brought_in_from_the_page(page):
    text = "Name,E-Mail\nErin Chef,erin@acme.example\n,nobody@acme.example\n"
    told = page.post(
        f"{PLACE}list/", {"file": SimpleUploadedFile("c.csv", text.encode())}, follow=True
    ).content.decode()
    assert "1 contacts are new" in told and "Row 3 was left out" in told


def test_who_only_reads_gets_no_forms(client):
    customers()
    at_work("Erin Chef", account=1)
    client.force_login(let_in(person(Role.VIEWER), 1))
    text = client.get(PLACE).content.decode()
    assert "Erin Chef" in text and "Add a contact" not in text and "change-" not in text


def test_a_hidden_account_has_no_people_page(client):
    customers()
    client.force_login(let_in(ben(), 2))
    assert client.get(PLACE).status_code == client.get("/accounts/99/people/").status_code == 404


def test_the_page_asks_the_same_few_questions_however_many_people(client, django_assert_max_num_queries):
    customers()
    for number in range(25):
        at_work(f"Person {number}", account=1)
    client.force_login(alice())
    client.get(PLACE)
    with django_assert_max_num_queries(20):
        client.get(PLACE)
