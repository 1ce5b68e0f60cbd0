"""The one thing to do next about how an account sees us."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _

from vitalfew.relationship.evidence.scorecard import Expected, Scorecard, State
from vitalfew.relationship.level.reasons import AccountLevel
from vitalfew.relationship.level.told import NEVER, LevelShown
from vitalfew.trust.rights import Right
from vitalfew.web.pages.relationship.level_words import DAMAGED, MIXED

COUNTS_FOR, GROWS_OLD = 365, 270
_MISSED = (State.DENIED, State.DIFFER, State.HALF_KEPT)


@dataclass(frozen=True, slots=True)
class Next:
    """What to do, why, and where: an `address`, or the dialog that it `opens`."""

    words: str
    why: str
    address: str = ""
    opens: str = ""


def next_step(
    found: AccountLevel, card: Scorecard, *, me: str, today: date, rights: frozenset[Right], account: int
) -> Next | None:
    """The first of these that holds; None where all is done, or for whoever only reads."""
    if Right.WORK not in rights:
        return None
    if found.found is None:
        begins = found.missing == NEVER and Right.LEDGER in rights
        return _import() if begins else _ask(_("Their own people can say it today."))
    steps: tuple[Callable[[], Next | None], ...] = (
        lambda: _damaged(found.found, account),
        lambda: _age(found.found, today),
        lambda: _deciding(card),
        lambda: _mixed(found.found, account),
        lambda: _mirror(found, me, account),
        lambda: _target(found),
        lambda: _missed(card),
    )
    return next((step for one in steps if (step := one())), None)


def _import() -> Next:
    return Next(_("Import sales lines"), "", reverse("import"))


def _ask(why: str, words: str = "") -> Next:
    return Next(words or _("Ask them"), why, reverse("waves"))


def _damaged(found: LevelShown | None, account: int) -> Next | None:
    if found is None or found.verdict != DAMAGED:
        return None
    return Next(
        _("Call whoever decides"), _("Mend what is broken before anything else."), reverse("contacts", args=(account,))
    )


def _age(found: LevelShown | None, today: date) -> Next | None:
    newest = found.newest_answer if found else None
    if newest is None:
        return _ask(_("Orders alone never name a level: only their own people can."))
    age = (today - newest).days
    if age > COUNTS_FOR:
        return _ask(_("The newest answer is older than a year and counts no more."), _("Ask again"))
    return _ask(_("The newest answer will soon be a year old."), _("Ask again")) if age > GROWS_OLD else None


def _deciding(card: Scorecard) -> Next | None:
    if "decides" not in {part for part, _label in card.missing}:
        return None
    return _ask(_("Nobody who decides has answered within a year."), _("Ask who decides"))


def _mixed(found: LevelShown | None, account: int) -> Next | None:
    if found is None or found.verdict != MIXED:
        return None
    return Next(
        _("Talk it over with them"),
        _("Price and loyalty disagree: ask whoever decides why."),
        reverse("contacts", args=(account,)),
    )


def _mirror(found: AccountLevel, me: str, account: int) -> Next | None:
    if any(one.name == me for one in found.we_believe):
        return None
    return Next(
        _("Answer as they would"),
        _("Then you see how far your belief is from what they say."),
        reverse("mirror", args=(account,)),
    )


def _target(found: AccountLevel) -> Next | None:
    if found.target:
        return None
    return Next(
        _("Set a target"), _("Say where this account is meant to go; staying below 4 can be right."), opens="aim"
    )


def _missed(card: Scorecard) -> Next | None:
    bad = min((row for row in card.rows if row.state in _MISSED), key=_how_bad, default=None)
    if bad is None:
        return None
    words = {"what": bad.label[:1].upper() + bad.label[1:], "state": bad.state_label}
    return Next(_("See what they miss"), _("“%(what)s”: %(state)s.") % words, f"#{bad.expectation}")


def _how_bad(row: Expected) -> tuple[int, int]:
    return _MISSED.index(row.state), min(one.answer for one in row.answers)
