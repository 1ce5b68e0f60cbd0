"""Can the levels be trusted? The tests they went through on the firm's own ledger, in one sentence each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from vitalfew.relationship.level.checked import Checked, Course, checked
from vitalfew.web.doorway import Request
from vitalfew.web.drawing import by_level
from vitalfew.web.drawing.by_level import Measured
from vitalfew.web.pages.relationship import level_words
from vitalfew.web.wording import day, number, odds, percent

SURE = 0.9


@dataclass(frozen=True, slots=True)
class Test:
    """One test: what it asks, what came of it in a sentence, what that stands on, and its drawing where it has one.

    `state` is "stood", "open" or "doubt".
    """

    title: str
    state: str
    said: str
    rests_on: str
    drawing: str = ""


@require_GET
def checks_page(request: Request) -> HttpResponse:
    """Four tests of the levels, the ones that speak against them first."""
    found = checked(person=request.user)
    tests = sorted(_tests(found), key=lambda test: ("doubt", "stood", "open").index(test.state))
    return render(request, "relationship/level_checks.html", {"found": found, "tests": tests, "answer": _answer(tests)})


def _answer(tests: list[Test]) -> str:
    """All tests in one sentence."""
    stood, doubts = (sum(test.state == state for test in tests) for state in ("stood", "doubt"))
    if doubts:
        return _("Take the levels with care: %(n)s of %(all)s tests speaks against them.") % {"n": number(doubts), "all": number(len(tests))}  # fmt: skip
    if stood:
        return _("The levels stood %(n)s of %(all)s tests; nothing speaks against them.") % {"n": number(stood), "all": number(len(tests))}  # fmt: skip
    return _("Nobody can tell yet: too little is known for any of the tests.")


def _tests(found: Checked) -> Iterator[Test]:
    if found.missing_all:
        return
    yield _stayed(found)
    yield _prices(found)
    yield _halves(found)
    yield _left_out(found)


def _open(title: str, missing: str) -> Test:
    return Test(title, "open", _("Cannot tell yet: %(missing)s.") % {"missing": missing.rstrip(".")}, "")


def _stayed(found: Checked) -> Test:
    title, course = _("Do customers who see more in us stay?"), found.stayed
    if course is None or course.since is None:
        return _open(title, found.missing.get("stayed", ""))
    said = _trend(
        course,
        _("The higher the level, the more of them stayed."),
        _("The higher the level, the fewer of them stayed."),
        _("Too few were named a year ago to see a difference."),
    )
    accounts = sum(one.accounts for one in course.levels)
    rests = _("%(n)s accounts whose level was named on %(day)s, and whether they ordered in the last half-year; 80 %% intervals.") % {"n": number(accounts), "day": day(course.since)}  # fmt: skip
    drawn = _drawn(course, start=0.0, end=1.0, label=title, words=lambda value: percent(value, 0))
    return Test(title, _state(course), said, rests, drawn)


def _prices(found: Checked) -> Test:
    title, course = _("Do customers who see more in us mind prices less?"), found.prices
    if course is None:
        return _open(title, found.missing.get("prices", ""))
    said = _trend(
        course,
        _("The higher the level, the less their volume fell when list prices rose."),
        _("The higher the level, the more their volume fell when list prices rose."),
        _("No difference between the levels can be seen yet."),
    )
    accounts = sum(one.accounts for one in course.levels)
    rests = _("%(n)s accounts, levels by their answers alone; shown is by how many per cent volume changed when a list price rose by one per cent; 80 %% intervals.") % {"n": number(accounts)}  # fmt: skip
    low = min(-2.0, *(one.low for one in course.levels))
    drawn = _drawn(course, start=low, end=max(0.5, *(one.high for one in course.levels)), label=title, words=lambda value: f"{value:.1f}".replace("-", "−"))  # fmt: skip
    return Test(title, _state(course), said, rests, drawn)


def _halves(found: Checked) -> Test:
    title, halves = _("Do the people of one account agree?"), found.halves
    if halves is None:
        return _open(title, found.missing.get("halves", ""))
    said = _("Two halves of the people of an account put it on the same or the next level in %(share)s of accounts.") % {"share": percent(halves.neighbours, 0)}  # fmt: skip
    rests = ngettext(
        "%(n)s account where two or more answered; correlation of the halves %(r)s (asked for: 0.60, and 90 %% of accounts).",
        "%(n)s accounts where two or more answered; correlation of the halves %(r)s (asked for: 0.60, and 90 %% of accounts).",
        halves.accounts,
    ) % {"n": number(halves.accounts), "r": f"{halves.correlation:.2f}"}
    return Test(title, "doubt" if "halves" in found.doubts else "stood", said, rests)


def _left_out(found: Checked) -> Test:
    title, left = _("Can it foretell what somebody will answer?"), found.left_out
    if left is None:
        return _open(title, found.missing.get("left_out", ""))
    ahead = left.lead > 2 * left.lead_error
    if ahead:
        said = _("It foretold what a person who was left out answered better than their segment, and better than what their colleagues said.")  # fmt: skip
    else:
        said = _("It foretold what a person who was left out answered no better than simpler rules do.")
    rests = _("%(n)s people left out, one an account; ahead of the better rule by %(lead)s ± %(error)s in log chance.") % {
        "n": number(left.people), "lead": f"{left.lead:.3f}".replace("-", "−"), "error": f"{left.lead_error:.3f}",
    }  # fmt: skip
    return Test(title, "doubt" if "left_out" in found.doubts else "stood" if ahead else "open", said, rests)


def _state(course: Course) -> str:
    return "stood" if course.rising >= SURE else "doubt" if course.rising <= 1 - SURE else "open"


def _trend(course: Course, rising: str, falling: str, unsure: str) -> str:
    said = {"stood": rising, "doubt": falling, "open": unsure}[_state(course)]
    return _("%(said)s Chance that it goes up with the level: %(chance)s.") % {"said": said, "chance": odds(course.rising)}  # fmt: skip


def _drawn(course: Course, *, start: float, end: float, label: str, words: Callable[[float], str]) -> SafeString:
    measured = [
        Measured(one.level, escape(level_words.name(one.level)), escape(f"{words(one.value)} ({one.accounts})"), one.value, one.low, one.high)
        for one in course.levels
    ]  # fmt: skip
    spoken = "; ".join(f"{one.name} {one.words}" for one in measured)
    return mark_safe(by_level.rows(measured, start=start, end=end, label=f"{escape(label)} {spoken}"))
