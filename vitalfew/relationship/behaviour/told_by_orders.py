"""Signs in the orders of key accounts as evidence: a state from the day it was first seen until it is no longer shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from vitalfew.ground.period import last_months
from vitalfew.ledger import batches, choices, runs
from vitalfew.ledger.models import AccountTotals, Run
from vitalfew.relationship.behaviour import volume
from vitalfew.relationship.behaviour.signs import KINDS, Rise, Rules, Shown, Sign, Year, signs
from vitalfew.relationship.models import Behaviour, Evidence, PriceEvent
from vitalfew.relationship.models.evidence import Side
from vitalfew.selection.queries import key_account_ids
from vitalfew.trust.actors import Actor

type Told = dict[tuple[int, str], Sign]

_SOURCE = "behaviour:"
# Who orders once a month is seen first some weeks after the day on which a ledger of two years begins.
_BEGINS = timedelta(days=31)
_REPLACED = "replaced by what came later from the same source"


@transaction.atomic
def tell_signs(*, by: Actor, at: datetime) -> int:
    """Let the evidence of behaviour be what the shown run shows of key accounts; how many states began or ended.

    A sign that is still shown stays as it was told first; one that is not ends on the run's day. Nothing changes where
    a run of a later day, which the ledger still reaches, was shown before: what is known since is not rewritten. Judges
    nobody and rings no bell: no level reads behaviour, and whoever refreshes judges the stages next.
    """
    run = runs.current()
    if run is None or _known_later(run):
        return 0
    return _let_stand(_told(run, key_account_ids()), on=run.as_of, by=by, at=at)


def _known_later(run: Run) -> bool:
    reached = batches.last_day() or run.as_of
    return Run.objects.exclude(shown_at=None).filter(as_of__gt=run.as_of, as_of__lte=reached).exists()


def _told(run: Run, accounts: Collection[int]) -> Told:
    rules = _rules()
    return {
        (account, sign.kind): sign for account, shown in _shown(run, accounts).items() for sign in signs(shown, rules)
    }


def _rules() -> Rules:
    names = ("orders", "regularity", "silence", "chance", "accepted_loss", "kept_loss")
    stand = choices.numbers(*(f"behaviour_{name}" for name in names))
    return Rules(**{name: stand[f"behaviour_{name}"] for name in names})


def _shown(run: Run, accounts: Collection[int]) -> dict[int, Shown]:
    """What the run found of each of these accounts that it knows; three queries however many."""
    loyal = dict(Behaviour.objects.filter(run=run, account__in=accounts).values_list("account_id", "loyalty"))
    moved = _moved(accounts)
    rows = AccountTotals.objects.filter(run=run, account__in=accounts)
    return {
        row.account_id: _of(run, row, loyal.get(row.account_id) or {}, moved.get(row.account_id, [])) for row in rows
    }


def _moved(accounts: Collection[int]) -> Mapping[int, list[PriceEvent]]:
    """The prices that moved for each account, the newest first."""
    found: dict[int, list[PriceEvent]] = defaultdict(list)
    for event in PriceEvent.objects.filter(account__in=accounts, withdrawn_at=None).order_by("-on", "-pk"):
        found[event.account_id].append(event)
    return found


def _of(run: Run, totals: AccountTotals, loyal: Mapping[str, Any], moved: list[PriceEvent]) -> Shown:
    regularity = loyal.get("regularity")
    now, before, both = _years(loyal, whole=totals.first_day <= _before(run.as_of) + _BEGINS)
    return Shown(
        orders=totals.orders_12_months,
        regularity=regularity[0] if regularity else None,
        gap=loyal.get("gap"),
        silence=loyal.get("cycles"),
        now=now,
        before=before,
        items_both=both,
        rises=_rises(run, totals, moved),
    )


def _years(loyal: Mapping[str, Any], *, whole: bool) -> tuple[Year | None, Year | None, int]:
    """The twelve months, those before where the account was known for the `whole` of them, and the goods of both."""
    if not whole or "before" not in loyal:
        return None, None, 0
    items, _known, lines, _sale, _back = loyal["breadth"]
    items_before, both, lines_before, credit_days, credit_days_before = loyal["before"]
    return Year(items, lines, credit_days), Year(items_before, lines_before, credit_days_before), both


def _before(as_of: date) -> date:
    """The first day of the time that lies before the twelve months to a day and is as long."""
    year = last_months(as_of, 12)
    return year.first - timedelta(days=year.days)


def _rises(run: Run, totals: AccountTotals, moved: list[PriceEvent]) -> list[Rise]:
    risen = [event for event in moved if event.thousandths > 0]
    bought = volume.bought(run, totals) if risen else None
    return [
        Rise(event.on, event.thousandths, volume.left(bought, event.on, event.thousandths, _others(event, moved)))
        for event in risen
    ]


def _others(event: PriceEvent, moved: list[PriceEvent]) -> tuple[date, ...]:
    return tuple(other.on for other in moved if other.pk != event.pk)


def _let_stand(told: Told, *, on: date, by: Actor, at: datetime) -> int:
    """End what is told no longer and begin what is told anew.

    What one of us withdrew stays withdrawn until it is no longer shown; then it may be seen again.
    """
    mine = Evidence.objects.filter(side=Side.BEHAVIOUR, kind__in=KINDS, source__startswith=_SOURCE)
    rows = {(row.account_id, row.kind): row for row in mine.filter(holds_until=None)}
    gone = [row for key, row in rows.items() if key not in told]
    for row in gone:
        row.holds_until = max(on, row.holds_from)
    Evidence.objects.bulk_update(gone, ["holds_until"])
    new = [_evidence(*key, sign, on=on, by=by, at=at) for key, sign in told.items() if key not in rows]
    _make_room(new, list(mine.filter(holds_from=on, withdrawn_at=None).exclude(holds_until=None)))
    Evidence.objects.bulk_create(new)
    return len(gone) + len(new)


def _make_room(new: list[Evidence], ended: list[Evidence]) -> None:
    """A state that ended on the day it began, and begins on it again, was none: the ledger changed in between."""
    again = {(row.account_id, row.kind): row for row in new}
    for row in ended:
        if later := again.get((row.account_id, row.kind)):
            row.withdrawn_at, row.withdrawn_by = later.recorded_at, later.recorded_by
            row.withdrawn_because = _REPLACED
    fields = ["withdrawn_at", "withdrawn_by", "withdrawn_because"]
    Evidence.objects.bulk_update([row for row in ended if row.withdrawn_at], fields)


def _evidence(account: int, kind: str, sign: Sign, *, on: date, by: Actor, at: datetime) -> Evidence:
    return Evidence(
        account_id=account, kind=kind, side=Side.BEHAVIOUR, value=dict(sign.value), words=sign.words, holds_from=on,
        source=f"{_SOURCE}{account}", recorded_at=at, recorded_by=by.name,
    )  # fmt: skip
