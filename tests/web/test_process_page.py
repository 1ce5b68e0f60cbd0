"""Account > Process: where it stands, what is missing and where that is done, what makes it fall, plays, and who may do what."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests import cast
from tests.relationship.people import at_work
from tests.web.test_ladder import aimed, seen
from vitalfew.ground import clock
from vitalfew.ledger.models import Customer
from vitalfew.playbook.judging import judge_stages
from vitalfew.playbook.models import PlayRun, StageMove
from vitalfew.relationship.evidence.recording import record_evidence
from vitalfew.relationship.models import Contact, Evidence, Part, Position, Statement, Touch
from vitalfew.selection.models import KeyAccount
from vitalfew.trust.actors import clock_actor, operator
from vitalfew.trust.rights import Role

pytestmark = pytest.mark.django_db
PLACE = "/accounts/1/process/"
ADDRESS = "https://acme.example/report"


def today() -> date:
    return clock.now().date()


def text(response) -> str:
    words = re.sub(r"<(svg|script)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", words).replace("\u202f", " ").replace("\xa0", " ").split())


def primary(response) -> list[str]:
    """What the buttons with the accent colour say, outside of dialogs."""
    page = re.sub(r"<dialog.*?</dialog>", "", response.content.decode(), flags=re.DOTALL)
    return re.findall(r'class="btn btn-primary"[^>]*>([^<]+)<', page)


def known(kind, words, side="ours", *, account=1, source=ADDRESS, ago=1, **more):
    return record_evidence(
        account=account, kind=kind, side=side, source=f"{source}/{kind}/{words}"[:180], words=words, holds_from=today() - timedelta(days=ago),
        by=operator(), at=clock.now(), **more,
    )  # fmt: skip


def ready() -> None:
    """All that the first gate asks for."""
    known("reason_to_buy", "Fast delivery"), known("reason_to_buy", "One number to call")
    known("reason_to_buy", "They always answer", "customer", source="statement:1")


def decider(account: int = 1) -> Contact:
    """Somebody there who decides."""
    made = at_work("Erin Chef", account=account)
    Part.objects.create(
        position=Position.objects.get(contact=made), kind="decides", reason="Signs", given_by="Alice", holds_from=today() - timedelta(days=90),
        holds_until=today() + timedelta(days=200),
    )  # fmt: skip
    return made


@pytest.fixture
def page(client):
    """Account 1 is key since ten days and led by Ben, who looks."""
    cast.portfolio()
    cast.key(1, manager=cast.ben())
    KeyAccount.objects.update(designated_on=today() - timedelta(days=10))
    client.force_login(cast.let_in(cast.ben(), 1, 2))
    return client


def test_a_fresh_key_account_says_where_it_stands_and_what_is_missing_next(page):
    answer = page.get(PLACE)
    said = text(answer)
    assert "Stands in Differentiate since" in said
    assert (
        "Missing for “Stage 1: Understand and support”: reasons to buy besides price, on record (0 of 2) and 1 thing more."
        in said
    )
    assert "It became a key account then and has passed no gate since." in said
    assert "0 of 2 there" in said and "Could come from the key account manager." in said
    assert primary(answer) == ["Note a reason"]
    html = answer.content.decode()
    assert (
        f'{PLACE}evidence/?kind=reason_to_buy"' in html
        and f'{PLACE}ask/?kind=reason_to_buy"' in html
        and 'href="/waves/"' in html
    )
    path = html[html.index('class="p-path"') :].split("</ol>")[0]
    assert re.findall(r'<li class="(p-here|p-done|p-ahead)', path) == ["p-here"] + ["p-ahead"] * 5
    assert html.count('aria-current="step"') == 1


def test_an_account_that_is_not_key_says_so_and_offers_no_gate(page, client):
    said = text(page.get("/accounts/2/process/"))
    assert "It is not a key account, so no gate opens for it." in said and "The gate to" not in said
    assert "A head of key accounts can designate it." in said
    client.force_login(cast.alice())
    assert primary(client.get("/accounts/2/process/")) == ["Designate it on its page"]
    assert "p-here" not in client.get("/accounts/2/process/").content.decode()


def test_evidence_is_noted_from_a_person_an_address_or_a_file_and_opens_again(page, settings, home):
    erin = at_work("Erin Chef", account=1)
    form = {"kind": "reason_to_buy", "since": today().isoformat()}
    where = f"{PLACE}evidence/"
    page.post(where, form | {"words": "They answer at once", "contact": str(erin.pk)})
    page.post(where, form | {"words": "Fast delivery", "source": ADDRESS})
    page.post(where, form | {"words": "Written down", "file": SimpleUploadedFile("talk.txt", b"they like us")})
    kept = {row.words: row for row in Evidence.objects.all()}
    assert {words: row.side for words, row in kept.items()} == dict.fromkeys(
        ("They answer at once", "Fast delivery", "Written down"), "ours"
    )
    html = page.get(PLACE).content.decode()
    assert f'<a href="{ADDRESS}" rel="noopener noreferrer">acme.example</a>' in html
    assert '<a href="/accounts/1/people/">Erin Chef</a>' in html
    paper = reverse("evidence_file", args=(1, kept["Written down"].pk))
    assert f'<a href="{paper}">a kept file</a>' in html
    opened = page.get(paper)
    assert (b"".join(opened.streaming_content), opened["Content-Disposition"]) == (
        b"they like us",
        'attachment; filename="talk.txt"',
    )


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"source": "somebody told me"}, "Name a source that can be opened"),
        ({"words": " "}, "Say in words what is known"),
        ({"kind": "level_sentence"}, "is for answers of the survey"),
        ({"since": "tomorrow"}, "Write the day as year-month-day"),
        ({"since": "2199-01-01"}, "holds from today or from a day before"),
        ({"kind": "NO KIND"}, "is no kind of evidence"),
    ],
)
def test_what_is_noted_wrongly_is_refused_in_a_sentence(page, changed, said):
    form = {"kind": "aim", "words": "Halve waste", "source": ADDRESS, "since": today().isoformat()}
    answer = page.post(f"{PLACE}evidence/", form | changed)
    assert (answer.status_code, Evidence.objects.count()) == (400, 0)
    assert said in text(answer)


def test_a_gate_that_is_open_is_passed_with_words_and_the_move_keeps_what_it_stood_on(page):
    ready()
    answer = page.get(PLACE)
    assert primary(answer) == ["Pass the gate"]
    assert "The gate to “Stage 1: Understand and support” is open." in text(answer)
    page.post(f"{PLACE}pass/", {"stage": "0", "words": "They are ready"})
    said = text(page.get(PLACE))
    assert "Stands in Stage 1: Understand and support since" in said
    assert "Ben Manager took it through the gate: “They are ready”" in said
    assert "What it stood on: 3 pieces" in said and StageMove.objects.count() == 1


def test_a_shut_gate_is_refused_by_the_page_too(page):
    answer = page.post(f"{PLACE}pass/", {"stage": "0", "words": "Let me"})
    assert (answer.status_code, StageMove.objects.count()) == (400, 0)
    assert "Missing: reasons to buy besides price" in text(answer)


@pytest.mark.parametrize("stage", ["1", "x", "", "9" * 300])
def test_a_gate_seen_in_another_stage_is_a_conflict(page, stage):
    ready()
    assert page.post(f"{PLACE}pass/", {"stage": stage, "words": "Go"}).status_code == 409
    assert not StageMove.objects.exists()


def test_the_button_to_pass_is_for_those_who_work_with_it(page, client):
    ready()
    client.force_login(cast.let_in(cast.person(Role.VIEWER), 1))
    answer = client.get(PLACE)
    assert primary(answer) == [] and "pass-gate" not in answer.content.decode() and "wrong?" not in text(answer)


def test_silence_is_counted_and_a_conversation_ends_it(page):
    erin = decider()
    KeyAccount.objects.update(designated_on=today() - timedelta(days=80))
    ready()
    said = text(page.get(PLACE))
    assert "it counts from the designation on" in said and "Without another the gate shuts in 10 days" in said
    page.post(f"{PLACE}talk/", {"contact": str(erin.pk), "kind": "call", "on": today().isoformat()})
    assert Touch.objects.get().on == today()
    assert "Without another the gate shuts in 90 days" in text(page.get(PLACE))


def test_an_account_that_fell_says_why_and_keeps_its_gate_shut(page):
    ready()
    page.post(f"{PLACE}pass/", {"stage": "0", "words": "Go"})
    later = clock.now() + timedelta(days=95)
    judge_stages(accounts=None, by=clock_actor(), at=later)
    KeyAccount.objects.update(designated_on=today() - timedelta(days=100))
    StageMove.objects.filter(kind="fell").update(on=today())
    answer = page.get(PLACE)
    said = text(answer)
    assert (
        "Stands in Differentiate since" in said
        and "It fell back from “Stage 1: Understand and support”: no word with a decision maker" in said
    )
    assert "but it would fall back at once: no word with a decision maker" in said
    assert primary(answer) == ["Note a conversation"]
    assert "a word with one mends it" in said


def test_what_speaks_against_the_stage_is_said_to_be_over_on_the_page(page):
    ready()
    page.post(f"{PLACE}pass/", {"stage": "0", "words": "Go"})
    tender = known("champion_left", "Erin left")
    answer = page.get(PLACE)
    assert "Erin left" in text(answer) and "over?" in text(answer)
    assert page.post(f"{PLACE}evidence/{tender.pk}/end/", {"on": "not a day"}).status_code == 400
    assert page.post(f"{PLACE}evidence/{tender.pk}/end/", {"on": f"{clock.now():%Y-%m-%d}"}).status_code == 302
    assert "over?" not in text(page.get(PLACE))
    assert Evidence.objects.get(pk=tender.pk).holds_until == clock.now().date()


def test_a_contact_is_asked_by_a_link_shown_once_and_it_can_be_taken_back(page, client):
    erin = at_work("Erin Chef", account=1, email="erin@acme.example")
    known("aim", "Halve waste")
    assert ">Halve waste</textarea>" in page.get(f"{PLACE}ask/?kind=aim").content.decode()
    answer = page.post(f"{PLACE}ask/", {"contact": str(erin.pk), "kind": "aim", "words": "You want to halve waste."})
    link = re.search(r'value="(http://testserver/confirm/[^"]+)"', answer.content.decode())[1]
    assert "mailto:erin%40acme.example?subject=" in answer.content.decode()
    assert link.split("/confirm/")[1] not in page.get(PLACE).content.decode()
    assert "Erin Chef was asked on" in text(page.get(PLACE))
    assert client.get(link).status_code == 200
    page.post(f"{PLACE}ask/{Statement.objects.get().pk}/withdraw/")
    assert "Erin Chef was asked on" not in text(page.get(PLACE)) and client.get(link).status_code == 410


def test_statements_are_refused_without_words_and_to_whoever_does_not_work_there(page):
    erin, other = at_work("Erin Chef", account=1), at_work("Olga Other", account=3)
    assert page.post(f"{PLACE}ask/", {"contact": str(erin.pk), "kind": "aim", "words": " "}).status_code == 400
    assert page.post(f"{PLACE}ask/", {"contact": str(other.pk), "kind": "aim", "words": "So"}).status_code == 404
    assert (
        page.post(f"{PLACE}ask/", {"contact": str(erin.pk), "kind": "answer_value", "words": "So"}).status_code == 400
    )
    assert not Statement.objects.exists()


def test_evidence_of_ours_is_taken_back_and_theirs_is_not(page):
    ours, theirs = known("reason_to_buy", "Fast delivery"), known("reason_to_buy", "They answer", "customer")
    assert page.post(f"{PLACE}evidence/{ours.pk}/withdraw/", {"reason": "Mixed up"}).status_code == 302
    assert page.post(f"{PLACE}evidence/{theirs.pk}/withdraw/", {"reason": "I dislike it"}).status_code == 400
    assert list(Evidence.objects.filter(withdrawn_at=None)) == [theirs]
    assert text(page.get(PLACE)).count("wrong?") == 0


def test_a_play_that_fits_is_started_ticked_and_ended(page):
    html = page.get(PLACE).content.decode()
    name = re.search(r'name="play" value="([a-z-]+)"', html)[1]
    page.post(f"{PLACE}plays/", {"play": name})
    run = PlayRun.objects.get()
    here = f"{PLACE}plays/{run.pk}/"
    assert (
        "Plays running" in text(page.get(PLACE))
        and f'name="play" value="{name}"' not in page.get(PLACE).content.decode()
    )
    page.post(f"{here}step/", {"step": "1"})
    assert f"done {today().day} " in text(page.get(PLACE))
    assert page.post(f"{here}step/", {"step": "99"}).status_code == 400
    assert page.post(f"{here}end/", {"outcome": " ", "version": "2"}).status_code == 400
    page.post(f"{here}end/", {"outcome": "They told us of three aims", "version": str(PlayRun.objects.get().version)})
    said = text(page.get(PLACE))
    assert (
        "1 play has ended here" in said
        and "They told us of three aims by Ben Manager" in said
        and "Plays running" not in said
    )


def test_reasons_why_a_play_fits_open_what_they_stand_on(page):
    known("tender", "They ask three firms")
    html = page.get(PLACE).content.decode()
    first = html[html.index('class="p-plays"') :].split("</details>")[0]
    assert "tender issued since" in first and f'href="{ADDRESS}/tender' in first and "answers" not in first


def test_an_answer_of_the_survey_is_told_by_what_was_chosen(page):
    known("level_sentence", "", "customer", source="response:1", value={"answer": 2, "part": "decides"})
    assert "They see us as a product provider" in text(page.get(PLACE))


def test_level_stands_beside_the_stage_with_the_gap_in_words(page):
    run = cast.Run.objects.get()
    seen(run, 1, level=3), aimed(1, 4)
    said = text(page.get(PLACE))
    assert (
        "They see us at level 3 , which calls for “Stage 2: Agree the plan” or “Stage 3: Deliver and prove value”."
        in said
    )
    assert "Our work is behind how they see us." in said
    assert page.get(PLACE).content.decode().count("p-called") == 2


def test_behaviour_supports_and_never_decides(page):
    known("orders_repeat", "Ordered in ten of twelve months", "behaviour")
    said = text(page.get(PLACE))
    assert "supports, never decides" in said and "Ordered in ten of twelve months" in said and "0 of 2 there" in said


def test_the_year_tells_what_is_due_with_a_link_to_the_form(page, client):
    client.force_login(cast.alice())
    KeyAccount.objects.update(designated_on=today() - timedelta(days=400))
    html = client.get(PLACE).content.decode()
    year = html[html.index('class="p-year"') :].split("</ol>")[0]
    assert "Decide: keep, invest, harvest or release" in year and "overdue since" in year
    assert '<a href="/accounts/1/">Review</a>' in year and '<a href="/waves/">Ask</a>' in year


def test_a_name_and_words_never_become_markup(page):
    Customer.objects.filter(pk=1).update(name="<img src=x onerror=alert(1)>")
    known("reason_to_buy", "<script>alert(2)</script>")
    html = page.get(PLACE).content.decode()
    assert "<img src=x" not in html and "<script>alert" not in html and "&lt;script&gt;alert(2)" in html
    assert "javascript:" not in html


def test_an_address_is_linked_only_where_it_is_one(page):
    known("reason_to_buy", "Odd", source="javascript://acme.example/%0aalert(1)")
    assert 'href="javascript:' not in page.get(PLACE).content.decode()


def test_the_page_takes_few_statements_however_much_there_is(page, client):
    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert page.get(PLACE).status_code == 200
        return len(asked)

    ready(), decider()
    client.force_login(cast.alice())  # what a manager may see takes four more
    few = statements()
    for number in range(30):
        known("aim", f"Aim {number}")
    page.post(f"{PLACE}pass/", {"stage": "0", "words": "Go"})
    assert statements() == few <= 20


def test_stage_marks_stand_in_the_portfolio_and_the_heading(page):
    ready()
    page.post(f"{PLACE}pass/", {"stage": "0", "words": "Go"})
    mark = 'class="vf-stage" title="Stage 1: Understand and support"'
    assert [
        page.get(place).content.decode().count(mark)
        for place in ("/", "/accounts/1/", "/accounts/1/relationship/", PLACE)
    ] == [1] * 4
    assert 'class="vf-stage"' not in page.get("/accounts/2/").content.decode()
