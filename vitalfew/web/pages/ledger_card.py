"""One file handed over as the card that shows it: where it stands, what is asked, what came of it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vitalfew.ground import clock
from vitalfew.ledger import queries
from vitalfew.web.pages import ledger_reading, ledger_report

_LEFT_LYING = timedelta(seconds=30)
_BUSY = ("waiting", "reading", "importing")


@dataclass(frozen=True, slots=True)
class Card:
    """One file handed over, as drawn. `say` speaks its state aloud, `focus` takes the keyboard to it."""

    row: queries.ArrivalRow
    state: str
    told: str
    busy: bool
    percent: int
    left_lying: bool
    say: bool
    focus: bool
    form: ledger_reading.ReadingForm
    summary: str
    batch: ledger_report.Imported | None
    reported: ledger_report.Reported | None

    @property
    def mark(self) -> str:
        """Changes whenever the card would look different, so that polling answers only to news."""
        return f"{self.state}-{self.percent}-{int(self.left_lying)}"

    @property
    def can_choose(self) -> bool:
        """True where saying how the file is to be read may help: its columns are known, or an option is what is missing."""
        return bool(self.form.columns) or "--" in self.row.word

    @property
    def nameless_money(self) -> bool:
        """True for sales lines whose currency neither a column nor a person names."""
        columns = {choice.name.removeprefix("column:"): choice.column for choice in self.form.fields}
        return self.form.kind == "sales" and not (self.form.currency or columns.get("currency"))

    @property
    def refusal(self) -> str:
        """Why the file is refused; where the command line would be told an option, the page points at its form."""
        return re.sub(r"Say which[^.]*--map[^.]*\.", _("Say which below."), self.row.word)

    @property
    def ways(self) -> object:
        """The ways to read dates, numbers and invoice numbers, in words."""
        return ledger_reading.WAYS


def card_of(row: queries.ArrivalRow, *, say: bool = False, focus: bool = False) -> Card:
    """The card of one file."""
    percent = math.floor(100 * row.done) if row.preview.get("lines_guess") else 0
    form = ledger_reading.reading_form(row)
    batch = queries.batch(row.batch) if row.state == "accepted" and row.batch else None
    fresh = batch is not None and batch.accepted_at >= row.arrived_at  # else the very file was there already
    return Card(
        row=row,
        state=row.state,
        told=_told(row, percent),
        busy=row.state in _BUSY,
        percent=percent,
        left_lying=row.state == "waiting" and not row.choices and clock.now() - row.arrived_at > _LEFT_LYING,
        say=say,
        focus=focus,
        form=form,
        summary=ledger_reading.summary(row) if row.state == "read" else "",
        batch=ledger_report.imported(batch) if batch else None,
        reported=ledger_report.reported(batch.report) if batch and fresh else None,
    )


def _told(row: queries.ArrivalRow, percent: int) -> str:
    """Where the file stands, in words."""
    asked = len(row.preview.get("questions", ()))
    return {
        "waiting": _("waits to be read"),
        "reading": _("being read"),
        "asking": ngettext("one question", "%(number)s questions", asked) % {"number": asked},
        "read": _("understood: look and decide"),
        "importing": _("being imported: %(percent)s %%") % {"percent": percent} if percent else _("being imported"),
        "refused": _("cannot be imported as it is"),
        "accepted": _("imported") if row.batch else _("nothing in it could be imported"),
        "dropped": _("put away"),
    }[row.state]
