"""The Ladder page, and levels in lists: the portfolio's column and the account chip."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.relationship.levels import BEHAVES, NOTHING, aimed, seen, year_before
from vitalfew.brief.account import chips
from vitalfew.ledger.models import Customer, Membership, Run
from vitalfew.relationship.models import LevelRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def signed_in(client, settings, home):
    settings.STATIC_ROOT = home / "static"
    settings.STATIC_ROOT.mkdir()
    client.force_login(cast.alice())


@pytest.fixture
def run():
    made = cast.portfolio()
    LevelRun.objects.create(run=made, model=None)
    return made


def text(html: str) -> str:
    words = re.sub(r"<(svg|script|select)\b.*?</\1>", " ", html, flags=re.DOTALL)
    return " ".join(
        re.sub(r"<[^>]+>", " ", words).replace("\u202f", " ").replace("\xa0", " ").replace("&amp;", "&").split()
    )


def page(client, query: str = "") -> str:
    answer = client.get(f"/ladder/{query}")
    assert answer.status_code == 200
    return answer.content.decode()


def rows(html: str) -> dict[str, str]:
    """The words of each row of the ladder: rungs by number, gaps by their words, and "apart"."""
    ladder, _, apart = html.partition('class="vf-section ld-apart"')
    parts = [text(row) for row in re.split(r'<li class="ld-row [^>]*>', ladder)[1:]]
    return {said.split()[0] if said[0].isdigit() else said: said for said in parts} | {"apart": text(apart)}


def test_the_figure_stands_there_with_response_and_work(client, run):
    found = rows(page(client))
    assert list(found)[:4] == ["4", "3", "2", "1"]
    assert "Product provider High price sensitivity, low loyalty" in found["2"]
    assert "Lifts them: Stage 1 Understand the customer’s aims and support some of them." in found["2"]
    assert "Keeps them: Stage 4, full process" in found["4"]


def test_accounts_stand_on_their_rungs_and_are_meant_to_go_further(client, run):
    for account in (1, 2, 3, 4):
        cast.key(account, manager=cast.ben())
    seen(run, 1, level=3), seen(run, 2, level=1), seen(run, 4, NOTHING, level=2, run_of_levels=(1, 3))
    seen(run, 3, BEHAVES, level=3, run_of_levels=(2, 3))
    seen(year_before(run), 1, level=2)
    aimed(1, 4, by=date(2027, 6, 30))
    html = page(client)
    found = rows(html)
    assert "Acme Tools BM led by Ben Manager up from 2 → 4 by 30 Jun 2027" in found["3"]
    assert "↑ Acme Tools is meant to be here by 30 Jun 2027" in found["4"]
    assert "Acme Tools stood here a year ago" in found["2"]
    assert "Borealis" in found["1"]
    (between,) = (said for place, said in found.items() if "between 2 and 3" in place)
    assert "Cobalt & Sons BM led by Ben Manager level 2 to 3" in between
    assert "Dunmore BM led by Ben Manager Nobody has answered yet: ask whoever decides." in found["apart"]
    said = text(html)
    assert "Of 4 key accounts 1 sees us as adding value, 1 as a commodity." in said
    assert "1 is meant to go up. 1 went up since 30 Jun 2025. As of 30 Jun 2026." in said


def test_whoever_has_arrived_or_stayed_is_drawn_once(client, run):
    cast.key(1), cast.key(2)
    seen(run, 1, level=3), seen(year_before(run), 1, level=3), aimed(1, 3)
    seen(run, 2, level=4), aimed(2, 3)
    html = page(client)
    found = rows(html)
    assert "Acme Tools where it is meant to be" in found["3"] and found["3"].count("Acme Tools") == 1
    assert "↓ Borealis is meant to be here by 30 Jun 2027" in found["3"]
    assert "→ 3 by 30 Jun 2027" in found["4"]
    assert "a year ago" not in text(html.partition('class="ld-key')[0])
    assert "meant to go up" not in text(html) and "None is known to have moved since 30 Jun 2025." in text(html)


def test_a_change_that_is_not_sure_twice_is_said_and_not_shown(client, run):
    cast.key(1)
    seen(run, 1, level=2, announced=4)
    found = rows(page(client))
    assert "Acme Tools now looks like 2, not sure twice yet" in found["4"]
    assert "Acme Tools" not in found["2"]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["Acme Tools", "Borealis"]),
        ("?show=all", ["Acme Tools", "Borealis", "Cobalt & Sons"]),
        ("?manager=ben@example.org", ["Acme Tools"]),
        ("?show=all&manager=ben@example.org", ["Acme Tools"]),
        ("?mine=1", ["Borealis"]),
        ("?show=nonsense&mine=no", ["Acme Tools", "Borealis"]),
        ("?manager=nobody@example.org", []),
    ],
)
def test_the_address_says_whom_it_shows(client, run, query, names):
    cast.key(1, manager=cast.ben()), cast.key(2, manager=cast.alice())
    for account in (1, 2, 3):
        seen(run, account, level=2)
    html = page(client, query)
    shown = re.findall(r'<a href="/accounts/\d+/relationship/">([^<]+)</a>', html)
    assert [name.replace("&amp;", "&") for name in shown] == names
    assert ("No account fits." in html) == (not names)


def test_chips_keep_what_was_chosen_beside_them(client, run):
    cast.key(1, manager=cast.ben())
    seen(run, 1)
    html = page(client, "?show=all&manager=ben@example.org")
    chips_there = re.findall(r'<a href="(/ladder/(?!tests/)[^"]*)"( aria-current="true")?>([^<]+)</a>', html)
    assert chips_there == [
        ("/ladder/?manager=ben%40example.org", "", "Key accounts"),
        ("/ladder/?show=all&amp;manager=ben%40example.org", ' aria-current="true"', "All accounts"),
        ("/ladder/?show=all&amp;manager=ben%40example.org&amp;mine=1", "", "Only mine"),
    ]


def test_a_name_never_becomes_markup(client, run):
    Customer.objects.filter(pk=1).update(name="<img src=x onerror=alert(1)>")
    cast.key(1)
    seen(run, 1), aimed(1, 3), seen(year_before(run), 1, level=1)
    html = page(client)
    assert "<img src=x" not in html
    assert html.count("&lt;img src=x onerror=alert(1)&gt;") >= 3


def test_empty_pages_teach_what_comes_first(client):
    assert "Import a sales ledger" in text(page(client))
    run = cast.portfolio()
    learnt = LevelRun.objects.create(run=run, model=None, missing="Too few accounts to learn from.")
    said = text(page(client, "?show=all"))
    assert "Too few accounts to learn from." in said and "Start a survey wave" in said
    LevelRun.objects.filter(pk=learnt.pk).update(missing="")
    assert "No key account yet." in text(page(client))
    cast.key(1)
    seen(run, 1, BEHAVES, level=2, run_of_levels=(1, 2))
    said = text(page(client))
    assert "Nobody has answered yet. Orders alone name no level" in said and "Start a survey wave" in said
    assert "Of 1 key account none has a level that can be named yet." in said


def test_statements_do_not_grow_with_accounts(client, run):
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            page(client)
        return len(asked)

    cast.key(1, manager=cast.ben())
    seen(run, 1), aimed(1, 4), seen(year_before(run), 1)
    few = statements()
    for account in range(2, 7):
        cast.key(account, manager=cast.carla())
        seen(run, account), aimed(account, 4)
    assert statements() == few
    assert few <= 12


def test_the_portfolio_has_a_column_of_levels_where_there_are_any(client, run):
    assert "c-level" not in client.get("/").content.decode()
    seen(run, 1, level=3), seen(run, 2, BEHAVES, level=2, run_of_levels=(1, 2))
    html = client.get("/").content.decode()
    cells = re.findall(r'class="c-level">(?:Level|<svg[^>]*><title>([^<]+)</title>)', html)
    assert cells == ["", "level 3", "level 1 to 2", *["Not enough evidence for a level"] * 4]
    assert re.findall(r'class="l-small (l-\w+)"', html)[:3] == ["l-named", "l-range", "l-unknown"]
    assert html.index('class="c-level">Level</th>') < html.index('class="c-led">')


def test_the_portfolio_with_levels_stays_within_twelve_statements(client):
    run = cast.portfolio(60)
    for account in range(1, 11):
        cast.key(account, manager=cast.ben())
    for account in range(1, 61):
        seen(run, account, level=1 + account % 4)
    for address in ("/", "/?show=key&sort=-net"):
        with CaptureQueriesContext(connection) as asked:
            assert "l-small" in client.get(address).content.decode()
        assert len(asked) <= 12


def test_chips_carry_the_level_and_stay_at_three_statements(client, run):
    seen(run, 3, level=4)
    Membership.objects.create(customer_id=3, parent_id=1, holds_from=date(2020, 1, 1))
    html = client.get("/accounts/1/").content.decode()
    chip = re.search(r'<a class="vf-chip" href="/accounts/3/">.*?</a>', html, re.DOTALL)[0]
    assert "<title>level 4</title>" in chip
    with CaptureQueriesContext(connection) as asked:
        found = chips(range(1, 7), cast.Person.objects.get(email="alice@example.org"))
    assert (found[3].level.level, found[1].level) == (4, None)
    assert len(asked) == 3  # the person, names, levels


def test_the_account_page_with_levels_stays_within_twenty_statements(client, run):
    cast.key(1, manager=cast.ben(), deputy=cast.carla())
    for account in range(1, 4):
        seen(run, account)
    Membership.objects.create(customer_id=1, parent_id=2, holds_from=date(2020, 1, 1))
    Membership.objects.create(customer_id=3, parent_id=1, holds_from=date(2020, 1, 1))
    with CaptureQueriesContext(connection) as asked:
        assert client.get("/accounts/1/").status_code == 200
    assert len(asked) <= 20
    assert Run.objects.count() == 1
