"""What an answer, a kept promise or a confirmed value changes at once: level and stage are judged again after the commit."""

from __future__ import annotations

from vitalfew.ground import clock
from vitalfew.playbook import judging as stages
from vitalfew.relationship.level import judging
from vitalfew.trust.actors import clock_actor


def judge_heard(accounts: frozenset[int]) -> None:
    """Judge the accounts that something was heard of, by what the last refresh learnt."""
    at = clock.now()
    judging.judge_again(accounts=accounts, at=at)
    stages.judge_stages(accounts=accounts, by=clock_actor(), at=at)
