"""Can the levels be trusted? Each test in one sentence, what speaks against them first, the rest open with what it needs."""

from __future__ import annotations

import re

import pytest

from tests.cast import alice, ben, let_in
from tests.relationship.level.world import answer, judged, made_firm
from vitalfew.relationship.models import LevelRun
from vitalfew.web.drawing import by_level
from vitalfew.web.drawing.by_level import Measured

pytestmark = pytest.mark.django_db
PATH = "/ladder/tests/"


def states(response) -> list[str]:
    return re.findall(r'class="lc-test lc-(\w+)"', response.content.decode())


@pytest.fixture
def run():
    firm = made_firm()
    for part in ("decides", "uses"):
        answer(firm, *range(1, 41), part=part, seed=len(part))
    return judged(firm)


def test_before_a_refresh_the_page_says_what_to_do(client):
    client.force_login(alice())
    assert "run `vitalfew refresh`" in client.get(PATH).content.decode()


def test_each_test_is_told_with_what_it_stands_on(client, run):
    client.force_login(alice())
    page = client.get(PATH)
    told = page.content.decode()
    assert sorted(states(page)) == ["open", "open", "open", "stood"]
    assert "The levels stood 1 of 4 tests; nothing speaks against them." in told
    assert "refresh --history" in told and "no prices in the ledger that can be compared" in told
    assert "40 accounts where two or more answered" in told


def test_what_speaks_against_the_levels_comes_first_and_is_said_above(client, run):
    levels = [{"level": level, "accounts": 30, "share": 0.9 - level / 10, "low": 0.3, "high": 0.9, "kept": 1.0} for level in (1, 4)]  # fmt: skip
    kept = LevelRun.objects.get(run=run)
    kept.checks |= {"stayed": {"as_of": "2025-06-30", "levels": levels, "rising": 0.02}}
    kept.save()
    client.force_login(alice())
    page = client.get(PATH)
    told = page.content.decode()
    assert states(page)[0] == "doubt"
    assert "Take the levels with care: 1 of 4 tests speaks against them." in told
    assert "The higher the level, the fewer of them stayed." in told and 'aria-label="Do customers who see more' in told


def test_whoever_sees_some_accounts_only_is_not_told_of_the_whole_firm(client, run):
    client.force_login(let_in(ben(), 1))
    page = client.get(PATH)
    assert "told to those who see every account" in page.content.decode() and states(page) == []


def test_drawing_puts_the_highest_level_on_top_and_stays_within_its_scale():
    drawn = by_level.rows(
        [Measured(1, "Commodity", "20 %", 0.2, -5.0, 0.4), Measured(4, "Partner", "90 %", 0.9, 0.8, 7.0)],
        start=0.0, end=1.0, label="Staying",
    )  # fmt: skip
    assert drawn.index("Partner") < drawn.index("Commodity")
    places = [float(x) for x in re.findall(r"[MH]([\d.]+)", drawn)]
    assert min(places) >= by_level.LEFT and max(places) <= by_level.WIDTH - by_level.RIGHT
