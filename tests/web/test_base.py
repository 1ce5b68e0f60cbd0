"""What every page shares: navigation, landmarks, the refresh banner, the measure pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests import cast
from vitalfew.ledger.models import Batch
from vitalfew.rounds.models import Refreshing
from vitalfew.trust.files import known
from vitalfew.web.pages import measures

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture(autouse=True)
def signed_in(client, settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    settings.TASKS = {"default": {"BACKEND": "django.tasks.backends.dummy.DummyBackend"}}
    client.force_login(cast.alice())


def batch(hours: int) -> None:
    """A file accepted some hours after the shown run began."""
    at = cast.MORNING + timedelta(hours=hours)
    file = known(digest="0" * 64, name="sales.csv", size=1, at=at)
    Batch.objects.create(
        number=1, kind="sales", file=file, file_name="sales.csv", accepted_at=at, accepted_by="Alice Head", lines=240
    )


def test_the_navigation_holds_only_pages_that_exist(client):
    page = client.get("/").content.decode()
    places = re.findall(r'<li><a href="([^"]+)" title="[^"]+"( aria-current="page")?>([^<]+)</a>', page)
    assert places == [
        ("/import/", "", "Import"),
        ("/", ' aria-current="page"', "Portfolio"),
        ("/ladder/", "", "Ladder"),
        ("/waves/", "", "Survey waves"),
        ("/playbook/", "", "Playbook"),
        ("/capacity/", "", "Capacity"),
        ("/people/", "", "People"),
        ("/settings/", "", "Settings"),
        ("/audit/", "", "Audit"),
    ]


@pytest.mark.parametrize("address", ["/", "/measures/", "/no-such-page/"])
def test_every_page_has_its_landmarks_once(client, address):
    page = client.get(address).content.decode()
    assert [
        page.count(mark)
        for mark in ("<main ", "<h1>", "<nav ", 'class="skip" href="#main"', 'id="messages" aria-live="polite"')
    ] == [1] * 5


def test_the_banner_is_silent_while_numbers_are_fresh(client):
    cast.portfolio()
    batch(-1)
    assert client.get("/refresh/", **HTMX).content.decode().strip() == ""


def test_the_banner_offers_a_refresh_when_the_ledger_changed(client):
    cast.portfolio()
    batch(1)
    said = client.get("/refresh/", **HTMX).content.decode()
    assert "The ledger has changed since these numbers were made." in said
    assert '<button class="btn btn-primary">Refresh</button>' in said


def test_a_running_refresh_shows_its_stage_and_asks_again(client):
    Refreshing.objects.create(asked_at=cast.MORNING, asked_by="Alice Head", state="running", stage="Ranks", done=0.6)
    said = client.get("/refresh/", **HTMX).content.decode()
    assert 'hx-trigger="every 1s"' in said
    assert '<progress max="1" value="0.600">60\u202f%</progress>' in said
    assert "Ranks" in said


def test_the_watching_page_is_loaded_again_at_the_end(client):
    Refreshing.objects.create(asked_at=cast.MORNING, asked_by="Alice Head", state="done", done=1.0)
    assert client.get("/refresh/?watching=1", **HTMX)["HX-Refresh"] == "true"
    assert "HX-Refresh" not in client.get("/refresh/", **HTMX)


def test_a_failed_refresh_says_why(client):
    cast.portfolio()
    batch(1)
    Refreshing.objects.create(asked_at=cast.MORNING, asked_by="Alice Head", state="failed", word="The disk is full.")
    assert "The disk is full." in client.get("/refresh/", **HTMX).content.decode()


def test_pressing_refresh_asks_for_one(client):
    answer = client.post("/refresh/", **HTMX)
    assert Refreshing.objects.get().asked_by == "Alice Head"
    assert "A refresh waits for its turn" in answer.content.decode()


def test_without_htmx_a_refresh_leads_back_to_the_portfolio(client):
    assert client.post("/refresh/")["Location"] == "/"


def test_a_measure_page_shows_its_text_and_no_html_of_it(client, tmp_path, monkeypatch):
    monkeypatch.setattr(measures, "FOLDER", tmp_path)
    (tmp_path / "rank.md").write_text(
        "# Rank\n\nSee [share](top-20-share.md). <script>alert(1)</script>\n\n| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    page = client.get("/measures/rank/").content.decode()
    assert "<h1>Rank</h1>" in page
    assert '<a href="/measures/top-20-share/">share</a>' in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<td>1</td>" in page
    assert '<a href="/measures/rank/">Rank</a>' in client.get("/measures/").content.decode()


def test_a_measure_without_page_answers_politely(client):
    answer = client.get("/measures/nothing-of-the-kind/")
    assert answer.status_code == 404
    assert "No page tells about “nothing-of-the-kind” yet." in answer.content.decode()
