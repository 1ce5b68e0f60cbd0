"""Account > People: whom do we know, who decides, where is it thin?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from vitalfew.brief.account import chips
from vitalfew.ground import clock
from vitalfew.relationship.people import contacts, parts, welcoming
from vitalfew.relationship.people.contacts import ContactRefused, Who, Work
from vitalfew.relationship.people.importing import import_contacts
from vitalfew.relationship.people.map import Alarm, ContactShown, PeopleMap, people_map
from vitalfew.relationship.people.words import FUNCTIONS, LANGUAGES, PARTS
from vitalfew.selection import checks
from vitalfew.trust.people import find_person
from vitalfew.trust.rights import Right
from vitalfew.web.doorway import Request, actor
from vitalfew.web.drawing import people_map as drawing
from vitalfew.web.given import given_file

_INFLUENCE = {"decides": 3, "sponsors": 3, "blocks": 3, "influences": 2, "uses": 1}


@require_GET
def contacts_page(request: Request, account: int) -> HttpResponse:
    """Everybody we know at an account, drawn as a map and told as a list; what is thin comes first."""
    found = people_map(account=account, by=actor(request), today=clock.now().date())
    known = {
        "account": account, "chip": chips([account], request.user)[account], "people": found, "alarms": [_told(one) for one in found.alarms],
        "map": _map(found), "functions": FUNCTIONS, "languages": LANGUAGES, "kinds": PARTS,
        "opinions": Right.OPINIONS in request.rights,
    }  # fmt: skip
    return render(request, "relationship/contacts.html", known)


@require_POST
def add(request: Request, account: int) -> HttpResponse:
    """A new contact, with the part they play where it is known."""
    words = request.POST
    position = welcoming.welcome(
        account=account, who=_who(words), work=_work(words), kind=words.get("kind", ""), reason=words.get("reason", ""),
        known="known" in words, by=actor(request), at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("%(name)s is on the map.") % {"name": position.contact.name})
    return redirect("contacts", account=account)


@require_POST
def change(request: Request, account: int, position: int) -> HttpResponse:
    """Correct who somebody is and what they do here."""
    words = request.POST
    welcoming.correct(
        position=_here(account, position, request), who=_who(words), work=_work(words),
        versions=(_number(words, "contact_version"), _number(words, "version")), by=actor(request), at=clock.now(),
    )  # fmt: skip
    messages.success(request, _("Saved."))
    return redirect("contacts", account=account)


@require_POST
def leave(request: Request, account: int, position: int) -> HttpResponse:
    """Somebody works here no more."""
    found = _here(account, position, request)
    contacts.leave(position=position, by=actor(request), at=clock.now(), on=_day(request.POST.get("on", "")))
    messages.success(request, _("Noted: %(name)s has left. What they said stays.") % {"name": found.contact.name})
    return redirect("contacts", account=account)


@require_POST
def give_part(request: Request, account: int, position: int) -> HttpResponse:
    """The part somebody plays, with its reason."""
    _here(account, position, request)
    words = request.POST
    parts.give_part(
        position=position, kind=words.get("kind", ""), reason=words.get("reason", ""), by=actor(request), at=clock.now()
    )
    return redirect("contacts", account=account)


@require_POST
def end_part(request: Request, account: int, part: int) -> HttpResponse:
    """Somebody plays a part no more."""
    parts.end_part(account=account, part=part, by=actor(request), at=clock.now())
    return redirect("contacts", account=account)


@require_POST
def judge(request: Request, account: int, position: int) -> HttpResponse:
    """How much somebody counts and how they stand to us, as one of us sees it."""
    _here(account, position, request)
    attitude = request.POST.get("attitude", "")
    parts.judge_contact(
        position=position, influence=_number(request.POST, "influence") or 0,
        attitude=int(attitude) if attitude in ("-1", "0", "1") else 9, reason=request.POST.get("reason", ""), by=actor(request), at=clock.now(),
    )  # fmt: skip
    return redirect("contacts", account=account)


@require_POST
def know(request: Request, account: int, position: int) -> HttpResponse:
    """Who of us knows somebody, and how well."""
    found = _here(account, position, request)
    person = find_person(request.POST.get("person", "")) if request.POST.get("person") else request.user
    strength = _number(request.POST, "strength")
    parts.know(
        contact=found.contact_id, person=person, strength=9 if strength is None else strength, by=actor(request), at=clock.now()
    )  # fmt: skip
    return redirect("contacts", account=account)


@require_POST
def bring(request: Request, account: int) -> HttpResponse:
    """Contacts from a list or an address book; rows that name no customer belong to this account."""
    checks.seen(account, actor(request))
    with given_file(request) as (path, name):
        told = import_contacts(path=path, name=name, account=account, by=actor(request), at=clock.now())
    messages.success(
        request,
        _("%(new)d contacts are new, %(changed)d were brought up to date, %(same)d were known.")
        % {"new": told.new, "changed": told.changed, "same": told.same},
    )
    for one in told.refused[:10]:
        messages.warning(request, _("Row %(row)d was left out: %(why)s") % {"row": one.number, "why": one.reason})
    return redirect("contacts", account=account)


def _here(account: int, position: int, request: Request) -> Any:
    return welcoming.position_at(account=account, position=position, by=actor(request))


def _who(words: Mapping[str, str]) -> Who:
    return Who(words.get("name", ""), words.get("email", ""), words.get("phone", ""), words.get("language", "en"))


def _work(words: Mapping[str, str]) -> Work:
    return Work(words.get("title", ""), words.get("function", "other"), _number(words, "reports_to"))


def _number(words: Mapping[str, str], field: str) -> int | None:
    text = words.get(field, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ContactRefused(_("Write the day as year-month-day. Nothing was changed.")) from None


def _told(alarm: Alarm) -> str:
    """An alarm as a sentence that says what to do."""
    names = ", ".join(alarm.names)
    sentences = {
        "nobody": _("We know nobody here yet. Add whoever decides first."),
        "one_person": _("Everything hangs on one person: %(names)s. Get to know a second one.") % {"names": names},
        "no_decider": _("Nobody is known to decide. Find out who signs."),
        "few_functions": _("Nobody's function is noted: aim at people of three.") if not alarm.functions else ngettext(
            "People of only %(n)d function are known: aim at three.", "People of only %(n)d functions are known: aim at three.", alarm.functions,
        ) % {"n": alarm.functions},
        "silent_decider": _("No word with %(names)s for %(days)d days or more, and they decide.") % {"names": names, "days": alarm.days},
        "silence": _("Nobody of us was in touch for %(days)d days.") % {"days": alarm.days},
    }  # fmt: skip
    return sentences[alarm.kind]


def _map(found: PeopleMap) -> SafeString:
    if not found.contacts:
        return SafeString("")
    ours = {one.initials: one.name for contact in found.contacts for one in contact.known_by}
    words = drawing.Words(
        label=escape(_("Map of the people at this account")),
        rows=(escape(_("counts a lot")), escape(_("counts")), escape(_("counts little"))),
        columns=(escape(_("against us")), escape(_("neutral or not known")), escape(_("for us"))),
        ours=escape(_("of us")),
        hole=escape(_("who decides?")),
    )
    return mark_safe(
        drawing.people_map(
            [_node(one) for one in found.contacts],
            [(escape(initials), escape(name)) for initials, name in ours.items()],
            words=words, hole=any(one.kind == "no_decider" for one in found.alarms),
        )
    )  # fmt: skip


def _node(one: ContactShown) -> drawing.Node:
    influence = one.opinion.influence if one.opinion else max((_INFLUENCE[part.kind] for part in one.parts), default=2)
    return drawing.Node(
        key=one.position, name=escape(one.name), under=escape(", ".join((one.title or one.function_label, *(part.label for part in one.parts)))),
        initials=escape("".join(word[0] for word in one.name.split()[:1] + one.name.split()[1:][-1:]).upper()),
        influence=influence, attitude=one.opinion.attitude if one.opinion else 0, decides=one.decides, reports_to=one.reports_to,
        known_by=tuple((escape(each.initials), each.strength) for each in one.known_by),
    )  # fmt: skip
