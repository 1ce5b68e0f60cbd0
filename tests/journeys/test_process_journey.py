"""The process in a browser: from the first reason to stage 1 by what a contact says, back after silence; a play from start to count."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import look
from tests.journeys.test_level_journey import records
from vitalfew.ground import clock

pytestmark = pytest.mark.browser
PLAY = """title = "See their plant"
why = "Whoever has walked through their plant hears of problems early."
serves = "understands"
cells = ["2 work"]
moves = "level"
weeks = 2

[fits]
key = true

[[steps]]
day = 0
who = "manager"
words = "Ask for an hour in the plant."
"""


@pytest.fixture
def firm(served, tmp_path):
    """Harbour Wholesale with one key account, Alice's, where Erin decides and two others are known."""
    sales = tmp_path / "sales.csv"
    lines = (f"{clock.now().date() - timedelta(days=30 * n)},C1,Acme Tools,A1,{n + 3},40" for n in range(1, 12))
    sales.write_text("\n".join(("Date,Customer,Customer name,Item,Quantity,Amount", *lines)))
    served.run("import", str(sales))
    served.run("refresh")
    served.run("settings", "firm_name", "Harbour Wholesale")
    served.run("designate", "C1", "--reason", "Could be a partner", "--manager", "Alice Head")
    contacts = tmp_path / "contacts.csv"
    rows = (
        "C1,Erin Chef,erin@customer.example,Decision maker,management",
        "C1,Frank Buyer,frank@customer.example,Influencer,purchasing",
        "C1,Gina Porter,gina@customer.example,User,operations",
    )
    contacts.write_text("\n".join(("Customer,Name,E-Mail,Role,Function", *rows)))
    served.run("contacts", "--import", str(contacts))
    return served


def process_of(page: Page, served) -> str:
    page.goto(served.address)
    page.get_by_role("link", name="Acme Tools").click()
    page.get_by_role("link", name="Process", exact=True).click()
    expect(page).to_have_url(re.compile(r"/accounts/\d+/process/$"))
    return page.url


def noted(page: Page, link: str, words: str, *, said_by: str = "Erin Chef") -> None:
    """Note evidence by the form that the page leads to."""
    page.get_by_role("link", name=link, exact=True).first.click()
    page.get_by_label("What is known").fill(words)
    page.get_by_label("One of their people said so").select_option(label=said_by)
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_text("Noted, as evidence of ours.")).to_be_visible()


def confirmed(page: Page, words: str, name: str = "") -> None:
    """Put a statement to Erin; she says on a phone that it is right."""
    page.get_by_role("link", name="Ask a contact").first.click()
    page.get_by_label("Who is asked").select_option(label="Erin Chef (decides)")
    page.get_by_label("What they are asked to confirm").fill(words)
    if name:
        look(page, f"{name}-ask")
    page.get_by_role("button", name="Make the link").click()
    link = page.get_by_label("Link").input_value()
    browser = page.context.browser
    phone = browser.new_context(viewport={"width": 375, "height": 812}, is_mobile=True, has_touch=True).new_page()
    phone.goto(link)
    expect(phone.get_by_text(words)).to_be_visible()
    phone.locator('label:has(input[value="confirmed"])').click()
    phone.locator("button.guest-send").click()
    expect(phone.get_by_role("status")).to_be_visible()
    phone.context.close()


def passed(page: Page, words: str) -> None:
    page.get_by_role("button", name="Pass the gate").click()
    page.get_by_label("Why it goes on").fill(words)
    page.get_by_role("button", name="Go on").click()


def days_pass(served, days: int) -> None:
    """All that happened lies so many days further back, and the house's clock has judged no day yet."""
    for table, column in (
        ("selection_keyaccount", "designated_on"),
        ("relationship_touch", '"on"'),
        ("playbook_stagemove", '"on"'),
    ):
        records(served, f"UPDATE {table} SET {column} = date({column}, '-{days} days')")
    (served.home / "clock.lock").write_text("")


def test_from_the_first_reason_to_stage_2_and_back_after_silence(page, firm):
    process = process_of(page, firm)
    expect(page.get_by_text("Stands in Differentiate since")).to_be_visible()
    expect(page.get_by_role("button", name="Pass the gate")).to_have_count(0)
    noted(page, "Note a reason", "We deliver before seven")
    noted(page, "Note a reason", "One person answers for all")
    expect(page.get_by_text("1 of 2 there")).to_be_visible()
    confirmed(page, "You buy from us because we deliver before seven.")
    page.goto(process)
    expect(page.get_by_text("The gate to “Stage 1: Understand and support” is open.")).to_be_visible()
    look(page, "process-open")
    passed(page, "They told us why they buy")
    expect(page.get_by_text("Stands in Stage 1: Understand and support")).to_be_visible()

    for aim in ("Halve waste", "One menu at four sites", "Order in ten minutes"):
        noted(page, "Note an aim", aim)
    noted(page, "Note an aim we supported", "Waste weighed for a month, and a third less")
    look(page, "process")
    confirmed(page, "You want to halve waste.", name="process")
    page.goto(process)
    passed(page, "Their aims are known and confirmed")
    expect(page.get_by_text("Stands in Stage 2: Agree the plan")).to_be_visible()

    days_pass(firm, 91)
    fell = page.locator(".p-why").filter(
        has_text="It fell back from “Stage 2: Agree the plan”: no word with a decision maker"
    )
    for _ in range(60):
        page.goto(process)
        if fell.count():
            break
        page.wait_for_timeout(1000)
    expect(fell).to_be_visible()
    expect(page.get_by_text("Stands in Stage 1: Understand and support")).to_be_visible()
    expect(page.get_by_role("button", name="Pass the gate")).to_have_count(0)
    look(page, "process-fell")

    page.get_by_role("link", name="Note a conversation").first.click()
    page.get_by_label("With whom").select_option(label="Erin Chef (decides)")
    page.get_by_role("button", name="Note it").click()
    expect(page.get_by_role("button", name="Pass the gate")).to_be_visible()


def test_a_play_is_run_and_counted_and_our_own_is_added(page, firm):
    page.goto(f"{firm.address}/playbook/add/")
    look(page, "playbook-add")
    page.get_by_label("Its name in addresses").fill("see-their-plant")
    page.get_by_label("The play", exact=True).fill(PLAY)
    page.get_by_role("button", name="Save the play").click()
    expect(page.get_by_role("heading", name="See their plant")).to_be_visible()
    expect(page.get_by_role("link", name="Acme Tools")).to_be_visible()
    look(page, "play")

    process = process_of(page, firm)
    more = page.get_by_text(re.compile(r"\d+ more that fits?"))
    if more.count():
        more.click()
    page.locator("summary").filter(has_text="See their plant").click()
    page.get_by_role("button", name="Start See their plant").click()
    expect(page.get_by_text("“See their plant” has begun.")).to_be_visible()
    page.goto(f"{firm.address}/playbook/")
    expect(page.locator(".p-going")).to_contain_text("Ask for an hour in the plant.")
    look(page, "playbook")

    page.goto(process)
    page.get_by_role("button", name="Done Ask for an hour in the plant.").click()
    page.locator(".p-end summary").click()
    page.get_by_label("What came of it").fill("They showed us where boxes wait.")
    page.get_by_role("button", name="End the play").click()
    expect(page.get_by_text("“See their plant” has ended.")).to_be_visible()
    page.goto(f"{firm.address}/playbook/?show=own")
    row = page.locator(".p-list tbody tr")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("1 run: too few to tell")
    expect(page.get_by_text("They showed us where boxes wait.")).to_be_visible()
    page.get_by_role("link", name="Level 4", exact=True).click()
    expect(page).to_have_url(re.compile(r"level=4.*show=own"))
    expect(page.get_by_text("No play is like that.")).to_be_visible()
