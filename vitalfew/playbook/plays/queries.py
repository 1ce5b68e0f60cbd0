"""The reads of plays: which fit an account, which run, and the playbook page with what followed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from vitalfew.ground.errors import Missing
from vitalfew.ledger.visibility import let_see, may_see
from vitalfew.playbook.plays.fitting import Fit, Reason, fits
from vitalfew.playbook.plays.followed import Followed, Run, followed
from vitalfew.playbook.plays.play import Play
from vitalfew.playbook.plays.runs import RunShown, shown
from vitalfew.playbook.plays.shelf import Broken, shelf
from vitalfew.playbook.plays.standing import missing_kinds, situations_of
from vitalfew.playbook.running.records import OwnPlay, PlayRun
from vitalfew.playbook.situation import Situation
from vitalfew.playbook.thresholds import thresholds
from vitalfew.selection.designated import Designated, designated
from vitalfew.trust.models import Person

ENDED_SHOWN = 50


@dataclass(frozen=True, slots=True)
class FitsAt:
    """A key account that a play fits now, and why; `running` where it is being run there already."""

    account: int
    key: str
    name: str
    reasons: tuple[Reason, ...]
    running: bool


@dataclass(frozen=True, slots=True)
class PlayShown:
    """A play on the Playbook page: where it fits now, how many runs go on, and what followed those that ended."""

    play: Play
    fits: tuple[FitsAt, ...]
    going: int
    followed: Followed


@dataclass(frozen=True, slots=True)
class PlaybookShown:
    """The Playbook page: every play, the runs that go on and the newest that ended, and plays that could not be taken."""

    plays: tuple[PlayShown, ...]
    going: tuple[RunShown, ...]
    ended: tuple[RunShown, ...]
    broken: tuple[Broken, ...]

    def at(self, *, level: int, expectation: str = "") -> tuple[PlayShown, ...]:
        """The plays for a level (1 to 4), of one expectation or of all."""
        return tuple(
            one for one in self.plays if level in one.play.levels and expectation in ("", one.play.serves)
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class OwnPlayShown:
    """A play of the firm's own as a form shows it; `version` guards changes."""

    name: str
    text: str
    made_on: date
    made_by: str
    version: int


def plays_fitting(*, account: int, person: Person | None, today: date) -> tuple[Fit, ...]:
    """The plays that fit an account today, the most pressing first. Raises Missing for one that is hidden."""
    let_see(account, person)
    situation = situations_of([account], today=today)[account]
    return fits(shelf().plays.values(), situation, missing=missing_kinds(situation, thresholds()))


def running_of(*, account: int, person: Person | None, today: date) -> tuple[RunShown, ...]:
    """The runs of plays with an account: those that go on first, then those that ended, each newest first.

    Raises Missing for an account that is hidden or does not exist.
    """
    let_see(account, person)
    rows = PlayRun.objects.select_related("account").filter(account=account).order_by("-started_on", "-pk")
    told = [shown(row, today=today) for row in rows]
    return tuple(sorted(told, key=lambda run: run.ended_on is not None))


def playbook(*, person: Person | None, today: date) -> PlaybookShown:
    """The Playbook page of what `person` may see: as many queries for a thousand key accounts as for one."""
    keys, runs = designated(person=person), runs_seen(person=person)
    standing = situations_of({*keys, *(run.account_id for run in runs)}, today=today)
    return playbook_of(keys=keys, runs=runs, standing=standing, today=today)


def runs_seen(*, person: Person | None) -> list[PlayRun]:
    """Every run that `person` may see with its account, the newest first; one query."""
    rows = PlayRun.objects.select_related("account").filter(may_see(person))
    return list(rows.order_by("-started_on", "-pk"))


def playbook_of(
    *, keys: Mapping[int, Designated], runs: Sequence[PlayRun], standing: Mapping[int, Situation], today: date
) -> PlaybookShown:  # fmt: skip
    """The Playbook page by what is known already; one query."""
    on_shelf, rows = shelf(), runs
    going = {(row.account_id, row.play) for row in rows if row.ended_on is None}
    names = {account: (key.key, key.name) for account, key in keys.items()}
    where = _where(on_shelf.plays, names, standing, going)
    plays = tuple(
        PlayShown(play, where[name], sum(one == name for _account, one in going), followed(_runs(rows, name), standing))
        for name, play in on_shelf.plays.items()
    )
    ended = sorted((row for row in rows if row.ended_on), key=lambda row: (row.ended_on, row.pk), reverse=True)
    return PlaybookShown(
        plays=plays,
        going=tuple(shown(row, today=today) for row in rows if row.ended_on is None),
        ended=tuple(shown(row, today=today) for row in ended[:ENDED_SHOWN]),
        broken=on_shelf.broken,
    )


def own_play(*, name: str) -> OwnPlayShown:
    """The text of a play that a form made. Raises Missing."""
    row = OwnPlay.objects.filter(name=name, ended_on=None).first()
    if row is None:
        raise Missing(f"There is no play “{name[:60]}” that was made by a form.")
    return OwnPlayShown(row.name, row.text, row.made_on, row.made_by, row.version)


def _where(
    plays: Mapping[str, Play],
    names: Mapping[int, tuple[str, str]],
    standing: Mapping[int, Situation],
    going: Collection[tuple[int, str]],
) -> dict[str, tuple[FitsAt, ...]]:
    """The key accounts that each play fits, in the order of their names."""
    found: dict[str, list[FitsAt]] = {name: [] for name in plays}
    for account, (key, name) in names.items():
        for one in fits(plays.values(), standing[account]):
            running = (account, one.play.name) in going
            found[one.play.name].append(FitsAt(account, key, name, one.reasons, running))
    return {name: tuple(rows) for name, rows in found.items()}


def _runs(rows: Iterable[PlayRun], name: str) -> list[Run]:
    return [Run(row.account_id, row.level, row.stage) for row in rows if row.play == name and row.ended_on]
