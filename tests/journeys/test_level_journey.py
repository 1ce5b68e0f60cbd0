"""How a customer sees us, from the wave to the ladder: asked, answered on a phone, told at once; a change waits, a dead link says nothing."""

from __future__ import annotations

import json
import re
import sqlite3
from datetime import date
from hashlib import sha256

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import look
from vitalfew.demo.files import write_files
from vitalfew.demo.firm import make_firm

pytestmark = pytest.mark.browser
SCALES = (
    "replacing",
    "main_link",
    "understands",
    "objectives",
    "value",
    "opportunities",
    "integrity",
    "price_rise",
    "ease",
)
# What somebody who sees a partner, and somebody who sees a commodity, answers to the rest.
PARTNER = {"sentence": 4, "cheaper_5": 4, "cheaper_10": 4, "next_year": 3, "recommend": 10} | dict.fromkeys(SCALES, 5)
COMMODITY = {"sentence": 1, "cheaper_5": 1, "cheaper_10": 1, "next_year": 1, "recommend": 3} | dict.fromkeys(SCALES, 1)
PEOPLE = ("Erin Chef", "Frank Buyer", "Gina Porter", "Hugo Clerk")


@pytest.fixture
def firm(served, tmp_path):
    """A firm whose customers were asked once; its largest account that never answered is key, four people are known there."""
    files = write_files(firm=make_firm(customers=300, until=date(2026, 11, 1)), folder=tmp_path / "firm")
    for path in files.sales[1:]:
        served.run("import", str(path))
    served.run("survey", "import", str(files.survey))
    served.run("refresh")
    served.run("settings", "firm_name", "Harbour Wholesale")
    silent = [row for row in json.loads(served.run("levels", "--json")) if row["newest_answer"] is None]
    account = max(silent, key=lambda row: row["orders"])
    served.run("designate", account["account"], "--reason", "Could be a partner", "--manager", "Alice Head")
    contacts = tmp_path / "contacts.csv"
    rows = (f"{account['account']},{name},{name.split()[0].lower()}@customer.example,Decision maker" for name in PEOPLE)
    contacts.write_text("\n".join(("Customer,Name,E-Mail,Role", *rows)))
    served.run("contacts", "--import", str(contacts))
    return served, account["name"]


def records(served, sql: str, *values: object) -> list[tuple]:
    """What the installation's own database says, or does, in a statement."""
    with sqlite3.connect(served.home / "vitalfew.sqlite3", timeout=30) as there:
        return there.execute(sql, values).fetchall()


def made_and_sent(page: Page, served) -> dict[str, str]:
    """A wave for everybody known; the link in each one's letter by their first name."""
    page.goto(f"{served.address}/waves/")
    page.get_by_role("button", name="New wave").click()
    page.get_by_label("Name").fill("Autumn")
    page.get_by_label("Answers are taken until").fill("2199-12-31")
    page.get_by_role("button", name="Make the wave").click()
    for name in PEOPLE:
        page.get_by_role("checkbox", name=name).check()
    page.get_by_role("button", name="Add to the wave").click()
    page.get_by_role("button", name="Send to 4 contacts").click()
    expect(page.get_by_text("4 letters are on their way.")).to_be_visible()
    letters = records(served, 'SELECT "to", body FROM trust_outboxmail')
    return {
        to.partition("@")[0]: re.search(r"http\S+/survey/\S+", body)[0] for to, body in letters if "/survey/" in body
    }


def answered(phone: Page, link: str, answers: dict[str, int]) -> None:
    """Fill in the form on a phone and send it."""
    phone.goto(link)
    for question, answer in answers.items():
        phone.locator(f'label:has(input[name="{question}"][value="{answer}"])').click()
    phone.locator("button.guest-send").click()
    expect(phone.get_by_role("status")).to_be_visible()


def on_the_ladder(page: Page, served, level: int, name: str):
    page.goto(f"{served.address}/ladder/")
    return page.locator(f"li.ld-level-{level} .ld-tokens li").filter(has_text=name)


def test_from_a_wave_to_the_ladder(page, firm):
    served, name = firm
    links = made_and_sent(page, served)
    page.goto(f"{served.address}/ladder/")
    expect(page.locator(".ld-apart li").filter(has_text=name)).to_contain_text("Nobody has answered yet")
    look(page, "ladder-before")

    page.get_by_role("link", name=name, exact=True).click()
    expect(page).to_have_url(re.compile(r"/accounts/\d+/relationship/$"))
    account = page.url
    expect(page.locator("svg.l-bar.l-unknown")).to_be_visible()
    phone = page.context.browser.new_context(
        viewport={"width": 375, "height": 812}, is_mobile=True, has_touch=True
    ).new_page()
    phone.goto(links["erin"])
    look(phone, "survey", as_stranger=True)
    page.reload()
    expect(page.locator("svg.l-bar.l-unknown")).to_be_visible()  # opening a link changes nothing

    answered(phone, links["erin"], PARTNER)
    page.reload()
    expect(page.locator("svg.l-bar.l-named")).to_be_visible()
    expect(page.get_by_text("They see us as a partner (level 4)")).to_be_visible()
    expect(page.locator("section[aria-labelledby=weighed]")).to_contain_text("Answers of who decides")
    look(page, "relationship-answered")
    expect(on_the_ladder(page, served, 4, name)).to_be_visible()
    look(page, "ladder")
    page.get_by_label("Manager").select_option(label="Alice Head")
    expect(page).to_have_url(re.compile("manager=alice"))
    expect(page.locator("#said")).to_contain_text("1 sees us as a partner")
    expect(page.locator(".ld-level-4 .ld-tokens li")).to_have_count(1)

    change_waits(page, phone, firm, link=links["erin"], account=account)
    dead_links(page, phone, served, links)


def change_waits(page: Page, phone: Page, firm, *, link: str, account: str) -> None:
    """The same person changes their mind: it is seen at once, and told as a level only once it was sure twice."""
    served, name = firm
    phone.goto(link)
    assert phone.locator('input[name="sentence"][value="4"]').is_checked()
    answered(phone, link, COMMODITY)
    page.goto(account)
    expect(page.get_by_text("They see us as a commodity (level 1)")).to_be_visible()
    expect(page.get_by_text("Until now it was told as level 4")).to_be_visible()
    expect(on_the_ladder(page, served, 4, name)).to_contain_text("now looks like 1, not sure twice yet")
    expect(on_the_ladder(page, served, 1, name)).to_have_count(0)


def dead_links(page: Page, phone: Page, served, links: dict[str, str]) -> None:
    """Expired, taken back, made up, of another kind, of a closed wave: one answer, word for word."""
    wave = f"{served.address}/waves/{records(served, "SELECT id FROM relationship_wave WHERE name = 'Autumn'")[0][0]}/"
    digest = sha256(token_of(links["frank"]).encode()).hexdigest()
    records(served, "UPDATE trust_signedlink SET expires_at = '2020-01-01 00:00:00' WHERE digest = ?", digest)
    page.goto(wave)
    page.get_by_role("button", name="Take out Gina Porter").click()
    signin = token_of(served.signin_link("alice@firm.example"))
    survey = f"{served.address}/survey"
    dead = [
        links["frank"],
        links["gina"],
        f"{survey}/{'x' * 43}/",
        f"{survey}/{signin}/",
        links["hugo"].replace("/survey/", "/confirm/"),
    ]
    told = {refusal(phone, link) for link in dead}
    assert phone.goto(links["hugo"]).status == 200
    page.goto(wave)
    page.get_by_role("button", name="Close", exact=True).click()
    page.get_by_role("button", name="Close the wave").click()
    expect(page.get_by_text("The wave is closed")).to_be_visible()
    told |= {refusal(phone, links["hugo"]), refusal(phone, links["erin"]), refusal(phone, f"{links['erin']}held/")}
    ((status, words),) = told
    assert status == 410
    assert "This link no longer holds." in words


def refusal(phone: Page, link: str) -> tuple[int, str]:
    answer = phone.goto(link)
    return answer.status, phone.locator("body").inner_text()


def token_of(link: str) -> str:
    return link.rstrip("/").rpartition("/")[2]
