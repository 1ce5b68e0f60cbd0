"""The demo firm's portfolio, made through the steps' own verbs: files imported, numbers found, accounts designated."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from vitalfew.demo import playbook, relationship
from vitalfew.demo.files import DemoFiles, write_files
from vitalfew.demo.firm import make_firm
from vitalfew.ground.errors import Refusal
from vitalfew.ledger import operations as ledger
from vitalfew.ledger import queries as ledger_queries
from vitalfew.ledger.importing.recognising import Wishes
from vitalfew.relationship.behaviour.told_by_orders import tell_signs
from vitalfew.relationship.survey.importing import import_answers
from vitalfew.rounds.history import refresh_with_history
from vitalfew.selection import operations as selection
from vitalfew.selection.listing import Wanted
from vitalfew.selection.queries import every_row
from vitalfew.trust import people
from vitalfew.trust.actors import Actor, clock_actor, person_actor

Progress = Callable[[str, float | None], None]

HEAD = ("rosalind.harte@demo.example", "Rosalind Harte")
MANAGERS = (
    ("tobias.lindqvist@demo.example", "Tobias Lindqvist"),
    ("amara.okafor@demo.example", "Amara Okafor"),
    ("marguerite.duval@demo.example", "Marguerite Duval"),
)
_MARK = "demo.txt"
_READY = "The demo firm of Vital Few: invented from a seed. Delete this folder to build it anew.\n"
_KEY_ACCOUNTS = 12
_KEY_SINCE = timedelta(days=365)


class NotTheDemo(Refusal):
    """This home holds a firm's own data."""


def build(*, by: Actor, at: datetime, progress: Progress, customers: int = 2000) -> str:
    """Build the demo in this installation unless it is there already; a sentence that says which.

    Raises NotTheDemo in a home that holds anything else.
    """
    mark = Path(settings.VITALFEW_HOME) / _MARK
    if mark.exists() and mark.read_text() == _READY:
        return f"The demo firm is ready in {settings.VITALFEW_HOME}."
    if not mark.exists() and (ledger_queries.batch_rows(limit=1) or people.everyone()):
        raise NotTheDemo(
            f"{settings.VITALFEW_HOME} holds a firm's own data: the demo needs a home of its own, name one in VITALFEW_HOME."
        )
    mark.write_text("The demo firm of Vital Few is being built.\n")  # broken off here, it is built on by the next call
    progress("Inventing a wholesaler", 0.05)
    folder = Path(settings.VITALFEW_HOME) / "demo-files"
    files = write_files(firm=make_firm(customers=customers, until=at.date()), folder=folder)
    _import(files, by, at, progress)
    _ask(files, by, at, progress)
    found = refresh_with_history(
        by=by, at=at, progress=lambda stage, done: progress(f"Finding the vital few: {stage}", 0.65 + 0.3 * done)
    )
    progress("Giving them managers", 0.97)
    _lead(by, at)
    mark.write_text(_READY)
    return (
        f"The demo firm is ready: {found.accounts:,} customers, {found.lines:,} sales lines; its files lie in {folder}."
    )


def _import(files: DemoFiles, by: Actor, at: datetime, progress: Progress) -> None:
    paths = (*files.sales, files.customers)
    for place, path in enumerate(paths):
        if _there(path):
            continue
        progress(f"Importing {path.name}", 0.15 + 0.6 * place / len(paths))
        ledger.import_file(path=path, name=path.name, wishes=Wishes(), by=by, at=at)


def _ask(files: DemoFiles, by: Actor, at: datetime, progress: Progress) -> None:
    """The answers of the firm's survey waves: the same file again changes nothing."""
    progress(f"Importing {files.survey.name}", 0.6)
    import_answers(path=files.survey, name=files.survey.name, by=by, at=at)


def _there(path: Path) -> bool:
    return any(row.file == path.name and not row.undone_at for row in ledger_queries.batch_rows())


def _lead(by: Actor, at: datetime) -> None:
    """The largest accounts become key; all but one get a manager, since a portfolio is never quite led."""
    known = {person.email: person for person in people.everyone()}
    team = [
        known.get(email)
        or people.add_person(
            email=email, name=name, by=by, at=at, role="administrator" if email == HEAD[0] else "manager"
        )
        for email, name in (HEAD, *MANAGERS)
    ]
    head = person_actor(team[0], door="cli")
    managers = team[1:]
    rows = [row for row, _ in zip(every_row(person=None, wanted=Wanted()), range(_KEY_ACCOUNTS), strict=False)]
    for place, row in enumerate(rows):
        if row.is_key:
            continue
        led = {} if place == len(rows) - 1 else {"manager": managers[place % 3], "deputy": managers[(place + 1) % 3]}
        selection.designate(
            account=row.account,
            reason=f"Rank {row.rank} by expected and recent sales",
            by=head,
            at=at - _KEY_SINCE,
            **led,
        )
    keys = tuple(row.account for row in rows)
    leads = {row.account: person_actor(managers[place % 3], door="web") for place, row in enumerate(rows[:-1])}
    tell_signs(by=clock_actor(), at=at)
    for notes in (relationship.note, playbook.note):
        notes(accounts=keys, leads=leads, head=person_actor(team[0], door="web"), at=at)
