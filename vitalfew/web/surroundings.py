"""What every page stands in: where one can go, the version, and which page this is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from vitalfew import __version__
from vitalfew.process import STEPS
from vitalfew.trust.access import right_for
from vitalfew.trust.rights import Right
from vitalfew.web.permissions import ROUTES

# The word that stands in the navigation for a step's page; a step without a page is not shown at all.
_WORDS = {"ledger": "Import", "selection": "Portfolio", "relationship": "Ladder", "playbook": "Playbook"}
# Pages of a step that stand beside its first: route, word, question.
_MORE = {"relationship": (("waves", "Survey waves", "Who was asked, who is missing, what came?"),)}
_PARTS = {
    "import": ("arrival", "batch", "rates"),
    "portfolio": (
        "account",
        "account_history",
        "handover",
        "contacts",
        "relationship",
        "mirror",
        "process",
        "note_evidence",
        "ask_contact",
        "note_talk",
    ),
    "playbook": ("play", "add_play", "change_play"),
    "waves": ("wave",),
    "people": ("person", "invite", "erase_person"),
    "audit": ("outbox",),
    "capacity": (),
}


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the navigation; `here` is true on its page and the pages below it."""

    name: str
    question: str
    address: str
    here: bool


def surroundings(request: HttpRequest) -> dict[str, object]:
    """The template names every page may use: `places` (the navigation), `may` (what this person may do) and `version`."""
    rights: frozenset[Right] = getattr(request, "rights", frozenset())
    return {
        "version": __version__,
        "may": dict.fromkeys(rights, True),
        "places": SimpleLazyObject(lambda: tuple(_places(_route(request), rights))),
    }


def _route(request: HttpRequest) -> str:
    match = request.resolver_match
    return (match.url_name or "") if match else ""


def _places(route: str, rights: frozenset[Right]) -> Iterator[Place]:
    for step in STEPS:
        if step.page and _may(step.page, rights):
            yield _place(step.page, _(_WORDS.get(step.name, step.name.capitalize())), _(step.question), route)
        for page, name, question in _MORE.get(step.name, ()):
            if _may(page, rights):
                yield _place(page, _(name), _(question), route)
    for page, name, question in (
        ("capacity", _("Capacity"), _("Who has hours left for an account?")),
        ("people", _("People"), _("Who works here, and who may see and do what?")),
        ("settings", _("Settings"), _("Which thresholds hold, and since when?")),
        ("audit", _("Audit"), _("Who did what, and when?")),
    ):
        if _may(page, rights):
            yield _place(page, name, question, route)


def _may(page: str, rights: frozenset[Right]) -> bool:
    return right_for(ROUTES[page]["GET"]) in rights


def _place(page: str, name: str, question: str, route: str) -> Place:
    here = route == page or route in _PARTS.get(page, ())
    return Place(name, question, reverse(page), here)
