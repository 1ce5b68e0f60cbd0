from __future__ import annotations

from datetime import date

import pytest
import xlsxwriter

from tests.cast import MORNING, as_alice, ben, customers, let_in
from tests.relationship.people import at_work
from vitalfew.relationship.lists import ListRefused
from vitalfew.relationship.models import Contact, Evidence, Position, Response, Wave
from vitalfew.relationship.survey.importing import import_answers
from vitalfew.trust.actors import person_actor
from vitalfew.trust.models import AuditEntry

pytestmark = pytest.mark.django_db
HEAD = "Customer,Wave,Answered,Respondent,Job Title,Role,Q1 Sentence,Q8 Integrity,Q9 Rival 5 % cheaper,Q13 Next 12 months,Q17 One thing"
ERIN = 'C00001,Spring,2026-03-02,Erin Chef,Chef,decision maker,3,5,ask for a match,more,"Fewer, smaller boxes"'


@pytest.fixture(autouse=True)
def ledger():
    return customers()


@pytest.fixture
def brought(tmp_path):
    def bring(*rows, head=HEAD, by=None, dry_run=False):
        path = tmp_path / "survey.csv"
        path.write_text("\n".join([head, *rows]) + "\n")
        return import_answers(path=path, name=path.name, by=by or as_alice(), at=MORNING, dry_run=dry_run)

    return bring


def counts(told):
    return (told.rows, told.new, told.changed, told.same, told.contacts, len(told.refused))


def test_a_row_becomes_an_answer_with_contact_wave_and_evidence(brought):
    assert counts(brought(ERIN)) == (1, 1, 0, 0, 1, 0)
    row = Response.objects.select_related("contact", "wave").get()
    assert (row.contact.name, row.wave.name, row.way, row.part, row.answered_on) == (
        "Erin Chef", "Spring", "file", "decides", date(2026, 3, 2),
    )  # fmt: skip
    assert row.answers == {
        "sentence": 3,
        "integrity": 5,
        "cheaper_5": 3,
        "next_year": 3,
        "one_thing": "Fewer, smaller boxes",
    }
    assert Position.objects.get().title == "Chef" and Wave.objects.get().closed_at == MORNING
    assert set(Evidence.objects.values_list("kind", "side", "holds_from")) == {
        ("level_sentence", "customer", date(2026, 3, 2)),
        ("answer_integrity", "customer", date(2026, 3, 2)),
    }


def test_the_same_file_twice_changes_nothing_and_a_corrected_one_changes_its_rows(brought):
    brought(ERIN)
    assert counts(brought(ERIN)) == (1, 0, 0, 1, 0, 0)
    assert counts(brought(ERIN.replace(",3,5,", ",4,5,"))) == (1, 0, 1, 0, 0, 0)
    assert Response.objects.get().answers["sentence"] == 4
    assert Evidence.objects.filter(kind="level_sentence", withdrawn_at=None).get().value["answer"] == 4


def test_a_trial_keeps_nothing(brought):
    assert counts(brought(ERIN, dry_run=True)) == (1, 1, 0, 0, 0, 0)
    assert not Response.objects.exists() and not Contact.objects.exists() and not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("row", "why"),
    [
        (ERIN.replace("C00001", "C99999"), "no customer “C99999”"),
        (ERIN.replace("2026-03-02", "soon"), "no day on which somebody answered"),
        (ERIN.replace("2026-03-02", "2027-03-02"), "no day on which somebody answered"),
        (ERIN.replace("Erin Chef", ""), "name is missing"),
        (ERIN.replace(",3,5,", ",7,5,"), "no answer from 1 to 4"),
        (ERIN.replace("ask for a match", "shrug"), "“shrug”"),
        ("C00001,Spring,2026-03-02,Erin Chef,,,,,,,", "Not one question"),
    ],
)
def test_a_row_that_does_not_hold_is_told_and_the_rest_is_kept(brought, row, why):
    told = brought(row, ERIN.replace("C00001", "C00002"))
    assert [(one.number, why in one.reason) for one in told.refused] == [(2, True)]
    assert Response.objects.get().account_id == 2


def test_a_known_contact_is_found_by_address_or_name_and_not_doubled(brought):
    erin = at_work("Erin Chef", account=1, email="erin@acme.example")
    brought(ERIN)
    brought("C00001,Summer,2026-06-01,E. C.,ERIN@acme.example,2", head="Customer,Wave,Answered,Respondent,E-Mail,Q1")
    assert Contact.objects.get() == erin and Response.objects.filter(contact=erin).count() == 2


def test_two_of_one_name_in_one_wave_under_different_titles_are_two_people(brought):
    rows = (ERIN, ERIN.replace(",Chef,", ",Owner,").replace(",3,5,", ",1,2,"))
    assert counts(brought(*rows)) == (2, 2, 0, 0, 2, 0)
    assert counts(brought(*rows)) == (2, 0, 0, 2, 0, 0)


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("Una fuente entre varias: gana la más barata.", 1),
        ("EIN LIEFERANT, DER UNSERE ARBEIT BESSER MACHT.", 3),
        ("2", 2),
    ],
)
def test_answers_in_words_of_any_language_are_read(brought, words, answer):
    brought(f'C00001,2026-03-03,Erin,"{words}"', head="Customer,Answered,Respondent,Q1")
    assert Response.objects.get().answers == {"sentence": answer}


def test_a_list_with_dates_of_two_readings_is_refused_as_a_whole(brought):
    with pytest.raises(ListRefused, match="two ways"):
        brought(ERIN.replace("2026-03-02", "03/04/2026"))
    assert counts(brought(ERIN.replace("2026-03-02", "23/04/2026"))) == (1, 1, 0, 0, 1, 0)
    assert Response.objects.get().answered_on == date(2026, 4, 23)


def test_a_file_without_the_needed_columns_is_refused(brought):
    with pytest.raises(ListRefused, match="no column for respondent"):
        brought("C00001,2026-03-02,3", head="Customer,Answered,Q1")


def test_rows_of_a_hidden_account_are_refused_like_rows_of_none(brought):
    by = person_actor(let_in(ben(), 2), door="web")
    told = brought(ERIN, ERIN.replace("C00001", "C99999"), ERIN.replace("C00001", "C00002"), by=by)
    assert len({one.reason.replace("C00001", "X").replace("C99999", "X") for one in told.refused}) == 1
    assert Response.objects.get().account_id == 2


def test_an_excel_file_is_read_alike(tmp_path):
    path = tmp_path / "survey.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Customer", "Answered", "Respondent", "Q1 Sentence", "Q15 Recommend"])
        sheet.write_row(1, 0, ["C00001", "2026-03-02", "Erin Chef", 3, 9])
    import_answers(path=path, name="survey.xlsx", by=as_alice(), at=MORNING)
    assert Response.objects.get().answers == {"sentence": 3, "recommend": 9}
