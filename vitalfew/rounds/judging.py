"""What an answer, a kept promise or a confirmed value changes at once: the account is judged again after the commit."""

from __future__ import annotations

from vitalfew.ground import clock
from vitalfew.relationship.level import judging


def judge_heard(accounts: frozenset[int]) -> None:
    """Judge the accounts that something was heard of, by what the last refresh learnt."""
    judging.judge_again(accounts=accounts, at=clock.now())
