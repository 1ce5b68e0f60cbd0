"""Selection's pure decisions: what one manager can lead in accounts and hours, and when somebody should look again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

WARN_ABOVE = 10  # accounts a manager leads before stages are known; docs/measures/capacity.md
HOURS_ASSUMED = 30  # a month, for an account nobody has planned: 7.5 contacts, the middle of 5 to 10, at 4 hours each
CAPACITY_ASSUMED = (
    120  # a month, for a person nobody has asked: three weeks of a month's four; the fourth is for the firm
)
MOST_HOURS = 1000
DEPUTY_FIFTHS = 1  # of five parts of an account's hours those that its deputy carries, while it has a manager too
REVIEW_AFTER = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Assumed:
    """What the firm takes as given: hours a month of an account nobody planned and of a person nobody asked, and how many
    accounts one manager can lead.
    """

    hours: int = HOURS_ASSUMED
    capacity: int = CAPACITY_ASSUMED
    accounts: int = WARN_ABOVE


@dataclass(frozen=True, slots=True)
class Load:
    """How many key accounts a manager leads, and the hours a month that these and those they are deputy of take.

    `planned` is None for one who does not see all that the manager leads; more accounts than `most` are too many.
    """

    person: str
    accounts: int
    planned: float | None = None
    capacity: int = CAPACITY_ASSUMED
    most: int = WARN_ABOVE

    @property
    def too_many(self) -> bool:
        return self.accounts > self.most

    @property
    def left(self) -> float | None:
        """Hours a month not yet planned; below zero more is planned than there is."""
        return None if self.planned is None else left(self.capacity, self.planned)

    @property
    def over(self) -> float:
        """The hours planned above what there is; 0 where there is none too much."""
        return max(-(self.left or 0.0), 0.0)


def carried(hours: int | None, *, deputy: bool, shared: bool, assumed: int = HOURS_ASSUMED) -> float:
    """The hours a month that one of an account's leads carries; `hours` is None where nobody planned it: then `assumed`.

    `shared` says that manager and deputy are both there: then the deputy carries a fifth and the manager the rest.
    Whoever is alone carries all, so that no hour is lost and none counted twice.
    """
    whole = assumed if hours is None else hours
    if not shared:
        return float(whole)
    return whole * (DEPUTY_FIFTHS if deputy else 5 - DEPUTY_FIFTHS) / 5


def left(capacity: int, planned: float) -> float:
    """What remains of a month's hours, to a tenth: parts are fifths, and their sum must not carry a binary tail."""
    return round(capacity - planned, 1)


def review_due(*, designated_on: date, last_review: date | None, today: date) -> bool:
    """True when a key account has not been looked at for a year."""
    return today - (last_review or designated_on) > REVIEW_AFTER
