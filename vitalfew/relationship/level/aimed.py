"""The levels that accounts are meant to reach, many at once."""

from __future__ import annotations

from collections.abc import Collection

from vitalfew.relationship.models import TargetLevel


def aimed(accounts: Collection[int]) -> dict[int, int]:
    """The target level that stands of each of these accounts that has one; one query however many."""
    rows = TargetLevel.objects.filter(ended_on=None).values_list("account_id", "level")
    wanted = set(accounts)
    return {account: level for account, level in rows if account in wanted}
