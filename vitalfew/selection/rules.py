"""Selection's pure decisions: how many accounts one manager can lead, and when somebody should look again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

WARN_ABOVE = 10  # accounts a manager leads before stages are known; docs/measures/capacity.md
REVIEW_AFTER = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Load:
    """How many key accounts a manager leads, and whether that is more than can be done well."""

    person: str
    accounts: int

    @property
    def too_many(self) -> bool:
        return self.accounts > WARN_ABOVE


def review_due(*, designated_on: date, last_review: date | None, today: date) -> bool:
    """True when a key account has not been looked at for a year."""
    return today - (last_review or designated_on) > REVIEW_AFTER
