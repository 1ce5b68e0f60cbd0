"""The first day: a head of key accounts drops the ledger, sees the vital few, designates three and takes the list along."""

from __future__ import annotations

import csv
import re
from datetime import date

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import look
from vitalfew.demo.files import write_files
from vitalfew.demo.firm import make_firm

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    return write_files(firm=make_firm(customers=300, until=date(2026, 11, 1)), folder=tmp_path_factory.mktemp("firm"))


def imported(page, path):
    page.get_by_role("link", name="Import").first.click()
    page.locator("input[type=file]").set_input_files(path)
    send = page.get_by_role("button", name=re.compile("Hand over|Upload|Read"))
    if send.count() and send.first.is_visible():
        send.first.click()
    accept = page.get_by_role("button", name=re.compile("^Import these"))
    expect(accept).to_be_visible(timeout=30_000)
    look(page, f"import-read-{path.stem}")
    accept.click()
    expect(page.get_by_text(re.compile("accepted", re.IGNORECASE)).first).to_be_visible(timeout=60_000)


def test_from_the_ledger_to_three_led_key_accounts(page, served, files):
    for email, name in (("ben@firm.example", "Ben Manager"), ("carla@firm.example", "Carla Deputy")):
        served.run("people", "add", email, name, "--role", "manager")
    page.goto(served.address)
    expect(page.get_by_role("link", name="Import a sales ledger")).to_be_visible()
    look(page, "portfolio-empty")
    imported(page, files.sales[0])
    look(page, "import-done")
    page.get_by_role("button", name=re.compile("Refresh")).first.click()
    page.goto(served.address)
    expect(page.locator("#figures")).to_be_visible(timeout=60_000)
    look(page, "portfolio")

    names = [cell.inner_text() for cell in page.locator("tbody#rows th a").all()[:3]]
    for box in page.locator("tbody#rows input[name=account]").all()[:3]:
        box.check()
    bulk = page.get_by_role("form", name="Chosen accounts")
    bulk.get_by_label("Reason").fill("They carry us")
    bulk.locator("select[name=manager]").select_option(label="Ben Manager")
    bulk.get_by_role("button", name="Designate").click()
    expect(page.get_by_text("3 key accounts").first).to_be_visible()
    page.goto(f"{served.address}/?show=key")
    expect(page.locator("tbody#rows tr")).to_have_count(3)
    look(page, "portfolio-key")

    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    rows = list(csv.DictReader(download.value.path().open(encoding="utf-8-sig", newline="")))
    assert [row["Account" if "Account" in row else "Name"] for row in rows] and len(rows) == 3
    assert {value for row in rows for value in row.values() if value == "Ben Manager"} == {"Ben Manager"}

    page.goto(f"{served.address}/?show=key")
    page.get_by_role("link", name=names[0], exact=True).click()
    expect(page.get_by_role("heading", name=names[0])).to_be_visible()
    expect(page.get_by_text("Ben Manager").first).to_be_visible()
    look(page, "account")
    for name, path in (
        ("people", "people/"),
        ("measure", "measures/rank/"),
        ("batch", "batches/1/"),
        ("undo", "batches/1/undo/"),
        ("rates", "rates/"),
    ):
        page.goto(f"{served.address}/{path}")
        look(page, name)
    page.goto(served.signin_link("ben@firm.example"))
    look(page, "signin-link", as_stranger=True)
    page.goto(f"{served.address}/signin/")
    look(page, "signin", as_stranger=True)
