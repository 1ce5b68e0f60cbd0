"""What is kept of old runs: all of it for key accounts, month ends for the rest."""

from __future__ import annotations

from vitalfew.ledger import runs
from vitalfew.ledger.models import AccountTotals
from vitalfew.relationship.models import Behaviour, LevelFound
from vitalfew.selection.models import Standing
from vitalfew.selection.queries import key_account_ids


def prune() -> int:
    """Drop the rows of accounts that are not key from runs that are neither recent nor the last of their month."""
    old, keys, removed = runs.superfluous(), key_account_ids(), 0
    for run in old:
        for model in (LevelFound, Behaviour, Standing, AccountTotals):
            removed += model._default_manager.filter(run_id=run).exclude(account_id__in=keys).delete()[0]
    return removed
