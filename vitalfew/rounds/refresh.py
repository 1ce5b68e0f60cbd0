"""The refresh: ask the ledger once, write each step's findings under the run's number, show them all at once."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from django.conf import settings

from vitalfew.ground.errors import Refusal
from vitalfew.ledger import batches, choices, measuring, runs, snapshot
from vitalfew.ledger.engines.scope import Scope
from vitalfew.ledger.models import Run
from vitalfew.playbook import judging
from vitalfew.relationship.behaviour import indicators, told_by_orders, writing
from vitalfew.relationship.behaviour import prices as behaviour
from vitalfew.relationship.behaviour.loyalty import loyalty
from vitalfew.relationship.level import finding as levels
from vitalfew.rounds import keeping
from vitalfew.rounds.models import Refreshing
from vitalfew.selection import finding, standings
from vitalfew.selection.queries import key_account_ids
from vitalfew.trust import audit
from vitalfew.trust.actors import Actor, clock_actor

Progress = Callable[[str, float], None]

_DIED = "The refresh broke off before it ended. Its numbers were never shown: start another."


class NothingToRefresh(Refusal):
    """The ledger is empty: import sales lines first, for example `vitalfew import sales.xlsx`. Nothing was changed."""


class RefreshBusy(Refusal):
    """Another refresh is running. Nothing was changed: its numbers will show when it has ended."""


@dataclass(frozen=True, slots=True)
class RefreshReport:
    """What a refresh found: its run, its date, how many accounts, and the whole ledger's totals in minor units."""

    run: int
    as_of: date
    accounts: int
    lines: int
    net: int
    currency: str
    stand_alone: tuple[str, ...]


def refresh(
    *, by: Actor, at: datetime, as_of: date | None = None, progress: Progress = lambda stage, done: None
) -> RefreshReport:
    """Find everything anew as of a day (the ledger's last one unless named) and show it in one change.

    Raises NothingToRefresh on an empty ledger and RefreshBusy while another refresh runs. A refresh that dies leaves
    nothing that anybody sees; the next one sweeps it.
    """
    with _alone():
        runs.sweep(keep_from=runs.last_number() + 1)
        day = _day(as_of, at)
        Refreshing.objects.filter(state=Refreshing.State.RUNNING).update(
            state=Refreshing.State.FAILED, word=_DIED, ended_at=at
        )
        with batches.folder().writing(wait=True):
            scope = batches.scope(
                as_of=day, level=choices.account_level()
            )  # the parts of this moment; an import or undo after it is for the next run
            run = runs.begin(as_of=day, at=at)
        return _found(run, scope, by=by, at=at, progress=progress)


def run_asked(row: int, *, by: Actor, at: datetime) -> None:
    """Run a refresh that was asked for, telling how far it is; why it failed is told too."""
    asked = Refreshing.objects.get(pk=row)

    def tell(stage: str, done: float) -> None:
        Refreshing.objects.filter(pk=row).update(state=Refreshing.State.RUNNING, stage=stage, done=done)

    try:
        refresh(by=by, at=at, as_of=asked.as_of, progress=tell)
    except Refusal as refusal:
        Refreshing.objects.filter(pk=row).update(state=Refreshing.State.FAILED, word=str(refusal)[:500], ended_at=at)
    except BaseException:
        Refreshing.objects.filter(pk=row).update(
            state=Refreshing.State.FAILED, word="The refresh broke off; the log says where.", ended_at=at
        )
        raise
    else:
        Refreshing.objects.filter(pk=row).update(state=Refreshing.State.DONE, done=1.0, stage="", ended_at=at)


def _found(run: Run, scope: Scope, *, by: Actor, at: datetime, progress: Progress) -> RefreshReport:
    as_of = run.as_of
    with measuring.session(scope) as opened:
        progress("Totals of the ledger", 0.05)
        totals = snapshot.totals(opened, as_of=as_of)
        progress("What each account bought", 0.15)
        found = snapshot.find(opened, as_of=as_of)
        progress("How regularly they buy", 0.35)
        rhythm = standings.rhythm(opened, as_of=as_of)
        progress("Concentration", 0.4)
        concentrations = finding.concentrations(opened, as_of=as_of)
        progress("What they pay, and how they answer prices", 0.45)
        broad = behaviour.breadth(opened, as_of=as_of)
        prices = behaviour.prices(opened, as_of=as_of, first=key_account_ids(), bought=broad)
    progress("Ranks", 0.65)
    stood = standings.stand(found, rhythm)
    progress("Writing the accounts", 0.7)
    snapshot.write(run, found, standings.aligned(rhythm.orders_12, found, rhythm))
    progress("Writing the ranks", 0.75)
    standings.write(run, found, stood)
    finding.write_concentrations(run, concentrations)
    progress("What their orders show", 0.8)
    loyal = loyalty(rhythm, stood.outlook.model if stood.outlook else None)
    writing.write(run, accounts=found.account, prices=prices, loyalty=loyal, breadth=broad)
    progress("How they see us", 0.85)
    shown = indicators.indicators(found=found, rhythm=rhythm, prices=prices, bought=broad)
    levels.find_levels(run=run, found=found, rhythm=rhythm, indicators=shown, prices=prices, at=at)
    runs.show(run, totals=totals | {"months": found.months.sum(axis=0).tolist()}, at=at)
    told_by_orders.tell_signs(by=clock_actor(), at=at)  # once it is shown: a run that breaks off tells nothing
    keeping.prune()
    audit.record(
        by=by,
        at=at,
        verb="rounds.refresh",
        target=f"run:{run.pk}",
        after={"as_of": as_of.isoformat(), "lines": totals["lines"]},
    )
    progress("Whose stage does not hold", 0.97)
    judging.judge_stages(accounts=None, by=clock_actor(), at=at)
    progress("Done", 1.0)
    return RefreshReport(
        run=run.pk,
        as_of=as_of,
        accounts=len(found.account),
        lines=totals["lines"],
        net=totals["net"],
        currency=totals["currency"],
        stand_alone=tuple(totals["stand_alone"]),
    )


def _day(as_of: date | None, at: datetime) -> date:
    """The day asked for, else the ledger's last one that is not in the future."""
    first, last = batches.first_day(), batches.last_day()
    if first is None or last is None:
        raise NothingToRefresh(str(NothingToRefresh.__doc__))
    day = as_of or min(last, at.date())
    if day < first:
        raise NothingToRefresh(
            f"The ledger begins on {first}: there is nothing to find as of {day}. Nothing was changed."
        )
    return day


@contextmanager
def _alone() -> Iterator[None]:
    """One refresh at a time; the right falls with the process."""
    path = Path(settings.VITALFEW_HOME) / "refresh.lock"
    with path.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise RefreshBusy(str(RefreshBusy.__doc__)) from None
        yield
