"""What the processes of the stages test do at the same time: python -m tests.journeys.gates VERB ARG…

Each says "ready", waits for a line, does its work and answers with one JSON object.
"""

# ruff: noqa: E402  # the records can be imported once Django is set up
from __future__ import annotations

import json
import sys
from collections import Counter
from datetime import timedelta

import django

django.setup()

from tests import cast
from tests.cast import MORNING
from vitalfew.ground.errors import Refusal
from vitalfew.playbook.judging import judge_stages
from vitalfew.playbook.models import StageMove
from vitalfew.playbook.moving import pass_gate
from vitalfew.playbook.told import stage_words
from vitalfew.relationship.evidence.recording import record_evidence, withdraw_evidence
from vitalfew.relationship.models import Evidence
from vitalfew.selection.models import KeyAccount
from vitalfew.trust.actors import clock_actor, operator
from vitalfew.trust.audit import verifying


def prepare(count: str) -> dict:
    """Key accounts whose first gate is open."""
    cast.customers(int(count))
    for account in range(1, int(count) + 1):
        KeyAccount.objects.create(
            account_id=account, designated_on=MORNING.date(), reason="Known", designated_by="Test"
        )
        for side, words in (("ours", "Fast delivery"), ("ours", "One number to call"), ("customer", "They answer")):
            record_evidence(
                account=account, kind="reason_to_buy", side=side, words=words, source=f"talk: {words}", holds_from=MORNING.date(),
                by=operator(), at=MORNING,
            )  # fmt: skip
    return {}


def climb(first: str, last: str) -> dict:
    """Take these accounts through their first gate."""
    done: Counter[str] = Counter()
    for account in range(int(first), int(last) + 1):
        try:
            pass_gate(account=account, stage=0, words="Ready", by=operator(), at=MORNING)
            done["passed"] += 1
        except Refusal as refusal:
            done[type(refusal).__name__] += 1
    return dict(done)


def withdraw(first: str, last: str) -> dict:
    """Withdraw what their customers said, and judge each at once as the bell would."""
    for account in range(int(first), int(last) + 1):
        said = Evidence.objects.get(account=account, side="customer")
        withdraw_evidence(number=said.pk, reason="Not so", by=operator(), at=MORNING)
        judge_stages(accounts={account}, by=clock_actor(), at=MORNING)
    return {}


def judge(days: str) -> dict:
    """Judge all of them after so many days of silence."""
    return {"fell": len(judge_stages(accounts=None, by=clock_actor(), at=MORNING + timedelta(days=int(days))))}


def state() -> dict:
    """Where they stand, and by how many moves of each kind."""
    stages = stage_words(range(1, 1000))
    verdict = verifying.verify(by=operator())
    return {
        "stages": [stages[account] for account in sorted(stages)],
        "moves": dict(Counter(StageMove.objects.values_list("kind", flat=True))),
        "broken": "" if verdict.whole else verdict.sentence,
    }


if __name__ == "__main__":
    verbs = {each.__name__: each for each in (prepare, climb, withdraw, judge, state)}
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps(verbs[sys.argv[1]](*sys.argv[2:])))
