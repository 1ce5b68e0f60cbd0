"""The Playbook: which stages our key accounts stand in, which plays we run, where each fits now, and what followed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from vitalfew.brief.playbook import PlaybookPage, Standing, playbook_page
from vitalfew.ground import clock
from vitalfew.playbook.plays.followed import Counted
from vitalfew.playbook.plays.play import LEVELS, Origin
from vitalfew.playbook.plays.queries import PlaybookShown, PlayShown
from vitalfew.playbook.plays.runs import RunShown
from vitalfew.web.doorway import Request
from vitalfew.web.pages.playbook import words
from vitalfew.web.wording import number

SHOWS = ("", "fits", "running", "own")
NAMES_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: plays of a level (0: any), for an expectation ("" for any), and which of them."""

    level: int
    serves: str
    show: str

    def address(self, **changed: str) -> str:
        """The shortest address that asks the same with some words changed."""
        said = {"level": str(self.level or ""), "serves": self.serves, "show": self.show} | changed
        told = urlencode({name: word for name, word in said.items() if word})
        return f"{reverse('playbook')}{f'?{told}' if told else ''}#plays"

    def takes(self, one: PlayShown) -> bool:
        """True for a play that is asked for."""
        return (
            (not self.level or self.level in one.play.levels)
            and self.serves in ("", one.play.serves)
            and {"": True, "fits": bool(one.fits), "running": one.going > 0, "own": one.play.origin != Origin.BUILT_IN}[self.show]
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Chip:
    """One way to narrow the list."""

    words: str
    address: str
    here: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """The plays of one level for one expectation: how many there are, how many of them fit somewhere now; `label` says whose."""

    plays: int
    fit: int
    address: str
    label: str
    here: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A play in the list."""

    one: PlayShown
    serves: str
    levels: str
    followed: str
    own: bool


@dataclass(frozen=True, slots=True)
class Column:
    """A stage with who stands there; `more` are not named."""

    standing: Standing
    name: str
    more: int


@require_GET
def playbook(request: Request) -> HttpResponse:
    """Stages with who stands there, the matrix of plays, the list it narrows, and what runs."""
    wish = asked(request)
    page = playbook_page(request.user, clock.now().date())
    known = {
        "page": page, "shown": page.shown, "asked": wish, "answer": answer(page), "columns": [_column(one) for one in page.stages],
        "matrix": _matrix(page.shown, wish), "levels": LEVELS, "chips": _chips(wish), "rows": [_row(one) for one in sorted(page.shown.plays, key=_weight) if wish.takes(one)], "going": sorted(page.shown.going, key=_due),
        "names": NAMES_SHOWN,
    }  # fmt: skip
    return render(request, "playbook/playbook.html", known)


def asked(request: Request) -> Asked:
    """Read leniently: a word nobody offers is as if it were not there."""
    level, serves, show = (request.GET.get(name, "") for name in ("level", "serves", "show"))
    return Asked(
        int(level) if level in ("1", "2", "3", "4") else 0, serves if serves in words.SERVES else "", show if show in SHOWS else ""
    )  # fmt: skip


def answer(page: PlaybookPage) -> str:
    """Where our key accounts stand, in one sentence; "" without any."""
    if not page.accounts:
        return ""
    counted = [(one.stage.number, len(one.rows)) for one in page.stages if one.rows]
    parts = [_("%(n)s in “%(stage)s”") % {"n": number(count), "stage": words.title(stage)} for stage, count in counted]
    whole = ngettext("%(n)s key account: %(parts)s.", "%(n)s key accounts: %(parts)s.", page.accounts)
    said = whole % {"n": number(page.accounts), "parts": ", ".join(parts)}
    gates = ngettext("%(n)s gate is open.", "%(n)s gates are open.", page.open) % {"n": number(page.open)}
    return f"{said} {gates}" if page.open else said


def followed(counted: Counted) -> str:
    """What followed the runs of a play that ended, as a plain count."""
    if not counted.n:
        return ""
    if counted.too_few:
        return ngettext("%(n)s run: too few to tell", "%(n)s runs: too few to tell", counted.n) % {"n": counted.n}
    return _("%(up)s higher, %(stayed)s as high, %(down)s lower, of %(n)s") % {
        "up": counted.up,
        "stayed": counted.stayed,
        "down": counted.down,
        "n": counted.n,
    }


def _column(one: Standing) -> Column:
    return Column(one, words.name(one.stage.number), max(len(one.rows) - NAMES_SHOWN, 0))


def _matrix(shown: PlaybookShown, wish: Asked) -> list[tuple[str, str, bool, list[Cell]]]:
    """One row for each expectation: its word, what pressing it asks for, whether that is so now, and its cells."""
    return [
        (str(label), wish.address(serves=serves), wish.serves == serves, [_cell(shown, wish, level, serves, str(label)) for level in LEVELS])
        for serves, label in words.SERVES.items()
    ]  # fmt: skip


def _cell(shown: PlaybookShown, wish: Asked, level: int, serves: str, label: str) -> Cell:
    found = shown.at(level=level, expectation=serves)
    fit = sum(bool(one.fits) for one in found)
    told = _("%(what)s, level %(level)s:") % {"what": label, "level": level}
    here = wish.level == level and wish.serves == serves
    return Cell(len(found), fit, wish.address(level=str(level), serves=serves), told, here)


def _chips(wish: Asked) -> list[tuple[str, list[Chip]]]:
    """The filters that live in the address, group by group."""
    levels = [Chip(_("Any level"), wish.address(level=""), not wish.level)] + [
        Chip(_("Level %(n)s") % {"n": level}, wish.address(level=str(level)), wish.level == level) for level in LEVELS
    ]
    serves = [Chip(_("Any expectation"), wish.address(serves=""), not wish.serves)] + [
        Chip(str(label), wish.address(serves=name), wish.serves == name) for name, label in words.SERVES.items()
    ]
    told = {"": _("All plays"), "fits": _("Fit now"), "running": _("Running"), "own": _("Our own")}
    shows = [Chip(told[show], wish.address(show=show), wish.show == show) for show in SHOWS]
    return [(_("Which"), shows), (_("Level"), levels), (_("Expectation"), serves)]


def _weight(one: PlayShown) -> tuple[int, int, str]:
    """Plays that run stand first, then those that fit at most accounts."""
    return -one.going, -len(one.fits), one.play.title


def _due(run: RunShown) -> tuple[date, str]:
    """What is due first stands first; what only waits to be ended, last."""
    return run.next.due if run.next else date.max, run.name


def _row(one: PlayShown) -> Row:
    return Row(
        one, str(words.SERVES[one.play.serves]), ", ".join(map(str, one.play.levels)), followed(one.followed.stage), one.play.origin != Origin.BUILT_IN
    )  # fmt: skip
