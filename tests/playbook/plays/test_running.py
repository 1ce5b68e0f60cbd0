"""Plays at work: started only where they fit, done step by step, ended with what came of them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.cast import MORNING, alice, as_alice, ben, customers, key, let_in, person
from tests.playbook.plays.situations import situation
from tests.playbook.plays.test_reading import WHOLE
from vitalfew.ground.errors import Missing
from vitalfew.playbook.models import PlayRun, StageMove
from vitalfew.playbook.plays import operations
from vitalfew.playbook.plays.followed import Counted, Run, followed
from vitalfew.playbook.plays.operations import RunRefused, do_step, end_play, start_play
from vitalfew.playbook.plays.queries import playbook, plays_fitting, running_of
from vitalfew.playbook.plays.shelf import built_in
from vitalfew.relationship.evidence.noting import note_evidence
from vitalfew.relationship.evidence.recording import record_evidence
from vitalfew.relationship.models import Evidence
from vitalfew.selection.models import KeyAccount
from vitalfew.trust.access import Denied
from vitalfew.trust.actors import person_actor
from vitalfew.trust.audit.sentences import Row, sentence
from vitalfew.trust.models import AuditEntry
from vitalfew.trust.rights import Role
from vitalfew.trust.versions import StaleRecord

pytestmark = pytest.mark.django_db
TODAY = MORNING.date()
TENDER = "answer-a-tender"


@pytest.fixture
def acme(home):
    acme = customers()[0]
    key(acme.pk)
    return acme


def tender(account=1, source="https://files.example/letter"):
    return note_evidence(
        account=account, kind="tender", words="They asked three of us", source=source, by=as_alice(), at=MORNING
    )


def start(account=1, play=TENDER, by=None, at=MORNING):
    return start_play(account=account, play=play, by=by or as_alice(), at=at)


def names(account=1):
    return [one.play.name for one in plays_fitting(account=account, person=alice(), today=TODAY)]


def test_the_plays_that_fit_a_new_key_account_are_those_of_its_stage_with_events_first(acme):
    before = names()
    assert {"name-what-sets-us-apart", "ask-how-they-see-us", "find-out-who-decides"} <= set(before)
    tender()
    assert names() == [TENDER, *before]


def test_what_the_gate_waits_for_comes_before_the_rest(acme):
    found = plays_fitting(account=1, person=alice(), today=TODAY)
    served = [bool(one.missing) for one in found]
    assert served == sorted(served, reverse=True) and True in served and False in served
    assert next(one.missing for one in found if one.play.name == "name-what-sets-us-apart") == ("reason_to_buy",)


def test_a_play_starts_where_it_fits_and_keeps_why_and_how_the_account_stood(acme):
    piece = tender()
    run = start()
    assert (run.play, run.title, run.started_on, run.started_by, run.level, run.stage, run.done) == (
        TENDER, "Answer a tender", TODAY, "Alice Head", None, 0, {},
    )  # fmt: skip
    assert run.reasons == [
        {
            "words": "tender issued since 2026-07-01: They asked three of us",
            "source": "https://files.example/letter",
            "number": piece.pk,
        }
    ]
    assert [step["day"] for step in run.steps] == [step.day for step in built_in()[TENDER].steps]


def test_a_play_that_does_not_fit_is_refused_and_nothing_is_kept(acme):
    with pytest.raises(RunRefused, match=r"“Answer a tender” does not fit Acme Tools today\. Nothing was changed\."):
        start()
    assert not PlayRun.objects.exists() and not AuditEntry.objects.filter(verb="playbook.start_play").exists()


def test_the_same_play_runs_once_at_a_time(acme):
    tender()
    run = start()
    with pytest.raises(RunRefused, match="runs with Acme Tools already, since 2026-07-01 by Alice Head"):
        start()
    end_play(run=run.pk, outcome="Won", by=as_alice(), at=MORNING)
    assert start().pk != run.pk


def test_there_is_no_play_of_a_name_that_nobody_gave(acme):
    with pytest.raises(Missing, match="There is no play “dance”"):
        start(play="dance")


def test_steps_are_done_one_by_one_and_leave_no_evidence_by_themselves(acme):
    tender()
    run, before = start(), Evidence.objects.count()
    do_step(run=run.pk, step=2, by=as_alice(), at=MORNING)
    do_step(run=run.pk, step=1, by=as_alice(), at=MORNING + timedelta(days=1))
    (told,) = running_of(account=1, person=alice(), today=TODAY + timedelta(days=10))
    assert [step.done_on for step in told.steps[:3]] == [TODAY + timedelta(days=1), TODAY, None]
    assert (told.next.place, told.next.due, told.next.late, told.next.who) == (
        3, TODAY + timedelta(days=7), True, "key account manager",
    )  # fmt: skip
    assert [step.late for step in told.steps] == [False, False, True, False, False, False]
    assert (told.steps[3].leaves, told.steps[3].leaves_label) == ("reason_to_buy", "reason to buy besides price")
    assert Evidence.objects.count() == before


def test_a_step_is_late_from_the_day_after_it_was_due_until_its_run_ends(acme):
    tender()
    run = start()

    def late(days):
        (told,) = running_of(account=1, person=alice(), today=TODAY + timedelta(days=days))
        return [step.late for step in told.steps]

    assert [late(days)[:3] for days in (0, 1, 2, 3)] == [
        [False, False, False],
        [True, False, False],
        [True, False, False],
        [True, True, False],
    ]
    end_play(run=run.pk, outcome="Called off", by=as_alice(), at=MORNING)
    assert late(30) == [False] * 6


def test_a_step_is_done_once_and_only_where_it_is(acme):
    tender()
    run = start()
    do_step(run=run.pk, step=1, by=as_alice(), at=MORNING)
    for step, told in ((1, "was done on 2026-07-01"), (0, "has the steps 1 to 6"), (7, "has the steps 1 to 6")):
        with pytest.raises(RunRefused, match=told):
            do_step(run=run.pk, step=step, by=as_alice(), at=MORNING)


def test_a_run_ends_once_with_what_came_of_it(acme):
    tender()
    run = start()
    with pytest.raises(RunRefused, match="Say what came of it"):
        end_play(run=run.pk, outcome="  ", by=as_alice(), at=MORNING)
    ended = end_play(run=run.pk, outcome="They stayed.\r\nOn price.", by=as_alice(), at=MORNING, version=1)
    assert (ended.ended_on, ended.ended_by, ended.outcome) == (TODAY, "Alice Head", "They stayed.\nOn price.")
    for verb in (
        lambda: end_play(run=run.pk, outcome="Again", by=as_alice(), at=MORNING),
        lambda: do_step(run=run.pk, step=1, by=as_alice(), at=MORNING),
    ):
        with pytest.raises(RunRefused, match="Alice Head ended “Answer a tender” on 2026-07-01"):
            verb()


def test_a_version_that_never_was_seen_cannot_end_a_run_over_an_other(acme):
    tender()
    run = start()
    operations.versions.save(run, expected=1, outcome="Somebody's draft")
    with pytest.raises(StaleRecord):
        end_play(run=run.pk, outcome="Mine", by=as_alice(), at=MORNING, version=1)


def test_a_run_keeps_its_steps_when_its_play_is_changed(acme):
    text = WHOLE[: WHOLE.index("[fits]")] + "[fits]\nkey = true\n\n" + WHOLE[WHOLE.index("[[steps]]") :]
    operations.add_own_play(name="our-own", text=text, by=as_alice(), at=MORNING)
    start(play="our-own")
    shorter = text[: text.rindex("[[steps]]")]
    operations.change_own_play(name="our-own", text=shorter, version=1, by=as_alice(), at=MORNING)
    operations.retire_own_play(name="our-own", version=None, by=as_alice(), at=MORNING)
    (told,) = running_of(account=1, person=alice(), today=TODAY)
    assert [step.words for step in told.steps] == ["Ask for a tour of an hour.", "Write down what you saw."]


def test_the_trail_tells_of_each_verb_in_words(acme):
    tender()
    run = start()
    do_step(run=run.pk, step=1, by=as_alice(), at=MORNING)
    end_play(run=run.pk, outcome="They stayed", by=as_alice(), at=MORNING)
    rows = AuditEntry.objects.filter(verb__startswith="playbook.").order_by("number")
    told = [
        sentence(Row(row.number, row.at, row.actor_name, row.door, row.verb, row.target, row.before, row.after), {"customer:1": "Acme"})
        for row in rows
    ]  # fmt: skip
    assert [words.split(" (")[0] for words in told] == [
        "Alice Head started “Answer a tender” with Acme",
        "Alice Head did step 1 of “Answer a tender” with Acme",
        "Alice Head ended “Answer a tender” with Acme: They stayed",
    ]


def test_whoever_may_not_work_starts_does_and_ends_nothing(acme):
    tender()
    run, viewer = start(), person_actor(let_in(person(Role.VIEWER), 1), door="web")
    for verb in (
        lambda: start(by=viewer, play="find-out-who-decides"),
        lambda: do_step(run=run.pk, step=1, by=viewer, at=MORNING),
        lambda: end_play(run=run.pk, outcome="x", by=viewer, at=MORNING),
    ):
        with pytest.raises(Denied):
            verb()
    run.refresh_from_db()
    assert (PlayRun.objects.count(), run.done, run.ended_on) == (1, {}, None)


def test_a_hidden_account_answers_like_one_that_does_not_exist(acme):
    tender()
    run, stranger = start(), let_in(ben(), 2)
    by = person_actor(stranger, door="web")
    for hidden, nowhere in (
        (lambda: start(by=by), lambda: start(99, by=by)),
        (
            lambda: do_step(run=run.pk, step=1, by=by, at=MORNING),
            lambda: do_step(run=run.pk + 9, step=1, by=by, at=MORNING),
        ),
        (
            lambda: end_play(run=run.pk, outcome="x", by=by, at=MORNING),
            lambda: end_play(run=run.pk + 9, outcome="x", by=by, at=MORNING),
        ),
        (
            lambda: plays_fitting(account=1, person=stranger, today=TODAY),
            lambda: plays_fitting(account=99, person=stranger, today=TODAY),
        ),
        (
            lambda: running_of(account=1, person=stranger, today=TODAY),
            lambda: running_of(account=99, person=stranger, today=TODAY),
        ),
    ):
        told = set()
        for verb in (hidden, nowhere):
            with pytest.raises(Missing) as refused:
                verb()
            told.add(str(refused.value))
        assert len(told) == 1


def test_the_playbook_shows_where_plays_fit_what_runs_and_what_ended(acme):
    key(2)
    tender()
    tender(2, "https://files.example/their-letter")
    run, over = start(), start(2)
    end_play(run=over.pk, outcome="Lost", by=as_alice(), at=MORNING)
    page = playbook(person=alice(), today=TODAY)
    shown = next(one for one in page.plays if one.play.name == TENDER)
    assert [(one.name, one.running) for one in shown.fits] == [("Acme Tools", True), ("Borealis", False)]
    assert (shown.going, shown.followed.runs, shown.followed.level, shown.followed.stage) == (
        1, 1, Counted(0, 0, 0, 1), Counted(0, 1, 0, 0),
    )  # fmt: skip
    assert shown.followed.stage.too_few
    assert ([one.number for one in page.going], [one.outcome for one in page.ended]) == ([run.pk], ["Lost"])
    assert page.broken == () and len(page.plays) == len(built_in())


def test_the_playbook_finds_plays_by_level_and_expectation(acme):
    page = playbook(person=alice(), today=TODAY)
    assert {one.play.name for one in page.at(level=4, expectation="value")} == {"take-cost-out-together"}
    assert all(page.at(level=level, expectation="") for level in (1, 2, 3, 4))


def test_the_playbook_tells_only_of_accounts_that_may_be_seen(acme):
    key(2)
    tender()
    tender(2, "https://files.example/their-letter")
    start()
    start(2)
    page = playbook(person=let_in(ben(), 2), today=TODAY)
    shown = next(one for one in page.plays if one.play.name == TENDER)
    assert ([one.name for one in shown.fits], shown.going, [one.name for one in page.going]) == (
        ["Borealis"],
        1,
        ["Borealis"],
    )


def test_the_playbook_takes_as_many_queries_for_many_accounts_as_for_one(acme):
    def asked():
        with CaptureQueriesContext(
            connection,
        ) as found:
            playbook(person=alice(), today=TODAY)
        return len(found)

    tender()
    start()
    one = asked()
    for account in (2, 3, 4, 5, 6):
        key(account)
        tender(account, f"https://files.example/letter-{account}")
        start(account)
    assert asked() == one


def test_what_followed_counts_level_and_stage_and_leaves_out_what_cannot_be_compared(acme):
    standing = {1: situation(2, seen=3), 2: situation(1, seen=None), 3: situation(0, seen=1, key=False)}
    found = followed([Run(1, 2, 1), Run(1, 3, 2), Run(1, 4, 3), Run(2, 2, 1), Run(3, None, 4), Run(9, 1, 1)], standing)
    assert found.level == Counted(up=1, stayed=1, down=1, unknown=3)
    assert found.stage == Counted(up=1, stayed=2, down=1, unknown=2)
    assert (found.runs, found.level.n, found.level.too_few, found.stage.n, found.stage.too_few) == (6, 3, True, 4, True)
    assert not followed([Run(1, 3, 2)] * 5, standing).level.too_few


def test_a_stage_that_moved_since_a_play_began_is_counted(acme):
    tender()
    run = start()
    StageMove.objects.create(
        account=acme, designation=KeyAccount.objects.get(), number=1, from_stage=0, to_stage=1, kind="passed", on=TODAY,
        at=MORNING, by="Alice Head",
    )  # fmt: skip
    end_play(run=run.pk, outcome="Won", by=as_alice(), at=MORNING)
    shown = next(one for one in playbook(person=alice(), today=TODAY).plays if one.play.name == TENDER)
    assert shown.followed.stage == Counted(up=1, stayed=0, down=0, unknown=0)


def test_evidence_of_the_relationship_makes_plays_fit(acme):
    record_evidence(
        account=1, kind="answer_integrity", side="customer", source="response:7", holds_from=date(2026, 6, 1),
        holds_until=date(2027, 6, 1), value={"answer": 2, "part": "uses"}, by=as_alice(), at=MORNING,
    )  # fmt: skip
    assert "deal-straight-and-show-it" in names() and "ask-how-they-see-us" not in names()
