"""A manager's first week: let in by an administrator, a password and a second factor, their own accounts, a hand-over, the trail."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import look
from tests.sales import csv_of, monthly
from tests.web.codes import code

pytestmark = pytest.mark.browser
PASSWORD = "correct horse battery staple"


@pytest.fixture
def stocked(served, tmp_path):
    """A firm with eight customers, two managers, two key accounts of Ben's and one of Carla's."""
    path = tmp_path / "sales.csv"
    path.write_text(csv_of(monthly()))
    served.run("import", str(path))
    served.run("refresh")
    for email, name in (("ben@firm.example", "Ben Manager"), ("carla@firm.example", "Carla Deputy")):
        served.run("people", "add", email, name, "--role", "manager")
    for account, manager in (("C1", "Ben Manager"), ("C2", "Ben Manager"), ("C3", "Carla Deputy")):
        served.run("designate", account, "--reason", "Carries the region", "--manager", manager)
    return served


def opened(page: Page, served, path: str, name: str) -> None:
    """Go there, see that it answers, and look at it."""
    answer = page.goto(f"{served.address}{path}")
    assert answer is not None and answer.status == 200, f"{path}: {answer.status if answer else 'nothing'}"
    look(page, name)


def of(page: Page, served, email: str) -> Page:
    """Somebody else's window, signed in by a link."""
    theirs = page.context.browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    theirs.goto(served.signin_link(email))
    theirs.get_by_role("button", name="Sign in").click()
    return theirs


def let_in_to_see(page: Page, stocked) -> None:
    page.goto(f"{stocked.address}/people/")
    page.get_by_role("link", name="Ben Manager").click()
    page.get_by_label("Account, by number or name").fill("C5")
    page.get_by_label("Reason").fill("Covers for a colleague")
    page.get_by_role("button", name="Let them in").click()
    expect(page.get_by_text("Ben Manager sees it from today on.")).to_be_visible()
    look(page, "person")
    page.get_by_role("button", name="Make a sign-in link").click()
    link = page.locator(".link-address code").inner_text()

    ben = page.context.browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    ben.goto(link.replace("http://localhost", "http://127.0.0.1"))
    ben.get_by_role("button", name="Sign in as Ben Manager").click()
    expect(ben.locator("tbody#rows tr")).to_have_count(3)
    expect(ben.get_by_text("You see 3 accounts")).to_be_visible()
    look(ben, "portfolio-own")
    assert ben.goto(f"{stocked.address}/people/").status == 403
    hidden = [ben.goto(f"{stocked.address}/accounts/{number}/").status for number in (3, 77777)]
    assert hidden == [404, 404]


def second_factor(page: Page, stocked) -> None:
    page.goto(f"{stocked.address}/me/")
    look(page, "me")
    page.get_by_role("link", name="Set a password").click()
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.get_by_role("button", name=re.compile("Set|Save")).click()
    page.goto(f"{stocked.address}/me/second-factor/on/")
    if page.locator("input[type=password]").count():
        page.locator("input[type=password]").fill(PASSWORD)
        page.locator("main button.btn-primary").click()
    look(page, "second-factor-on")
    page.reload()
    secret = re.search(r"\b(?:[A-Z2-7]{4} ?){8}\b", page.locator("main").inner_text())[0].replace(" ", "")
    page.get_by_label("Code").fill(code(secret, time.time()))
    page.get_by_role("button", name="Switch it on").click()
    expect(page.get_by_text(re.compile("ecovery codes")).first).to_be_visible()

    stranger = page.context.browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    stranger.goto(f"{stocked.address}/signin/")
    stranger.get_by_label("E-mail").fill("alice@firm.example")
    stranger.get_by_label("Password", exact=True).fill(PASSWORD)
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_label(re.compile("Code"))).to_be_visible()
    look(stranger, "second-factor-asked")
    stranger.get_by_label(re.compile("Code")).fill(code(secret, time.time(), steps=1))
    stranger.locator("main button.btn-primary").click()
    expect(stranger.locator("#figures")).to_be_visible()
    stranger.context.clear_cookies()
    stranger.goto(f"{stocked.address}/signin/forgotten/")
    expect(stranger.get_by_label("E-mail")).to_be_visible()
    look(stranger, "forgotten", as_stranger=True)
    look(page, "me-secured")


def handed_over(page: Page, stocked) -> None:
    page.goto(f"{stocked.address}/capacity/")
    look(page, "capacity")
    stocked.run("handover", "C1", "carla@firm.example", "--reason", "Ben moves", "--note", "They pay late in August.")
    carla = of(page, stocked, "carla@firm.example")
    carla.goto(f"{stocked.address}/accounts/1/")
    look(carla, "account-handed")
    carla.locator("a[href*='/handover/']").first.click()
    expect(carla.get_by_text("They pay late in August.")).to_be_visible()
    look(carla, "handover")
    carla.get_by_role("button", name=re.compile("read|take", re.IGNORECASE)).first.click()
    page.goto(f"{stocked.address}/accounts/1/")
    expect(page.get_by_text("Carla Deputy").first).to_be_visible()


def told_and_whole(page: Page, stocked) -> None:
    opened(page, stocked, "/audit/", "audit")
    page.get_by_role("button", name="Verify now").click()
    expect(page.get_by_text(re.compile("whole|entries", re.IGNORECASE)).first).to_be_visible()
    for path, name in (
        ("/accounts/1/history/", "account-history"),
        ("/outbox/", "outbox"),
        ("/settings/", "settings"),
        ("/me/tokens/", "tokens"),
        ("/people/2/erase/", "erase"),
    ):
        opened(page, stocked, path, name)
    page.goto(f"{stocked.address}/me/tokens/")
    page.get_by_label("Name: what will use it").fill("Warehouse")
    page.get_by_role("button", name="Make the token").click()
    expect(page.get_by_text(re.compile(r"vf_[\w-]{43}")).first).to_be_visible()


def test_a_first_week_from_being_let_in_to_a_whole_trail(page, stocked):
    let_in_to_see(page, stocked)
    handed_over(page, stocked)
    told_and_whole(page, stocked)
    second_factor(page, stocked)
