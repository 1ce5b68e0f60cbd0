"""The Playbook: stages with who stands there, the matrix and its filters, what runs and what followed, plays of the firm's own."""

from __future__ import annotations

import html as markup
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import cast
from tests.web.test_process_page import decider, known, ready, text, today
from vitalfew.ground import clock
from vitalfew.playbook.models import OwnPlay, PlayRun, StageMove
from vitalfew.playbook.plays.operations import do_step, end_play, start_play
from vitalfew.playbook.plays.reading import read_play
from vitalfew.playbook.plays.shelf import built_in
from vitalfew.selection.models import KeyAccount
from vitalfew.trust.rights import Role
from vitalfew.web.pages.playbook.plays import EXAMPLE

pytestmark = pytest.mark.django_db
PLACE = "/playbook/"


@pytest.fixture
def firm(client):
    """Accounts 1 to 3 are key, led by Ben and Carla; Alice looks."""
    cast.portfolio()
    for account, manager in ((1, cast.ben()), (2, cast.ben()), (3, cast.carla())):
        cast.key(account, manager=manager)
    KeyAccount.objects.update(designated_on=today() - timedelta(days=10))
    client.force_login(cast.alice())
    return client


def moved(account: int, stage: int) -> None:
    """The account stands in a stage."""
    StageMove.objects.create(
        account_id=account, designation=KeyAccount.objects.get(account=account), number=1, from_stage=stage - 1, to_stage=stage,
        kind="passed", on=today(), at=clock.now(), by="Ben Manager", words="Ready",
    )  # fmt: skip


def listed(response) -> list[str]:
    """The plays in the list, by their addresses."""
    page = response.content.decode()
    page = page[page.index('class="p-list"') :].split("</table>")[0] if 'class="p-list"' in page else ""
    return re.findall(r'<th scope="row"><a href="/playbook/plays/([a-z0-9-]+)/"', page)


def columns(response) -> list[list[str]]:
    """Who stands in each stage."""
    page = response.content.decode()
    page = page[page.index('class="p-cols"') :].split("</ol>")[0]
    return [re.findall(r'/process/">([^<]+)</a>', column) for column in page.split('<li class="p-col')[1:]]


def run_of(account: int, play: str, **ended) -> PlayRun:
    return PlayRun.objects.create(
        account_id=account, play=play, title=built_in()[play].title, started_on=today() - timedelta(days=30), started_by="Ben Manager",
        stage=0, steps=[{"day": 0, "who": "manager", "words": "Begin", "leaves": ""}], **ended,
    )  # fmt: skip


def test_each_stage_names_who_stands_there_and_the_answer_counts_them(firm):
    moved(2, 3)
    answer = firm.get(PLACE)
    assert columns(answer) == [["Acme Tools", "Cobalt &amp; Sons"], [], [], ["Borealis"], [], []]
    assert "3 key accounts: 2 in “Differentiate”, 1 in “Stage 3: Deliver and prove value”." in text(answer)
    assert "promises kept on time over two quarters (0 of 3)" in text(answer)


def test_open_gates_are_counted_and_marked(firm):
    ready()
    said = text(firm.get(PLACE))
    assert "1 gate is open." in said and "Acme Tools gate open" in said


def test_who_leads_more_than_one_person_can_is_warned_of_in_a_sentence(firm):
    for account, stage in ((1, 4), (2, 4)):
        moved(account, stage)
    assert "leads more than one person can" not in text(firm.get(PLACE))
    from vitalfew.ledger.choices import choose

    choose(name="playbook_span_partner", value="1", version=0, by=cast.as_alice(), at=clock.now())
    assert (
        "Ben Manager leads more than one person can: 2 in “Stage 4: Partner and renew”, where 1 would be all."
        in text(firm.get(PLACE))
    )


def test_a_manager_sees_their_own_accounts_only(firm, client):
    client.force_login(cast.carla())
    assert columns(client.get(PLACE))[0] == ["Cobalt &amp; Sons"]


def test_filters_live_in_the_address_and_name_the_plays_they_mean(firm):
    everything = listed(firm.get(PLACE))
    assert set(everything) == set(built_in())
    some = listed(firm.get(f"{PLACE}?level=4&serves=value"))
    assert (
        sorted(some) == [name for name, play in built_in().items() if 4 in play.levels and play.serves == "value"] != []
    )
    assert listed(firm.get(f"{PLACE}?level=9&serves=nobody&show=x")) == everything
    page = firm.get(f"{PLACE}?level=4&serves=value").content.decode()
    assert page.count('aria-current="true"') == 5  # the row, the cell, a chip of each kind
    assert (
        'href="/playbook/?serves=value&amp;level=4"' not in page
        and "/playbook/?level=4&amp;serves=value&amp;show=fits#plays" in page
    )


def test_plays_that_fit_run_or_are_our_own_can_be_asked_for(firm):
    run_of(1, "learn-three-aims")
    OwnPlay.objects.create(name="see-their-plant", text=EXAMPLE, made_on=today(), made_by="Alice Head")
    assert listed(firm.get(f"{PLACE}?show=running")) == ["learn-three-aims"]
    assert listed(firm.get(f"{PLACE}?show=own")) == ["see-their-plant"]
    fits = listed(firm.get(f"{PLACE}?show=fits"))
    everything = listed(firm.get(PLACE))
    assert fits and set(fits) < set(everything)
    assert everything[0] == "learn-three-aims" and set(everything[1 : len(fits)]) <= set(
        fits
    )  # what runs, then what fits
    assert "No play is like that." in text(firm.get(f"{PLACE}?level=1&serves=opportunities"))


def test_matrix_counts_the_plays_of_each_level_and_expectation(firm):
    page = firm.get(PLACE).content.decode()
    plays = built_in().values()
    told = " ".join(re.sub(r"<[^>]+>", " ", page[page.index('class="p-matrix"') :].split("</table>")[0]).split())
    count = sum(4 in play.levels and play.serves == "value" for play in plays)
    assert f"Value, advice, level 4: {count} play" in told


def test_what_runs_names_its_next_step_and_what_is_late(firm):
    run_of(1, "learn-three-aims")
    said = text(firm.get(PLACE))
    assert "Running now Acme Tools Learn three aims of theirs Begin late since" in said


def test_what_followed_is_counted_and_few_runs_tell_nothing(firm):
    moved(1, 2)
    for account in (1, 2):
        run_of(account, "learn-three-aims", ended_on=today(), ended_by="Ben Manager", outcome="Three aims heard")
    assert "2 runs: too few to tell" in text(firm.get(PLACE)) and "Three aims heard by Ben Manager" in text(
        firm.get(PLACE)
    )
    for _ in range(3):
        run_of(2, "learn-three-aims", ended_on=today(), ended_by="Ben Manager", outcome="More")
    assert "1 higher, 4 as high, 0 lower, of 5" in text(firm.get(PLACE))
    said = text(firm.get("/playbook/plays/learn-three-aims/"))
    assert "Stage 1 higher, 4 as high, 0 lower, of 5" in said and "so it proves nothing" in said


def test_a_page_of_a_play_says_why_when_where_and_its_steps(firm):
    play = built_in()["answer-a-tender"]
    known("tender", "They ask three firms")
    answer = firm.get("/playbook/plays/answer-a-tender/")
    said = text(answer)
    assert markup.unescape(said).count(play.why) == 1
    assert all(step.words in markup.unescape(said) for step in play.steps)
    assert "On record: tender issued" in said and "Acme Tools tender issued since" in said
    assert f'href="/measures/{play.moves}/"' in answer.content.decode()
    assert firm.get(f"/measures/{play.moves}/").status_code == 200


@pytest.mark.parametrize("name", sorted(built_in()))
def test_every_play_that_comes_with_the_house_has_a_page_with_its_conditions(firm, name):
    answer = firm.get(f"/playbook/plays/{name}/")
    page = answer.content.decode()
    block = page[page.index('id="when-title"') :].split("</ul>")[0]
    assert answer.status_code == 200 and block.count("<li>") >= 1


def test_a_play_nobody_has_is_not_found(firm):
    assert [firm.get(f"/playbook/plays/{name}/").status_code for name in ("nobody-has-it", "X", "9" * 500)] == [404] * 3


def test_own_play_is_added_changed_and_retired(firm):
    assert read_play(name="see-their-plant", text=EXAMPLE).title == "See their plant twice a year"
    assert EXAMPLE in markup.unescape(firm.get(f"{PLACE}add/").content.decode())
    answer = firm.post(f"{PLACE}add/", {"name": "see-their-plant", "text": EXAMPLE})
    assert answer["Location"] == "/playbook/plays/see-their-plant/"
    assert "Our own" in text(firm.get(answer["Location"])) and "see-their-plant" in listed(firm.get(PLACE))
    changed = EXAMPLE.replace("twice a year", "each year")
    firm.post(f"{PLACE}plays/see-their-plant/change/", {"text": changed, "version": "1"})
    assert "See their plant each year" in text(firm.get(PLACE))
    assert firm.post(f"{PLACE}plays/see-their-plant/change/", {"text": EXAMPLE, "version": "1"}).status_code == 409
    firm.post(f"{PLACE}plays/see-their-plant/retire/")
    assert "see-their-plant" not in listed(firm.get(PLACE))
    assert firm.get(f"{PLACE}plays/see-their-plant/change/").status_code == 404


@pytest.mark.parametrize(
    ("name", "text_", "said"),
    [
        ("See Their Plant", EXAMPLE, "is no name for a play"),
        ("learn-three-aims", EXAMPLE, "comes with Vital Few"),
        ("see-their-plant", EXAMPLE.replace("weeks = 6", "weeks = 1"), "ends before the last step"),
        ("see-their-plant", EXAMPLE.replace("understands", "nobody"), "“serves” cannot be “nobody”"),
        ("see-their-plant", "= <script>", "is no TOML"),
    ],
)
def test_what_is_wrong_with_a_play_stands_beside_the_form_which_keeps_the_text(firm, name, text_, said):
    answer = firm.post(f"{PLACE}add/", {"name": name, "text": text_})
    page = markup.unescape(answer.content.decode())
    assert (answer.status_code, OwnPlay.objects.count()) == (400, 0)
    assert said in text(answer) and text_ in page and f'value="{name}"' in page and "<script>=" not in page


def test_those_who_do_not_set_things_cannot_write_plays(firm, client):
    client.force_login(cast.ben())
    assert "Add a play of our own" not in text(client.get(PLACE))
    assert (
        client.get(f"{PLACE}add/").status_code
        == client.post(f"{PLACE}add/", {"name": "x", "text": EXAMPLE}).status_code
        == 403
    )


def test_a_play_file_that_is_broken_is_told_and_the_others_stay(firm, settings, home):
    settings.VITALFEW_HOME = home
    (home / "plays").mkdir()
    (home / "plays" / "odd.toml").write_text("title = 5")
    said = text(firm.get(PLACE))
    assert "odd : odd.toml: “title” is to be a text." in said and len(listed(firm.get(PLACE))) == len(built_in())


def test_an_empty_firm_is_told_where_the_process_begins(client):
    client.force_login(cast.person(Role.VIEWER))
    said = text(client.get(PLACE))
    assert "the process begins with a designation" in said and "46 plays" in said


@pytest.mark.parametrize("address", [PLACE, "/playbook/plays/learn-three-aims/"])
def test_statements_do_not_grow_with_accounts(client, address):
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        return len(asked)

    cast.portfolio(100)
    client.force_login(cast.alice())
    for account in range(1, 13):
        cast.key(account, manager=cast.ben())
        known("aim", "Halve waste", account=account)
    run_of(1, "learn-three-aims")
    few = statements()
    for account in range(13, 101):
        cast.key(account, manager=cast.carla())
        known("aim", "Halve waste", account=account)
        run_of(account, "learn-three-aims")
    assert statements() == few <= 16


def test_a_play_run_through_its_verbs_is_counted(firm):
    decider()
    fits = re.search(r'name="play" value="([a-z-]+)"', firm.get("/accounts/1/process/").content.decode())[1]
    run = start_play(account=1, play=fits, by=cast.as_alice(), at=clock.now())
    do_step(run=run.pk, step=1, by=cast.as_alice(), at=clock.now())
    end_play(run=run.pk, outcome="It worked", by=cast.as_alice(), at=clock.now())
    assert "1 run: too few to tell" in text(firm.get(PLACE))
