"""The Portfolio page: what it answers, how it is narrowed, sorted, paged and exported, and what is done from it."""

from __future__ import annotations

import csv
import re
from io import BytesIO, StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import load_workbook

from tests import cast
from vitalfew.ledger.models import Customer, Run
from vitalfew.selection.models import KeyAccount, Lead

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_CURRENT_URL": "http://testserver/"}


@pytest.fixture(autouse=True)
def signed_in(client, settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    client.force_login(cast.alice())


def text(response) -> str:
    """The page's words: tags left out, every blank the same."""
    words = re.sub(r"<(svg|script|select)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(
        re.sub(r"<[^>]+>", " ", words).replace("\u202f", " ").replace("\xa0", " ").replace("&amp;", "&").split()
    )


def names(response) -> list[str]:
    """The accounts in the order of their rows."""
    return [
        name.replace("&amp;", "&") for name in re.findall(r'<a id="a\d+"[^>]*>([^<]+)</a>', response.content.decode())
    ]


def asked_of_the_database(client, address: str, **headers: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address, **headers).status_code == 200
    return len(asked)


def test_an_empty_house_teaches_the_first_step(client):
    said = text(client.get("/"))
    assert "No numbers yet." in said
    assert "Import a sales ledger" in said


def test_the_first_sentence_says_who_carries_us(client):
    cast.portfolio()
    cast.key(1, manager=cast.ben())
    cast.key(2)
    said = text(client.get("/"))
    assert (
        "The largest 20 % of customers make 61.7 % of net sales. 2 key accounts, 1 without a manager, 1 rising." in said
    )


def test_a_short_ledger_does_not_claim_who_rises(client):
    cast.portfolio(first_day="2025-09-01")
    cast.key(1)
    page = client.get("/")
    assert page.context["head"].rising.value is None
    assert "The ledger has to reach back two years." in text(page)


def test_the_curve_can_be_read_without_seeing_it(client):
    cast.portfolio()
    page = client.get("/").content.decode()
    assert page.count('class="vf-stop"') == 11
    assert '<svg class="vf-curve"' in page
    rows = client.get("/").context["curve_rows"]
    assert rows[3] == ("20\u202f%", "61.7\u202f%", "59.7\u202f% to 63.7\u202f%")


def test_rows_stand_in_the_order_of_rank(client):
    cast.portfolio()
    assert names(client.get("/")) == list(cast.NAMES)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?show=key", ["Acme Tools", "Borealis"]),
        ("?show=unled", ["Borealis"]),
        ("?show=candidates", []),
        ("?show=quiet", ["Borealis"]),
        ("?q=bor", ["Borealis"]),
        ("?q=C00004", ["Dunmore"]),
        ("?country=France", ["Acme Tools", "Dunmore"]),
        ("?manager=ben@example.org", ["Acme Tools"]),
        ("?sort=net&q=d", ["Fjord Supply", "Edda Trading", "Dunmore"]),
        ("?show=nonsense&sort=nonsense&q=acme", ["Acme Tools"]),
    ],
)
def test_the_address_narrows_and_sorts_the_list(client, query, expected):
    cast.portfolio()
    cast.key(1, manager=cast.ben())
    cast.key(2)
    assert names(client.get(f"/{query}")) == expected


def test_the_pressed_column_says_how_it_sorts(client):
    cast.portfolio()
    page = client.get("/?by=-net&sort=rank", **HTMX)
    assert page["HX-Push-Url"] == "/?sort=-net"
    assert (
        '<th role="columnheader" scope="col" class="c-net" aria-sort="descending"><button name="by" value="net">'
        in page.content.decode()
    )


def test_more_rows_follow_where_the_page_ends(client):
    cast.portfolio(120)
    first = client.get("/")
    after = re.search(r'hx-get="(/\?after=[^"]+)"', first.content.decode())
    second = client.get(after[1], **HTMX)
    assert (len(names(first)), len(names(second))) == (50, 50)
    assert names(first)[-1] == "Customer 50"
    assert names(second)[0] == "Customer 51"
    assert "<html" not in second.content.decode()


def test_htmx_gets_the_list_and_with_a_new_window_the_figures(client):
    cast.portfolio(windows=((0, "revenue", "customer"), (12, "revenue", "customer")))
    same, other = client.get("/?show=key", **HTMX).content.decode(), client.get("/?months=12", **HTMX).content.decode()
    assert 'id="figures"' not in same
    assert 'id="figures" class="vf-figures" hx-swap-oob="true"' in other
    assert other.lstrip().startswith('<div id="list">')


def test_the_window_stays_in_the_address(client):
    cast.portfolio(windows=((0, "revenue", "customer"), (12, "margin", "group")))
    page = client.get("/?months=12&basis=margin&level=group", **HTMX)
    assert page["HX-Push-Url"] == "/?months=12&basis=margin&level=group"
    assert page.context["head"].basis == "margin"


@pytest.mark.parametrize("address", ["/", "/?show=key&sort=-net"])
def test_queries_do_not_grow_with_rows(client, address):
    cast.portfolio(25)
    for n in range(1, 11):
        cast.key(n, manager=cast.ben())
    few = asked_of_the_database(client, address)
    assert few <= 12
    seventy_five_more()
    assert asked_of_the_database(client, address) == few


def seventy_five_more() -> None:
    """Accounts added to the shown run, every second one key and led."""
    people = Customer.objects.bulk_create(Customer(id=n, key=f"X{n}") for n in range(1000, 1075))
    cast.into(Run.objects.get(), people)
    for row in people[::2]:
        cast.key(row.pk, manager=cast.ben(), deputy=cast.carla())


def test_the_export_honours_filters_and_holds_every_row(client):
    cast.portfolio(120)
    cast.key(3, manager=cast.ben())
    rows = list(csv.DictReader(StringIO(client.get("/portfolio/export.csv").content.decode("utf-8-sig"))))
    assert len(rows) == 120
    (only,) = csv.DictReader(StringIO(client.get("/portfolio/export.csv?show=key").content.decode("utf-8-sig")))
    assert (only["Name"], only["Manager"], only["Net 12 months"], only["Currency"]) == (
        "Cobalt & Sons",
        "Ben Manager",
        "40000.0",
        "GBP",
    )


def test_an_exported_name_cannot_run_as_formula(client):
    cast.portfolio()
    Customer.objects.filter(pk=1).update(name='=HYPERLINK("http://example.org")')
    (row,) = csv.DictReader(StringIO(client.get("/portfolio/export.csv?q=HYPERLINK").content.decode("utf-8-sig")))
    assert row["Name"] == '\'=HYPERLINK("http://example.org")'
    book = load_workbook(BytesIO(client.get("/portfolio/export.xlsx?q=HYPERLINK").content))
    assert book.get_sheet_by_index(0).to_python()[1][6] == '=HYPERLINK("http://example.org")'


def test_a_name_never_becomes_markup(client):
    cast.portfolio()
    Customer.objects.filter(pk=1).update(name="<img src=x onerror=alert(1)>", country="<b>")
    page = client.get("/").content.decode()
    assert "<img src=x" not in page
    assert "&lt;img src=x onerror=alert(1)&gt;" in page


def test_many_accounts_are_designated_at_once(client):
    cast.portfolio()
    cast.ben()
    cast.key(1)
    answer = client.post(
        "/portfolio/designate/",
        {"account": ["1", "2", "3"], "reason": "Grow", "manager": "ben@example.org"},
        follow=True,
    )
    said = text(answer)
    assert "2 accounts designated." in said
    assert "Acme Tools is a key account already. Nothing was changed." in said
    assert set(KeyAccount.objects.values_list("account_id", flat=True)) == {1, 2, 3}
    assert set(Lead.objects.values_list("account_id", flat=True)) == {2, 3}


def test_many_accounts_are_assigned_at_once(client):
    cast.portfolio()
    cast.key(1)
    cast.key(2)
    cast.carla()
    client.post(
        "/portfolio/assign/",
        {"account": ["1", "2"], "reason": "Region", "manager": "carla@example.org", "role": "deputy"},
    )
    assert list(Lead.objects.order_by("account_id").values_list("account_id", "person__name", "role")) == [
        (1, "Carla Deputy", "deputy"),
        (2, "Carla Deputy", "deputy"),
    ]


def test_choosing_nothing_is_refused_in_words(client):
    cast.portfolio()
    answer = client.post("/portfolio/designate/", {"reason": "Grow"})
    assert answer.status_code == 400
    assert "Choose one or more accounts in the list first. Nothing was changed." in text(answer)


@pytest.mark.parametrize(
    "after", ["x", "WyJhYmMiLDEsMV0", "WzEsMSwxLDFd", "W251bGwsIngiLDFd", "WyIyMDI2LTAxLTAxIiwxLDFd", "////"]
)
def test_a_mark_that_is_not_ours_starts_the_list_afresh(client, after):
    cast.portfolio()
    assert names(client.get("/", {"after": after})) == list(cast.NAMES)


@pytest.mark.parametrize(
    "sort", ["rank", "-rank", "net", "-net", "chance", "-chance", "moved", "-moved", "last", "-last"]
)
def test_paging_meets_every_row_once_in_each_order(client, sort):
    cast.portfolio(120)
    seen, address = [], f"/?sort={sort}"
    while address:
        page = client.get(address, **HTMX)
        seen += names(page)
        more = re.search(r'hx-get="([^"]+after=[^"]+)"', page.content.decode())
        address = more[1].replace("&amp;", "&") if more else ""
    assert len(seen) == len(set(seen)) == 120
