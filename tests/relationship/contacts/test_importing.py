from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cast import MORNING, as_alice, customers, let_in, person
from vitalfew.relationship.lists import ListRefused
from vitalfew.relationship.models import Contact, Part, Position
from vitalfew.relationship.people import cards
from vitalfew.relationship.people.importing import import_contacts
from vitalfew.trust.actors import person_actor
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.rights import Role

pytestmark = pytest.mark.django_db
HEAD = "Customer,First Name,Last Name,E-Mail,Telephone,Job Title,Department,Language,Role"
ERIN = "C00001,Erin,Chef,erin@acme.example,+44 20 1234,Executive Chef,Operations,German,Decision maker"
CARD = """BEGIN:VCARD
VERSION:3.0
FN:Erin Chef
ORG:Acme Tools;Kitchen
TITLE:Executive Chef
EMAIL;TYPE=INTERNET:erin@acme.example
TEL;TYPE=WORK:+44 20 1234
END:VCARD
BEGIN:VCARD
VERSION:2.1
N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:M=C3=BCller;J=C3=B6rg
FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:J=C3=B6rg M=C3=BCller
ORG:Borealis
END:VCARD
"""


@pytest.fixture(autouse=True)
def ledger():
    return customers()


@pytest.fixture
def brought(tmp_path):
    def bring(*rows, head=HEAD, name="contacts.csv", text="", by=None, **more):
        path = tmp_path / name
        path.write_text(text or "\n".join([head, *rows]) + "\n")
        return import_contacts(path=path, name=name, by=by or as_alice(), at=MORNING, **more)

    return bring


def counts(told):
    return (told.rows, told.new, told.changed, told.same, len(told.refused))


def test_a_row_becomes_a_contact_with_work_and_part(brought):
    assert counts(brought(ERIN)) == (1, 1, 0, 0, 0)
    row = Position.objects.select_related("contact").get()
    assert (row.contact.name, row.contact.email, row.contact.phone, row.contact.language) == (
        "Erin Chef", "erin@acme.example", "+44 20 1234", "de",
    )  # fmt: skip
    assert (row.account_id, row.title, row.function) == (1, "Executive Chef", "operations")
    assert (Part.objects.get().kind, Part.objects.get().reason) == ("decides", "As contacts.csv says")
    assert row.contact.source == "file contacts.csv"


def test_the_same_list_twice_changes_nothing_and_an_empty_cell_leaves_what_is_known(brought):
    brought(ERIN)
    assert counts(brought(ERIN)) == (1, 0, 0, 1, 0)
    assert counts(brought("C00001,Erin,Chef,,,,,,")) == (1, 0, 0, 1, 0)
    assert counts(brought(ERIN.replace("1234", "9999"))) == (1, 0, 1, 0, 0)
    assert Contact.objects.get().phone == "+44 20 9999" and Part.objects.count() == 1


def test_one_person_of_two_firms_is_one_contact_with_two_positions(brought):
    assert counts(brought(ERIN, ERIN.replace("C00001", "C00002"))) == (2, 2, 0, 0, 0)
    assert Contact.objects.count() == 1 and Position.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (ERIN.replace("C00001", "C99999"), "no customer “C99999”"),
        (ERIN.replace("C00001", ""), "names no customer"),
        (ERIN.replace("erin@acme.example", "erin at acme"), "no e-mail address"),
        ("C00001,,,x@y.example,,,,,", "needs a name"),
    ],
)
def test_a_row_that_does_not_hold_is_told_and_the_rest_is_kept(brought, row, why):
    told = brought(row, "C00002,Frank,Buyer,,,,,,")
    assert [(one.number, why in one.reason) for one in told.refused] == [(2, True)]
    assert Position.objects.get().account_id == 2


def test_rows_may_belong_to_the_account_that_was_open(brought):
    assert counts(brought("Frank Buyer", head="Name", account=3)) == (1, 1, 0, 0, 0)
    assert Position.objects.get().account_id == 3


def test_an_address_book_is_read_in_any_version(brought):
    assert counts(brought(name="book.vcf", text=CARD)) == (2, 2, 0, 0, 0)
    assert list(Position.objects.order_by("pk").values_list("contact__name", "account_id", "title")) == [
        ("Erin Chef", 1, "Executive Chef"),
        ("Jörg Müller", 2, ""),
    ]
    assert Contact.objects.get(name="Erin Chef").email == "erin@acme.example"


@pytest.mark.parametrize(
    "text", ["", "hello", "BEGIN:VCARD\nFN:Erin\n", "BEGIN:VCALENDAR\nEND:VCALENDAR\n", "\x00\x01"]
)
def test_what_is_no_address_book_is_refused(brought, text):
    with pytest.raises(ListRefused, match="Nothing was changed"):
        brought(name="book.vcf", text=text or "\n")
    assert not Contact.objects.exists()


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(text=st.text(max_size=200), cut=st.integers(0, len(CARD)))
def test_a_damaged_address_book_is_read_or_refused_and_nothing_else(tmp_path, text, cut):
    path = tmp_path / "book.vcf"
    path.write_text(CARD[:cut] + text + CARD[cut:], errors="replace")
    try:
        rows = cards.read_cards(path, name="book.vcf")
    except ListRefused:
        return
    assert all(set(row.cells) == {"name", "email", "phone", "title", "language", "account"} for row in rows)


def test_a_trial_keeps_nothing(brought):
    assert counts(brought(ERIN, dry_run=True)) == (1, 1, 0, 0, 0)
    assert not Contact.objects.exists() and not AuditEntry.objects.exists()


def test_a_list_without_names_is_refused(brought):
    with pytest.raises(ListRefused, match="no column with names"):
        brought("C00001,x@y.example", head="Customer,E-Mail")


def test_rows_of_a_hidden_account_are_refused_and_blockers_need_the_right(brought):
    by = person_actor(let_in(person(Role.CONTRIBUTOR), 2), door="web")
    told = brought(ERIN, "C00002,Frank,Buyer,,,,,,Blocker", by=by)
    assert counts(told) == (2, 1, 0, 0, 1) and not Part.objects.exists()
