"""The Import page: files handed over, read, asked about, imported, reported, undone."""

from __future__ import annotations

import gzip
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from vitalfew.ground import clock
from vitalfew.ledger import queries
from vitalfew.trust import people
from vitalfew.trust.actors import operator

pytestmark = pytest.mark.django_db(transaction=True)

PLAIN = "Invoice,Customer,Date,Item,Quantity,Unit Price\n1,C1,2026-01-03,A1,2,1.50\n2,C2,2026-01-04,A2,1,10.00\n"
TWO_WAYS = "Invoice,Customer,Date,Item,Quantity,Unit Price\n1,C1,03/04/2026,A1,2,1.50\n2,C2,05/06/2026,A2,1,10.00\n"
UGLY = (
    "Invoice,Customer,Date,Item,Description,Quantity,Unit Price\n"
    "1,C1,2026-01-03,A1,Bolt,2,1.50\n"
    "2,C2,2026-01-04,A2,Nut,abc,2.00\n"
    "C3,C1,2026-01-09,A1,Bolt,-1,1.50\n"
    "4,C3,2026-01-10,POST,Postage,1,5.00\n"
    "Total,,,,,2,\n"
)
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def _at_once(settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}


@pytest.fixture
def ada(client):
    person = people.add_person(email="ada@example.org", name="Ada Miller", by=operator(), at=clock.now(), role="head")
    client.force_login(person)
    return person


def hand_over(client, name: str, text: str | bytes, **extra):
    body = text.encode() if isinstance(text, str) else text
    return client.post(reverse("upload"), {"files": SimpleUploadedFile(name, body)}, **extra)


def words(response) -> str:
    """The page's text, tags left out, blanks made one."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


def only_arrival() -> queries.ArrivalRow:
    (row,) = queries.arrivals(person=None)
    return row


def imported(client, text: str = PLAIN, name: str = "sales.csv") -> int:
    """Hand a file over and import it; its batch."""
    hand_over(client, name, text)
    number = only_arrival().number
    client.post(reverse("accept", args=[number]))
    return queries.arrival(number, person=None).batch


def test_strangers_are_sent_to_sign_in(client):
    response = client.get(reverse("import"))
    assert (response.status_code, response["Location"]) == (302, "/signin/?next=%2Fimport%2F")


def test_empty_ledger_teaches_needed_columns(client, ada):
    told = words(client.get(reverse("import")))
    assert "What a file needs" in told
    assert "vitalfew import sales.xlsx vitalfew refresh vitalfew concentration" in told


def test_file_handed_over_shows_preview(client, ada):
    response = hand_over(client, "sales.csv", PLAIN)
    assert (response.status_code, response["Location"]) == (302, reverse("import"))
    assert only_arrival().state == "read"
    told = words(client.get(reverse("import")))
    assert "sales.csv" in told
    assert "2026-01-03 is read as 3 January 2026" in told
    assert "Import these lines" in told


def test_several_files_become_several_cards(client, ada):
    files = [SimpleUploadedFile(f"sales-{place}.csv", PLAIN.encode()) for place in (1, 2)]
    response = client.post(reverse("upload"), {"files": files}, **HTMX)
    assert response.status_code == 200
    assert re.findall(r'<h2 id="arrival-\d+-name"[^>]*>([^<]+)', response.content.decode()) == [
        "sales-2.csv",
        "sales-1.csv",
    ]


def test_upload_without_file_is_refused(client, ada):
    response = client.post(reverse("upload"), {})
    assert response.status_code == 400
    assert "No file was handed over" in words(response)


def test_name_with_path_stays_a_word(client, ada, home):
    hand_over(client, "../../etc/passwd.csv", PLAIN)
    assert only_arrival().file == "passwd.csv"
    assert sorted(path.name for path in home.iterdir() if "passwd" in path.name) == []


def test_markup_in_a_file_stays_text(client, ada):
    hand_over(client, "sales.csv", PLAIN.replace("A1", "<script>alert(1)</script>"))
    page = client.get(reverse("import")).content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_two_readings_are_asked_with_both_days(client, ada):
    hand_over(client, "sales.csv", TWO_WAYS)
    told = words(client.get(reverse("import")))
    assert "Which day is “03/04/2026”? 3 April 2026 day first 4 March 2026 month first" in told
    assert "Import these lines" not in told


def test_answer_reads_the_file_again(client, ada):
    hand_over(client, "sales.csv", TWO_WAYS)
    number = only_arrival().number
    response = client.post(reverse("answer", args=[number]), {"dates": "mdy"}, **HTMX)
    assert response.status_code == 200
    assert "03/04/2026 is read as 4 March 2026" in words(client.get(reverse("arrival", args=[number])))
    assert only_arrival().choices == {"columns": {}, "dates": "mdy"}


def test_decimal_question_shows_both_amounts(client, ada):
    hand_over(client, "sales.csv", "Invoice;Customer;Date;Amount\n1;C1;2026-01-03;1.234\n2;C2;2026-01-04;5.678\n")
    told = words(client.get(reverse("import")))
    assert "How much is “1.234”? 1.234 decimal point: 1,234.56 1234 decimal comma: 1.234,56" in told


def test_mixed_decimals_say_what_clashes(client, ada):
    hand_over(client, "sales.csv", "Invoice;Customer;Date;Amount\n1;C1;2026-01-03;1.50\n2;C2;2026-01-04;5,60\n")
    told = words(client.get(reverse("import")))
    assert "Does the file write a decimal point or a decimal comma?" in told
    assert "the file mixes both" in told


def test_column_question_is_answered_by_choice(client, ada):
    text = "Customer ID,CustomerID,Date,Amount\n10,A10,2026-01-03,5.00\n11,A11,2026-01-04,6.00\n"
    hand_over(client, "sales.csv", text)
    number = only_arrival().number
    told = words(client.get(reverse("arrival", args=[number])))
    assert "Which column is the customer number?" in told
    client.post(reverse("answer", args=[number]), {"column:customer": "CustomerID"})
    row = only_arrival()
    assert (row.state, row.preview["fields"]["customer"]) == ("read", "CustomerID")


@pytest.mark.parametrize(
    ("posted", "sentence"),
    [
        ({"column:colour": "Item"}, "“column:colour” is nothing that can be chosen"),
        ({"is_staff": "1"}, "“is_staff” is nothing that can be chosen"),
        ({"column:item": "Colour"}, "The file has no column “Colour”."),
        ({"dates": "ydm"}, "“ydm” is no answer here."),
        ({"currency": "Pounds"}, "“Pounds” is no currency"),
        ({"column:item": "Customer", "column:customer": "Customer"}, "“Customer” is chosen both as"),
    ],
)
def test_choice_that_is_none_is_refused(client, ada, posted, sentence):
    hand_over(client, "sales.csv", PLAIN)
    before = only_arrival()
    response = client.post(reverse("answer", args=[before.number]), posted)
    assert response.status_code == 400
    assert sentence in words(response).replace("&quot;", '"')
    assert only_arrival() == before


def test_column_choice_changes_what_is_read(client, ada):
    text = "Invoice,Customer,Date,Net,Gross\n1,C1,2026-01-03,5.00,6.00\n"
    hand_over(client, "sales.csv", text.replace("Net", "Amount"))
    number = only_arrival().number
    client.post(reverse("answer", args=[number]), {"column:amount": "Gross", "currency": "eur"})
    row = only_arrival()
    assert (row.preview["fields"]["amount"], row.preview["currency"]) == ("Gross", "EUR")
    assert row.choices == {"columns": {"amount": "Gross"}, "currency": "EUR"}


def test_refused_file_says_its_sentence(client, ada):
    hand_over(client, "empty.csv", "")
    hand_over(client, "brochure.csv", b"%PDF-1.4 hello")
    told = words(client.get(reverse("import")))
    assert "empty.csv is empty. Nothing was changed." in told
    assert "brochure.csv is a PDF document, not a table." in told


def test_unknown_columns_can_be_named_below(client, ada):
    hand_over(client, "odd.csv", "Foo,Bar,Baz\nC1,2026-01-03,5.00\nC2,2026-01-04,6.00\n")
    number = only_arrival().number
    told = words(client.get(reverse("arrival", args=[number])))
    assert "odd.csv has no column that names the customer." in told
    assert "--map" not in told
    assert "Say how it is to be read" in told
    client.post(
        reverse("answer", args=[number]),
        {"column:customer": "A", "column:date": "Bar", "column:amount": "C", "dates": ""},
    )
    row = only_arrival()
    assert row.state == "read"
    assert {want: row.preview["fields"][want] for want in ("customer", "date", "amount")} == {
        "customer": "Foo", "date": "Bar", "amount": "Baz",
    }  # fmt: skip


def test_accept_imports_and_reports_every_line(client, ada):
    number = imported(client, UGLY, "ugly.csv")
    told = words(client.get(reverse("batch", args=[number])))
    assert "5 lines in the file" in told
    assert "3 + 0 + 1 + 1 = 5" in told
    assert "The quantity is no number. refused 1 F3 : “abc”" in told
    assert "A totals row: it repeats what other lines say. set aside 1 row 6" in told
    assert "Net total 6.50 no currency named" in told
    assert "Charges 1 Freight, fees, discounts" in told
    assert "3 New not in the ledger before" in told
    assert "Days covered 8" in told


def test_four_counts_share_the_whole_bar(client, ada):
    number = imported(client, UGLY, "ugly.csv")
    page = client.get(reverse("batch", args=[number])).content.decode()
    bars = re.findall(r'<rect class="is-(\w+)" x="(\d+)" y="0" width="(\d+)"', page)
    assert bars == [("accepted", "0", "600"), ("set_aside", "600", "200"), ("refused", "800", "200")]


def test_accepted_card_offers_refresh_next(client, ada):
    hand_over(client, "sales.csv", PLAIN)
    response = client.post(reverse("accept", args=[only_arrival().number]), **HTMX)
    told = words(response)
    assert response["HX-Trigger"] == "ledger-changed"
    assert "2 lines in the file" in told
    assert "Refresh now" in told
    assert queries.state().lines == 2


def test_accepting_twice_is_refused(client, ada):
    hand_over(client, "sales.csv", PLAIN)
    number = only_arrival().number
    client.post(reverse("accept", args=[number]))
    response = client.post(reverse("accept", args=[number]))
    assert response.status_code == 400
    assert len(queries.batch_rows()) == 1


def test_file_with_question_cannot_be_accepted(client, ada):
    hand_over(client, "sales.csv", TWO_WAYS)
    response = client.post(reverse("accept", args=[only_arrival().number]))
    assert (response.status_code, queries.batch_rows()) == (400, ())


def test_same_file_again_says_so(client, ada):
    first = imported(client)
    hand_over(client, "again.csv", PLAIN)
    told = words(client.post(reverse("accept", args=[only_arrival().number]), **HTMX))
    assert f"again.csv is already there (batch {first}). Nothing was changed." in told
    assert len(queries.batch_rows()) == 1


def test_overlap_tells_replaced_and_vanished(client, ada):
    imported(client)
    changed = PLAIN.replace("2,C2,2026-01-04,A2,1,10.00", "3,C2,2026-01-04,A2,1,9.00").replace("2,1.50", "3,1.50")
    second = imported(client, changed, "second.csv")
    told = words(client.get(reverse("batch", args=[second])))
    assert "1 New" in told
    assert "1 Replaced" in told
    assert "1 Vanished" in told
    assert "The vanished invoices 2" in told


def test_refused_rows_download_as_csv(client, ada):
    number = imported(client, UGLY, "ugly.csv")
    response = client.get(reverse("refused_rows", args=[number]))
    assert response["Content-Disposition"] == 'attachment; filename="ugly-refused.csv"'
    rows = b"".join(response.streaming_content).decode().splitlines()
    assert len(rows) == 3
    assert rows[1].startswith("2,C2,2026-01-04,A2,Nut,abc,2.00,3,F3,bad-quantity,abc")


def test_batch_without_refused_has_no_download(client, ada):
    assert client.get(reverse("refused_rows", args=[imported(client)])).status_code == 404


def test_undo_asks_first_and_changes_nothing(client, ada):
    number = imported(client)
    told = words(client.get(reverse("undo", args=[number])))
    assert "Its 2 lines go from the ledger." in told
    assert "It replaced no earlier invoices, so none come back." in told
    assert queries.state().lines == 2


def test_undo_brings_earlier_versions_back(client, ada):
    imported(client)
    second = imported(client, PLAIN.replace("2,1.50", "3,1.50"), "second.csv")
    told = words(client.get(reverse("undo", args=[second])))
    assert "The earlier version of one invoice comes back." in told
    assert "One invoice that an earlier file brought just so stays." in told
    response = client.post(reverse("undo", args=[second]))
    assert (response.status_code, response["Location"]) == (302, reverse("batch", args=[second]))
    assert queries.batch(second).undone_at is not None
    assert "it no longer counts" in words(client.get(reverse("batch", args=[second])))


def test_undo_twice_is_refused(client, ada):
    number = imported(client)
    client.post(reverse("undo", args=[number]))
    response = client.post(reverse("undo", args=[number]))
    assert response.status_code == 400
    assert "was undone" in words(response)


def test_drop_puts_file_away_unimported(client, ada):
    hand_over(client, "sales.csv", PLAIN)
    response = client.post(reverse("drop", args=[only_arrival().number]), **HTMX)
    assert words(response) == "sales.csv was put away. Nothing of it was imported."
    assert queries.arrivals(person=None) == ()


def test_files_of_others_do_not_exist(client, ada):
    hand_over(client, "sales.csv", PLAIN)
    number = only_arrival().number
    client.force_login(
        people.add_person(email="bob@example.org", name="Bob Stone", by=operator(), at=clock.now(), role="head")
    )
    assert "sales.csv" not in words(client.get(reverse("import")))
    assert client.get(reverse("arrival", args=[number])).status_code == 404
    for verb in ("answer", "accept", "drop"):
        assert client.post(reverse(verb, args=[number])).status_code == 404
    assert only_arrival().state == "read"


def test_poll_answers_only_to_news(client, ada, settings):
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    hand_over(client, "sales.csv", PLAIN)
    number = only_arrival().number
    address = reverse("arrival", args=[number])
    assert client.get(f"{address}?seen=waiting-0-0", **HTMX).status_code == 204
    first = client.get(f"{address}?seen=reading-0-0", **HTMX)
    assert 'hx-trigger="every 1s"' in first.content.decode()
    assert "sales.csv: waits to be read" in words(first)


def test_accepted_waits_for_the_worker(client, ada, settings):
    hand_over(client, "sales.csv", PLAIN)
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    response = client.post(reverse("accept", args=[only_arrival().number]), **HTMX)
    assert "being imported" in words(response)
    assert "Import these lines" not in words(response)


def test_gzip_and_customer_list_are_understood(client, ada):
    hand_over(
        client,
        "customers.csv.gz",
        gzip.compress(b"Customer No,Name,Town,Country\n10,Acme Ltd,Leeds,UK\n11,Bolt Ltd,York,UK\n"),
    )
    row = only_arrival()
    assert (row.state, row.preview["kind"]) == ("read", "customers")
    client.post(reverse("accept", args=[row.number]))
    told = words(client.get(reverse("batch", args=[queries.batch_rows()[0].number])))
    assert "New customers 2" in told
    assert "Undo" not in told


def test_rates_page_names_lone_currencies(client, ada):
    text = "Invoice,Customer,Date,Amount,Currency\n1,C1,2026-01-03,5.00,GBP\n2,C1,2026-01-04,5.00,GBP\n3,C2,2026-01-04,7.00,EUR\n"
    imported(client, text)
    assert "EUR stands alone: there is no rate into GBP" in words(client.get(reverse("rates")))
    imported(client, "date,from,to,rate\n2026-01-01,EUR,GBP,0.8612\n", "rates.csv")
    told = words(client.get(reverse("rates")))
    assert "stands alone" not in told
    assert "0.8612" in told


def test_views_that_write_refuse_get(client, ada):
    hand_over(client, "sales.csv", PLAIN)
    number = only_arrival().number
    found = [client.get(reverse("upload")).status_code]
    found += [client.get(reverse(verb, args=[number])).status_code for verb in ("answer", "accept", "drop")]
    assert found == [405, 405, 405, 405]


def test_no_page_carries_inline_script_or_style(client, ada):
    number = imported(client, UGLY, "ugly.csv")
    hand_over(client, "sales.csv", TWO_WAYS)
    for address in (
        reverse("import"),
        reverse("batch", args=[number]),
        reverse("undo", args=[number]),
        reverse("rates"),
    ):
        page = client.get(address).content.decode()
        assert re.findall(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", page) == []
