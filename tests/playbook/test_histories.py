"""A gate opens on evidence and on nothing else, whatever happened before and by whichever door somebody tries."""

from __future__ import annotations

import argparse
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import cast
from tests.cast import MORNING
from tests.playbook.histories import Fact, Oracle
from tests.relationship.people import at_work
from vitalfew.cli import playbook as cli
from vitalfew.ground import clock
from vitalfew.ground.errors import Refusal
from vitalfew.playbook import judging
from vitalfew.playbook.models import StageMove
from vitalfew.playbook.moving import pass_gate
from vitalfew.playbook.told import stage_words
from vitalfew.relationship.evidence import bell
from vitalfew.relationship.evidence.recording import close_evidence, record_evidence, withdraw_evidence
from vitalfew.relationship.models import Part, Position
from vitalfew.relationship.people.touches import note_touch
from vitalfew.rounds import judging as heard
from vitalfew.trust.actors import clock_actor, operator

pytestmark = pytest.mark.django_db
BEGAN = MORNING.date()
# What each gate wants, more than enough of it, so that leaving one out is the only thing that shuts it.
WANTED = (
    (("reason_to_buy", "ours"), ("reason_to_buy", "ours"), ("reason_to_buy", "customer")),
    (("aim", "ours"), ("aim", "ours"), ("aim", "ours"), ("aim_supported", "ours"), ("aim", "customer")),
    (("objective", "ours"), ("objective", "ours"), ("actions_owned", "ours"), ("whitespace_reviewed", "ours"), ("plan_confirmed", "customer")),
    (("promise_kept", "ours"), ("promise_kept", "ours"), ("promise_kept", "customer"), ("value_item", "ours"), ("value_item", "ours"), ("value_confirmed", "customer")),
    (("joint_plan_cycle", "ours"), ("joint_plan_cycle", "customer"), ("executive_meeting", "ours"), ("executive_meeting", "ours"), ("referral_given", "customer")),
)  # fmt: skip
DOORS = ("operation", "api", "cli")
HARM = (
    "promise_late",
    "promise_broken",
    "critical_issue",
    "champion_left",
    "plan_untouched",
    "volume_outside_band",
    "tender",
    "sponsor_left",
)
KINDS = (
    *sorted({kind for gate in WANTED for kind, _side in gate}),
    *HARM, "level_sentence", "early_invitation", "reference_given",
)  # fmt: skip
SIDES = ("ours", "customer", "behaviour")
facts = st.tuples(
    st.sampled_from(KINDS), st.sampled_from(SIDES), st.integers(0, 5), st.integers(0, 400) | st.just(0),
    st.none() | st.integers(1, 400), st.integers(1, 4), st.sampled_from(("decides", "uses")),
)  # fmt: skip
sentences = st.tuples(st.integers(1, 4), st.sampled_from(("decides", "uses")))
some = st.integers(0, 60)
actions = st.one_of(
    st.tuples(st.just("record"), facts),
    st.tuples(st.just("nearly"), st.none() | st.integers(0, 5), st.sampled_from(DOORS), st.none() | sentences),
    st.tuples(st.just("climb"), st.sampled_from(DOORS), st.integers(1, 3)),
    st.tuples(st.just("harm"), st.sampled_from(HARM)),
    st.tuples(st.just("close"), some),
    st.tuples(st.just("withdraw"), some),
    st.tuples(st.just("wait"), st.sampled_from((1, 5, 30, 89, 90, 91, 130))),
    st.tuples(st.just("touch")),
    st.tuples(st.just("meet"), st.sampled_from(("finance", "technical", "other"))),
    st.tuples(st.just("attempt"), st.sampled_from(DOORS)),
)


class World:
    """The product and the oracle side by side: everything is done to both."""

    def __init__(self, moved: pytest.MonkeyPatch, client: Client) -> None:
        self.client, self.day, self.ticks = client, BEGAN, 0
        self.oracle = Oracle(key_since=BEGAN, today=BEGAN, functions={"purchasing", "operations"})
        moved.setattr(clock, "now", self.now)

    def now(self) -> datetime:
        return datetime(self.day.year, self.day.month, self.day.day, 9, tzinfo=UTC) + timedelta(seconds=self.ticks)

    def do(self, action: tuple) -> None:
        self.ticks += 1
        before = self.stage()
        getattr(self, action[0])(*action[1:])
        if action[0] not in ("attempt", "climb", "nearly"):
            self.listen()
            self.oracle.judge()
            assert self.stage() <= before, action
        assert self.stage() == self.oracle.stage, action

    def stage(self) -> int:
        return stage_words([1])[1]

    def listen(self) -> None:
        """What a commit would set off, in the one transaction that the test keeps open."""
        waiting = [one[1] for one in connection.run_on_commit if isinstance(one[1], bell._Rung)]
        connection.run_on_commit.clear()
        for rung in waiting:
            heard.judge_heard(frozenset(rung.accounts))

    def record(self, said: tuple) -> None:
        kind, side, words, ago, until, answer, part = said
        value = {"answer": answer, "part": part} if kind == "level_sentence" else None
        first = self.day - timedelta(days=ago)
        self.put(
            kind,
            side,
            f"thing {words}",
            first,
            until=None if until is None else first + timedelta(days=until),
            value=value,
        )

    def put(self, kind, side, words, first: date, *, until: date | None = None, value=None) -> None:
        source = f"a talk of {len(self.oracle.facts)}"
        made = record_evidence(
            account=1, kind=kind, side=side, source=source, words=words, value=value, holds_from=first, holds_until=until,
            by=operator(), at=self.now(),
        )  # fmt: skip
        self.oracle.facts.append(Fact(made.pk, kind, side, words, source, first, until, value))

    def fill(self, without: int | None, chose: tuple[int, str] | None) -> None:
        """Everything that the gate of now wants, but for one thing; a sentence of the survey may be all that they say."""
        for place, (kind, side) in enumerate(WANTED[min(self.oracle.stage, 4)]):
            if place != without and not (
                chose and side == "customer" and kind.endswith(("_confirmed", "_given", "_buy"))
            ):
                self.put(kind, side, f"piece {place}", self.day)
        if chose:
            self.put("level_sentence", "customer", "chose", self.day, value={"answer": chose[0], "part": chose[1]})
        self.touch()
        self.meet("finance")

    def nearly(self, without: int | None, door: str, chose: tuple[int, str] | None = None) -> None:
        self.fill(without, chose)
        self.listen()
        self.oracle.judge()
        self.attempt(door)

    def harm(self, kind: str) -> None:
        for number in range(3 if kind.startswith("promise_") else 1):
            self.put(kind, "ours", f"harm {number}", self.day)

    def climb(self, door: str, steps: int) -> None:
        for _ in range(steps):
            self.nearly(None, door)

    def close(self, place: int) -> None:
        open_ones = [fact for fact in self.oracle.facts if fact.until is None and not fact.withdrawn]
        if open_ones:
            fact = open_ones[place % len(open_ones)]
            close_evidence(account=1, kind=fact.kind, source=fact.source, on=self.day, by=operator(), at=self.now())
            fact.until = self.day

    def withdraw(self, place: int) -> None:
        standing = [fact for fact in self.oracle.facts if not fact.withdrawn]
        if standing:
            fact = standing[place % len(standing)]
            withdraw_evidence(number=fact.number, reason="It was wrong", by=operator(), at=self.now())
            fact.withdrawn = True

    def wait(self, days: int) -> None:
        """Days go by, and the house looks each morning; the first of them that changes something is what counts."""
        for _ in range(days if days < 30 else 1):
            step = 1 if days < 30 else days
            self.day += timedelta(days=step)
            self.oracle.today = self.day
            judging.judge_stages(accounts=None, by=clock_actor(), at=self.now())
            self.oracle.judge()

    def touch(self) -> None:
        erin = Position.objects.get(title="decides").contact_id
        note_touch(account=1, on=self.day, kind="call", source=f"call of {self.day}", contact=erin)
        self.oracle.spoken = self.day

    def meet(self, function: str) -> None:
        if not Position.objects.filter(account=1, function=function).exists():
            at_work(f"{function.capitalize()} Somebody", account=1, function=function)
        self.oracle.functions |= {function} - {"other"}

    def _passes(self, door: str) -> bool:
        stage = self.stage()
        if door == "operation":
            try:
                pass_gate(account=1, stage=stage, words="They are ready", by=operator(), at=self.now())
            except Refusal:
                return False
            return True
        if door == "api":
            body = json.dumps({"stage": min(stage, 4), "words": "They are ready"})
            found = self.client.post("/api/accounts/C00001/stage/pass", body, content_type="application/json")
            assert found.status_code in (201, 409, 422), found.content
            return found.status_code == 201
        asked = argparse.Namespace(account="C00001", passing=True, words="They are ready", json=True)
        try:
            return cli.staged(asked, operator()) == 0
        except Refusal:
            return False

    def attempt(self, door: str) -> None:
        wanted = self.oracle.may_pass()
        passed = self._passes(door)
        assert passed == wanted, (door, self.oracle.stage, wanted)
        if passed:
            self.oracle.go_on()
            move = StageMove.objects.order_by("-number")[0]
            assert (move.to_stage, move.kind) == (self.oracle.stage, "passed")
            assert any(piece["side"] == "customer" for piece in move.pieces)


@settings(
    max_examples=90, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)  # fmt: skip
@given(history=st.tuples(st.integers(0, 5), st.lists(actions, min_size=3, max_size=12)))
def test_a_stage_is_what_the_evidence_says_through_every_history(home, monkeypatch, capsys, client, history):
    with transaction.atomic():
        cast.customers(2)
        cast.key(1)
        client.force_login(cast.alice())
        erin = at_work("Erin Chef", account=1, function="purchasing", title="decides")
        position = Position.objects.get(contact=erin)
        Part.objects.create(
            position=position, kind="decides", reason="Signs", holds_from=date(2020, 1, 1), holds_until=date(2199, 1, 1), given_by="Alice Head",
        )  # fmt: skip
        at_work("Otto Plant", account=1, function="operations")
        connection.run_on_commit.clear()
        world = World(monkeypatch, client)
        world.climb("operation", history[0])
        for action in history[1]:
            world.do(action)
        connection.run_on_commit.clear()
        transaction.set_rollback(True)
