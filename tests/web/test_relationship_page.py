"""Account > Relationship: how they see us, how sure that is, what to do next; targets, prices, and who may see what."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta

import numpy as np
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import alice, as_alice, ben, customers, let_in, person
from tests.relationship.behaviour.test_events import ledger
from tests.relationship.level.world import AT, answer, filled_in, judged, made_firm
from vitalfew.ground import clock
from vitalfew.ledger.models import Run
from vitalfew.relationship.behaviour.events import note_price_event
from vitalfew.relationship.evidence import recording
from vitalfew.relationship.level.targets import set_target
from vitalfew.relationship.models import Contact, LevelFound, PriceEvent, Response, TargetLevel
from vitalfew.relationship.survey.answering import write_evidence
from vitalfew.relationship.survey.mirror import mirror
from vitalfew.trust.rights import Role
from vitalfew.web.pages.relationship import level_words
from vitalfew.web.wording import odds

pytestmark = pytest.mark.django_db
NAMED, BEHAVES, MIXED, DAMAGED = 2, 1, 3, 4


def today() -> date:
    return clock.now().date()


def place(account: int) -> str:
    return f"/accounts/{account}/relationship/"


def text(response) -> str:
    words = re.sub(r"<(script|style)\b.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", words).replace("\u202f", " ").replace("\xa0", " ").split())


def primary(response) -> list[str]:
    """What the buttons with the accent colour say, outside of dialogs."""
    page = re.sub(r"<dialog.*?</dialog>", "", response.content.decode(), flags=re.DOTALL)
    return re.findall(r'class="btn btn-primary"[^>]*>([^<]+)<', page)


def as_evidence() -> None:
    """What the customers' people answered, as the survey writes it down."""
    for form in Response.objects.exclude(way=Response.Way.MIRROR):
        write_evidence(form, by="A contact", at=clock.now())


@pytest.fixture
def firm(client):
    """80 accounts as of today, the first 40 of whom answered a month ago; Alice looks."""
    made = made_firm()
    answer(made, *range(1, 41), on=today() - timedelta(days=30))
    as_evidence()
    judged(made, as_of=today())
    client.force_login(alice())
    return made


def one_of(*, verdict: int, answered: bool) -> LevelFound:
    found = (
        LevelFound.objects.filter(verdict=verdict, newest_answer__isnull=not answered).order_by("account_id").first()
    )
    assert found is not None
    return found


def told(found: LevelFound, **known) -> None:
    LevelFound.objects.filter(pk=found.pk).update(known=found.known | known, verdict=found.verdict, told=found.told)


def test_page_of_an_account_of_which_nothing_is_known_teaches_what_to_do(client):
    customers()
    client.force_login(alice())
    answer_ = client.get(place(1))
    said = text(answer_)
    assert "Nothing is known yet." in said and "run `vitalfew refresh`" in said
    assert [word in said for word in ("Ask them.", "Bring the sales ledger.", "Answer as they would.")] == [True] * 3
    assert primary(answer_) == ["Import sales lines"]
    assert "l-unknown" in answer_.content.decode() and "l-held" not in answer_.content.decode()


def test_account_that_only_orders_gets_a_range_and_is_to_be_asked(firm, client):
    found = one_of(verdict=BEHAVES, answered=False)
    answer_ = client.get(place(found.account_id))
    said = text(answer_)
    assert "They behave like" in said and "Nobody has answered." in said and "They see us as" not in said
    assert primary(answer_) == ["Ask them"]
    assert "They say Not enough evidence" in said and "What would change our mind." in said
    assert "Six things, and nobody has said yet how we do." in said


def test_account_with_too_little_evidence_shows_no_chance_at_all(firm, client):
    found = one_of(verdict=0, answered=False)
    page = client.get(place(found.account_id)).content.decode()
    bar = re.search(r'<svg class="l-bar.*?</svg>', page, re.DOTALL).group(0)
    assert "Not enough evidence: " in page
    assert ("l-unknown" in bar, "l-chance" in bar, "l-held" in bar, '%"' in bar) == (True, False, False, True)


def test_weighing_ends_at_the_chance_that_is_told(firm, client):
    for answered in (True, False):
        found = LevelFound.objects.filter(newest_answer__isnull=not answered).order_by("-told", "account_id").first()
        chance = odds(found.chance[found.level - 1]).replace("\u202f", " ")
        assert f"With all of it {html.escape(chance)}" in text(client.get(place(found.account_id))), answered


def test_answered_account_is_told_in_one_sentence_with_its_reasons(firm, client):
    found = one_of(verdict=NAMED, answered=True)
    answer_ = client.get(place(found.account_id))
    said = text(answer_)
    assert f"They see us as {level_words.seen_as(found.told)} (level {found.told}), " in said
    assert f"What speaks for and against level {found.told}, {level_words.name(found.told)}" in said
    assert "Answers of who decides" in said and "odds × " in said and "Accounts like this one" in said
    assert primary(answer_) == ["Answer as they would"]
    assert "measures/level/" in answer_.content.decode()


def test_next_step_follows_what_is_there(firm, client):
    account = one_of(verdict=NAMED, answered=True).account_id
    mirror(account=account, raw={"sentence": "4"}, by=as_alice(), at=clock.now())
    assert primary(client.get(place(account))) == ["Set a target"]
    day = today() + timedelta(days=200)
    set_target(account=account, level=4, by_day=day, reason="They grow", version=None, by=as_alice(), at=clock.now())
    assert primary(client.get(place(account))) in (["See what they miss"], [])
    Response.objects.filter(account=account).exclude(way=Response.Way.MIRROR).update(part="uses")
    assert primary(client.get(place(account))) == ["Ask who decides"]
    LevelFound.objects.filter(account=account).update(newest_answer=today() - timedelta(days=300))
    assert primary(client.get(place(account))) == ["Ask again"]
    LevelFound.objects.filter(account=account).update(verdict=DAMAGED)
    assert primary(client.get(place(account))) == ["Call whoever decides"]


@pytest.mark.parametrize(
    ("verdict", "known", "said"),
    [
        (MIXED, {"mixed": 2}, "Mixed: what they say and do about price"),
        (MIXED, {"mixed": 1}, "locked in"),
        (DAMAGED, {"mixed": 0}, "Damaged: orders fall, somebody there would warn others of us"),
    ],
)
def test_mixed_and_damaged_are_said_as_such_and_name_no_level(firm, client, verdict, known, said):
    found = one_of(verdict=NAMED, answered=True)
    found.verdict, found.told = verdict, None
    told(found, **known)
    words = text(client.get(place(found.account_id)))
    assert said in words and "They see us as" not in words


def test_scorecard_shows_each_answer_beside_belief_and_evidence(firm, client):
    account = one_of(verdict=NAMED, answered=True).account_id
    mirror(account=account, raw={"value": "5", "sentence": "4"}, by=as_alice(), at=clock.now())
    recording.record_evidence(
        account=account, kind="promise_kept", side="ours", expectation="integrity", words="Sent <b>spares</b> overnight",
        holds_from=today(), holds_until=None, source="promise:1", by=as_alice(), at=clock.now(),
    )  # fmt: skip
    page = client.get(place(account)).content.decode()
    assert f"Contact decides {account}" in page and "Alice Head believes 5" in page
    assert "Sent &lt;b&gt;spares&lt;/b&gt; overnight" in page and "<b>spares" not in page
    assert page.count('class="l-answers"') == 6


def test_mirror_form_is_offered_once(firm, client):
    account = one_of(verdict=NAMED, answered=True).account_id
    form = f'href="/accounts/{account}/mirror/"'
    assert client.get(place(account)).content.decode().count(form) == 1
    mirror(account=account, raw={"sentence": "4"}, by=as_alice(), at=clock.now())
    assert client.get(place(account)).content.decode().count(f'<a class="btn" {form}') == 1


def test_target_is_set_changed_and_taken_back(firm, client):
    account = one_of(verdict=NAMED, answered=True).account_id
    day = (today() + timedelta(days=100)).isoformat()
    words = {"level": "3", "by_day": day, "reason": "Stays on <purpose>", "version": "0"}
    said = client.post(f"{place(account)}target/", words, follow=True).content.decode()
    assert "Stays on &lt;purpose&gt;" in said and "<strong>level 3</strong>" in said
    assert 'class="l-target"' in said
    client.post(f"{place(account)}target/", words | {"level": "4", "reason": "They asked", "version": "1"})
    assert list(TargetLevel.objects.order_by("pk").values_list("level", "ended_on")) == [(3, today()), (4, None)]
    assert client.post(f"{place(account)}target/end/", {"version": "1"}).status_code == 409  # a form of the one before
    client.post(f"{place(account)}target/end/", {"version": str(TargetLevel.objects.get(ended_on=None).version)})
    assert not TargetLevel.objects.filter(ended_on=None).exists()


@pytest.mark.parametrize("version", [{"version": "0"}, {}])
def test_target_of_a_form_that_showed_none_does_not_replace_one_set_meanwhile(firm, client, version):
    account = one_of(verdict=NAMED, answered=True).account_id
    day = today() + timedelta(days=100)
    set_target(account=account, level=2, by_day=day, reason="First", version=None, by=as_alice(), at=clock.now())
    words = {"level": "4", "by_day": day.isoformat(), "reason": "Second"} | version
    assert client.post(f"{place(account)}target/", words).status_code == 409
    assert TargetLevel.objects.get().reason == "First"


@pytest.mark.parametrize(
    "wrong", [{"level": "5"}, {"level": ""}, {"by_day": "2020-01-01"}, {"by_day": "soon"}, {"reason": " "}]
)
def test_target_that_does_not_hold_is_refused(firm, client, wrong):
    words = {"level": "3", "by_day": (today() + timedelta(days=9)).isoformat(), "reason": "x", "version": "0"} | wrong
    answer_ = client.post(f"{place(1)}target/", words)
    assert answer_.status_code == 400 and "Nothing was changed." in text(answer_)
    assert not TargetLevel.objects.exists()


def test_price_is_noted_and_withdrawn(firm, client):
    ledger()
    words = {"on": (today() - timedelta(days=40)).isoformat(), "percent": "4,5", "words": "All <prices>"}
    said = client.post(f"{place(1)}prices/", words, follow=True).content.decode()
    event = PriceEvent.objects.get()
    assert event.thousandths == 45
    assert "All &lt;prices&gt;" in said and "+4.5" in said and "Volume left after" in said
    client.post(f"{place(2)}prices/{event.pk}/withdraw/", {"reason": "Wrong account"})
    assert PriceEvent.objects.get().withdrawn_at is None
    client.post(f"{place(1)}prices/{event.pk}/withdraw/", {"reason": "Never came"})
    assert PriceEvent.objects.get().withdrawn_because == "Never came"


@pytest.mark.parametrize("percent", ["", "much", "0", "NaN", "1e9", "4.55", "-91", "٣"])
def test_change_that_is_no_per_cent_to_a_tenth_is_refused(firm, client, percent):
    ledger()
    words = {"on": today().isoformat(), "percent": percent, "words": "All"}
    allowed = percent == "٣"  # a digit is a digit
    assert client.post(f"{place(1)}prices/", words).status_code == (302 if allowed else 400)


def test_who_only_reads_sees_the_level_and_no_forms(firm, client):
    account = one_of(verdict=NAMED, answered=True).account_id
    client.force_login(let_in(person(Role.VIEWER), account))
    page = client.get(place(account))
    assert "They see us as" in text(page) and "Next:" not in text(page) and primary(page) == []
    assert "<dialog" not in page.content.decode() and "Mirror form" not in page.content.decode()


def test_hidden_account_answers_like_one_that_does_not_exist(firm, client):
    client.force_login(let_in(ben(), 2))
    assert client.get(place(1)).status_code == client.get(place(999)).status_code == 404
    assert client.get(place(2)).status_code == 200


def test_page_asks_the_same_questions_however_much_is_known(firm, client):
    ledger()
    account = one_of(verdict=NAMED, answered=True).account_id
    counts = []
    for size in (1, 6):
        for number in range(size):
            note(account, number + size * 10)
            contact = Contact.objects.create(name=f"More {size} {number}", added_at=AT, added_by="x")
            filled_in(contact, account=account, answers={"sentence": 3, "value": 4}, on=today() - timedelta(days=9))
        as_evidence()
        client.get(place(account))
        with CaptureQueriesContext(connection) as asked:
            client.get(place(account))
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 26


def note(account: int, number: int) -> None:
    note_price_event(
        account=account, on=today() - timedelta(days=number), thousandths=10 + number, words=f"Price {number}", by=as_alice(), at=clock.now()
    )  # fmt: skip


def test_history_is_drawn_from_the_second_day_on(firm, client):
    account = one_of(verdict=NAMED, answered=True).account_id
    assert "How it went" not in text(client.get(place(account)))
    judged_before(account)
    page = client.get(place(account)).content.decode()
    assert page.count('class="l-judged') == 2 and "The same in words" in page


def judged_before(account: int) -> None:
    now = LevelFound.objects.get(account=account)
    run = Run.objects.create(as_of=today() - timedelta(days=90), began_at=AT, shown_at=AT, totals={})
    LevelFound.objects.create(
        run=run, account_id=account, judged_at=AT, verdict=BEHAVES, level=2, low=1, high=3, chance=list(np.full(4, 0.25)), known=now.known
    )  # fmt: skip
