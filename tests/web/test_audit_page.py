"""The Audit page: list, filters, paging, export, Verify now; and everything that was done to one account."""

from __future__ import annotations

import csv
import io
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests import cast
from vitalfew.ledger import operations as ledger
from vitalfew.ledger.models import Merge
from vitalfew.trust import audit
from vitalfew.trust.actors import operator
from vitalfew.trust.audit import heads, verifying
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.rights import Role

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client, settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    client.force_login(cast.alice())
    cast.portfolio()


def note(verb: str = "selection.review", target: str = "customer:1", **values) -> None:
    audit.record(by=cast.as_alice(), at=cast.MORNING, verb=verb, target=target, **values)


def keep(home) -> None:
    newest = AuditEntry.objects.latest("number")
    heads.keep(home, number=newest.number, chain=newest.chain)


def text(response) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("\u202f", " ").replace("\xa0", " ").split())  # fmt: skip


def entries(response) -> list[int]:
    return [shown.line.row.number for shown in response.context["lines"]]


def told(response) -> list[list[str]]:
    raw = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(raw, newline="")))


def test_an_entry_reads_as_a_sentence_and_opens_to_all_of_it(client):
    note("selection.assign", before={"person": "x@example.org"}, after={"person": "y@example.org", "role": "deputy", "reason": "Stands in"})  # fmt: skip
    note("ledger.undo_batch", "batch:7", before={"lines": 12})
    said = text(client.get("/audit/"))
    assert "Alice Head made y@example.org deputy of Acme Tools (before: x@example.org): Stands in" in said
    assert "Field Before After person x@example.org y@example.org reason – Stands in role – deputy" in said
    assert "Alice Head took batch 7 back (lines was 12)" in said and "lines 12 –" in said
    assert "About batch:7 Through web" in said


def test_the_request_stands_beside_what_it_did(client):
    client.post("/accounts/1/designate/", {"reason": "Carries the region"})
    request = AuditEntry.objects.get(verb="selection.designate").request_id
    assert len(request) == 32
    assert f"Request {request}" in text(client.get("/audit/"))
    assert len(entries(client.get("/audit/", {"q": request}))) == 1


def test_filters_stand_in_the_address(client):
    for account in (1, 2, 2):
        note(target=f"customer:{account}")
    note("trust.add_team", "team:1", after={"name": "North"})
    asked = [
        ({"target": "C00002"}, [3, 2]), ({"target": "borealis"}, [3, 2]), ({"target": "customer:1"}, [1]), ({"q": "Borealis"}, [3, 2]),
        ({"q": "north"}, [4]), ({"verb": "trust."}, [4]), ({"by": "alice@example.org", "target": "customer:1"}, [1]), ({"by": "clock"}, []),
        ({"since": "2026-07-02"}, []), ({"until": "2026-07-01"}, [4, 3, 2, 1]), ({"since": "not a day", "after": "x"}, [4, 3, 2, 1]), ({"after": "3"}, [2, 1]),
    ]  # fmt: skip
    assert [(words, entries(client.get("/audit/", words))) for words, _ in asked] == asked
    page = client.get("/audit/", {"q": "<b>&", "by": '"><i>'}).content.decode()
    assert "<b>" not in page and '"><i>' not in page and "No entry fits." in page


def test_an_unknown_account_is_not_there(client):
    assert client.get("/audit/", {"target": "C99999"}).status_code == 404


@pytest.mark.parametrize("words", ["q=%00%00", "q=%ed%a0%80", "q=\ud800", "after=" + "9" * 400, "after=-1", "since=0000-00-00", "until=9999-12-31", "since=0001-01-01", "target=customer:" + "9" * 99, "target=:", "verb=%25", "q=" + "x" * 7_000, "by=%F0%9F%98%80", "after=²"])  # fmt: skip
def test_odd_words_are_answered(client, words):
    note()
    for place in ("/audit/", "/audit/export.csv", "/accounts/1/history/"):
        answer = client.get(f"{place}?{words.encode('utf-8', 'surrogatepass').decode('latin-1')}")
        assert answer.status_code in (200, 400, 404)
        _ = b"".join(answer) if answer.streaming else answer.content


def test_pages_follow_and_keep_the_filter(client):
    for _ in range(120):
        note()
    note("trust.add_team", "team:1")
    seen, address = [], "/audit/?verb=selection."
    while address:
        page = client.get(address)
        seen += entries(page)
        link = re.search(r'href="(\?[^"]+)">Older entries', page.content.decode())
        address = f"/audit/{link[1].replace('&amp;', '&')}" if link else ""
    assert seen == list(range(120, 0, -1))


def test_the_page_asks_as_often_for_fifty_rows_as_for_one(client):
    note()
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get("/audit/").status_code == 200
        counts.append(len(asked))
        for place in range(60):
            note(target=("customer:1", "customer:2", f"person:{cast.ben().pk}")[place % 3])
    assert counts[0] + 1 >= counts[1] and counts[1] <= 12


def test_export_holds_all_that_fits_and_no_formula(client):
    for place in range(60):
        note(after={"reason": "=cmd|' /C calc'!A0" if place == 7 else "fine"})
    AuditEntry.objects.filter(number=8).update(actor_name="@SUM(1)", request_id="+1+1")
    answer = client.get("/audit/export.csv")
    assert (answer["Content-Disposition"], answer["Cache-Control"]) == ('attachment; filename="audit.csv"', "no-store")
    header, *rows = told(answer)
    assert header[:4] == ["Number", "When (UTC)", "Who", "Through"]
    assert [int(row[0]) for row in rows] == list(range(60, 0, -1))
    assert [cell for row in rows for cell in row if cell[:1] in "=+-@" and cell] == []
    assert (rows[52][2], rows[52][10]) == ("'@SUM(1)", "'+1+1")
    assert rows[52][7] == "'@SUM(1) reviewed Acme Tools, …: =cmd|' /C calc'!A0"
    assert len(told(client.get("/audit/export.csv?q=cmd"))) == 2


def test_verify_now_says_what_it_found(client, home):
    for _ in range(4):
        note()
    keep(home)
    word = verifying.newest_head(by=operator())
    said = text(client.post("/audit/verify/", follow=True))
    assert f"All 4 entries are whole. The newest head is {word}." in said
    with connection.cursor() as cursor:
        cursor.execute("UPDATE trust_auditentry SET target = 'customer:2' WHERE number = 3")
    page = client.post("/audit/verify/", follow=True)
    assert "Entry 3 (selection.review on customer:2, 2026-07-01 08:30 UTC) was changed after it was written" in text(page)  # fmt: skip
    assert "vf-message-error" in page.content.decode()


def test_verify_now_checks_a_head_kept_elsewhere(client, home):
    note()
    keep(home)
    word = verifying.newest_head(by=operator())
    assert "The one entry is whole" in text(client.post("/audit/verify/", {"head": f" {word} "}, follow=True))
    assert "Entry 2 is missing" in text(client.post("/audit/verify/", {"head": f"2-{'a' * 32}"}, follow=True))
    answer = client.post("/audit/verify/", {"head": "nonsense"})
    assert (answer.status_code, "is no head of the trail" in text(answer)) == (400, True)


def test_verifying_is_no_link(client):
    assert client.get("/audit/verify/").status_code == 405


@pytest.mark.parametrize("role", [Role.MANAGER, Role.CONTRIBUTOR, Role.VIEWER])
def test_the_trail_is_for_whoever_has_the_right(role):
    note(after={"reason": "Very private words"})
    client = Client()
    client.force_login(cast.person(role))
    for send, place in ((client.get, "/audit/"), (client.post, "/audit/verify/"), (client.get, "/audit/export.csv")):
        answer = send(place)
        assert (answer.status_code, "private words" in answer.content.decode()) == (403, False)


def test_an_empty_trail_says_so(client):
    assert "Nothing was done here yet." in text(client.get("/audit/"))
    assert "There is nothing older." in text(client.get("/audit/", {"after": "1"}))


def test_an_accounts_history_is_for_whoever_may_see_it(client):
    note("selection.designate", after={"reason": "Carries the region", "margin_12_months": 4_200, "opinion": "vain"})
    note("selection.review", "customer:2", after={"reason": "Not this one"})
    assert 'href="/accounts/1/history/"' in client.get("/accounts/1/").content.decode()
    for person, status in ((cast.alice(), 200), (cast.let_in(cast.person(Role.VIEWER), 1), 200), (cast.person(Role.MANAGER), 404)):  # fmt: skip
        theirs = Client()
        theirs.force_login(person)
        answer = theirs.get("/accounts/1/history/")
        said = text(answer)
        assert answer.status_code == status
        assert ("Alice Head designated it" in said and ": Carries the region" in said) is (status == 200)
        assert [word for word in ("4200", "4 200", "vain", "Not this one") if word in said] == []
    assert text(theirs.get("/accounts/1/history/")) == text(theirs.get("/accounts/987/history/"))


def test_an_accounts_history_holds_that_of_what_is_merged_into_it(client):
    note("selection.review", "customer:2", after={"reason": "From before the merge"})
    ledger.merge_customers(duplicate="C00002", into="C00001", reason="One firm", by=cast.as_alice(), at=cast.MORNING)
    said = text(client.get("/accounts/1/history/"))
    assert "From before the merge" in said and ": One firm" in said
    assert client.get("/accounts/2/history/").status_code == 404
    Merge.objects.update(undone_at=cast.MORNING)
    assert "From before the merge" not in text(client.get("/accounts/1/history/"))


def test_an_accounts_history_pages(client):
    for _ in range(51):
        note()
    page = client.get("/accounts/1/history/")
    assert len(page.context["lines"]) == 50
    assert "/accounts/1/history/?after=2" in page.content.decode()
    assert [line.row.number for line in client.get("/accounts/1/history/?after=2").context["lines"]] == [1]
