"""The ladder: where do customers stand, where are they meant to go, what lifts them?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from vitalfew.relationship.level import ladder as reads
from vitalfew.relationship.level.ladder import Ladder, Place, Stands
from vitalfew.relationship.level.rungs import RUNGS, Rung
from vitalfew.web.doorway import Request
from vitalfew.web.drawing import ladder as drawing
from vitalfew.web.pages.relationship import level_words
from vitalfew.web.wording import day, number

PAGE = "relationship/ladder.html"


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: key accounts or all, of one manager, only one's own."""

    everybody: bool
    manager: str
    mine: bool

    def address(self, **changed: str) -> str:
        """The shortest address that asks the same with some words changed."""
        words = {
            "show": "all" if self.everybody else "",
            "manager": self.manager,
            "mine": "1" if self.mine else "",
        } | changed
        told = urlencode({name: word for name, word in words.items() if word})
        return reverse("ladder") + (f"?{told}" if told else "")

    @property
    def all(self) -> str:
        """The address of all accounts."""
        return self.address(show="all")


@dataclass(frozen=True, slots=True)
class Chip:
    """One way to narrow the page."""

    words: str
    address: str
    here: bool


@dataclass(frozen=True, slots=True)
class Token:
    """An account as it is drawn on the ladder: its own small ladder, and in words what is to be said of it."""

    stands: Stands
    climb: SafeString
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A rung (or, where `rung` is None, the room between two) with who stands there, who is meant to come, who stood there."""

    rung: Rung | None
    between: str
    place: Place
    tokens: tuple[Token, ...]
    meant: tuple[Stands, ...]
    ghosts: tuple[Stands, ...]


@require_GET
def ladder_page(request: Request) -> HttpResponse:
    """Four rungs, partner on top, with the accounts standing on them; and apart those of whom too little is known."""
    wish = asked(request)
    found = reads.ladder(person=request.user, keys_only=not wish.everybody, manager=wish.manager, mine=wish.mine)
    known = {
        "asked": wish, "ladder": found, "rows": tuple(_rows(found)), "apart": [(one, need(one)) for one in found.apart.accounts],
        "chips": _chips(wish), "managers": reads.managers(person=request.user), "answer": answer(found, wish), "moves": moves(found),
    }  # fmt: skip
    return render(request, PAGE, known)


def asked(request: Request) -> Asked:
    """Read leniently: a word nobody offers is as if it were not there."""
    words = request.GET
    manager = words.get("manager", "")[:254]
    return Asked(words.get("show") == "all", manager, words.get("mine") == "1")


def answer(found: Ladder, wish: Asked) -> str:
    """The whole in one sentence; "" where nobody stands there at all."""
    if not found.total:
        return ""
    every = number(found.total)
    who = (
        ngettext("%(n)s account", "%(n)s accounts", found.total)
        if wish.everybody
        else ngettext("%(n)s key account", "%(n)s key accounts", found.total)
    ) % {"n": every}
    on = [(place.level, place.named) for place in found.places if place.level and place.named]
    if not on:
        return _("Of %(who)s none has a level that can be named yet.") % {"who": who}
    (top, most), *rest = on
    first = ngettext("%(n)s sees us as %(as)s", "%(n)s see us as %(as)s", most) % {
        "n": number(most),
        "as": level_words.seen_as(top),
    }
    others = (_("%(n)s as %(as)s") % {"n": number(count), "as": level_words.seen_as(level)} for level, count in rest)
    return _("Of %(who)s %(said)s.") % {"who": who, "said": ", ".join((first, *others))}


def moves(found: Ladder) -> str:
    """Who is meant to go up, and who moved in a year, in one sentence each."""
    if any(place.more for place in (*found.places, found.apart)):
        return _("Each place names its largest accounts.")
    shown = (*found.accounts, *found.apart.accounts)
    up = sum(one.target is not None and one.target.level > (one.level or 0) for one in shown)
    said = [ngettext("%(n)s is meant to go up.", "%(n)s are meant to go up.", up) % {"n": number(up)}] if up else []
    if found.year_ago and found.named:
        said.append(_moved(found) % {"day": day(found.year_ago)})
    return " ".join(said)


def _moved(found: Ladder) -> str:
    """What happened since %(day)s; only where a level was named then and is named now can anything have happened."""
    risen, fallen = (sum(one.moved * way > 0 for one in found.accounts) for way in (1, -1))
    if not risen and not fallen:
        return _("None is known to have moved since %(day)s.")
    words = [ngettext("%(n)s went up", "%(n)s went up", risen) % {"n": number(risen)}] if risen else []
    words += [ngettext("%(n)s went down", "%(n)s went down", fallen) % {"n": number(fallen)}] if fallen else []
    return _(" and ").join(words) + _(" since %(day)s.")


def need(one: Stands) -> str:
    """What would let a level be named."""
    found = one.found
    if found is None:
        return _("No sales line yet, and no answer.")
    if found.newest_answer is None:
        return _("Nobody has answered yet: ask whoever decides.")
    if (found.as_of - found.newest_answer).days > 365:
        return _("Last answered on %(day)s, more than a year ago: ask again.") % {"day": day(found.newest_answer)}
    return ngettext(
        "%(n)s form is read, its answers leave it open: ask one more who decides.",
        "%(n)s forms are read, their answers leave it open: ask one more who decides.",
        found.forms,
    ) % {"n": number(found.forms)}


def _rows(found: Ladder) -> Iterator[Row]:
    """The rungs from the top, and of the rooms between them those in which somebody stands."""
    for place in found.places:
        if place.level is None and not place.total:
            continue
        level = place.level
        rung = next((one for one in RUNGS if one.level == level), None)
        below = place.half_steps // 2
        between = "" if rung else _("between %(low)s and %(high)s") % {"low": below, "high": below + 1}
        tokens = tuple(_token(one) for one in place.accounts)
        everybody = (*found.accounts, *found.apart.accounts)
        meant = tuple(one for one in everybody if level and one.target and one.target.level == level != one.level)
        ghosts = tuple(one for one in found.accounts if level and one.before == level and one.moved)
        yield Row(rung, between, place, tokens, meant, ghosts)


def _token(one: Stands) -> Token:
    found = one.found
    low, high = (found.low, found.high) if found else (1, 4)
    target = one.target.level if one.target else None
    drawn = drawing.climb(low=low, high=high, stands=one.level, before=one.before, target=target)
    return Token(one, mark_safe(drawn), tuple(_said(one)))


def _said(one: Stands) -> Iterator[str]:
    """What is out of the ordinary with an account, the weightiest first."""
    found = one.found
    if found is None:
        return
    if found.verdict == "damaged":
        yield _("damaged: orders fall, and they complain")
    if found.mixture:
        yield {
            "locked in": _("locked in: pays, but would leave"),
            "negotiates": _("negotiates: stays, but hunts prices"),
        }[found.mixture]
    if one.level is None:
        span = {"low": found.low, "high": found.high}
        yield _("level %(low)s to %(high)s") % span if found.low < found.high else _("probably %(low)s") % span
    elif found.level != one.level:
        yield _("now looks like %(level)s, not sure twice yet") % {"level": found.level}
    if one.moved:
        yield (_("up from %(level)s") if one.moved > 0 else _("down from %(level)s")) % {"level": one.before}


def _chips(wish: Asked) -> tuple[Chip, ...]:
    return (
        Chip(_("Key accounts"), wish.address(show=""), not wish.everybody),
        Chip(_("All accounts"), wish.address(show="all"), wish.everybody),
        Chip(_("Only mine"), wish.address(mine="" if wish.mine else "1"), wish.mine),
    )
