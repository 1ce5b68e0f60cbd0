"""One play on a page of its own, and the plays a firm writes itself: added, changed and retired by a form."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from vitalfew.brief.playbook import playbook_page
from vitalfew.ground import clock
from vitalfew.ground.errors import Missing
from vitalfew.playbook.kinds import label
from vitalfew.playbook.plays import operations
from vitalfew.playbook.plays.conditions import conditions
from vitalfew.playbook.plays.operations import PlayRefused
from vitalfew.playbook.plays.play import WHO, Origin
from vitalfew.playbook.plays.queries import own_play
from vitalfew.web.doorway import Request, actor
from vitalfew.web.pages.playbook import words
from vitalfew.web.pages.playbook.playbook import followed

EXAMPLE = """title = "See their plant twice a year"
why = "Whoever has walked through their plant hears of problems before they become complaints."
serves = "understands"
cells = ["2 work"]
moves = "level"
weeks = 6

[fits]
key = true
stages = ["understand", "plan"]
lacks = [{ kinds = ["plant_visit"], within = 180 }]

[[steps]]
day = 0
who = "manager"
words = "Ask whoever runs operations for an hour in the plant. Say what you would like to see."

[[steps]]
day = 21
who = "manager"
words = "Go, and write down three things that cost them time or money."
leaves = "plant_visit"

[[steps]]
day = 28
who = "manager"
words = "Send them what you saw, and offer help with one of the three."
leaves = "aim"
"""


@require_GET
def play(request: Request, name: str) -> HttpResponse:
    """Why, steps, when it fits, where it fits now, where it runs, and what followed."""
    shown = playbook_page(request.user, clock.now().date()).shown
    one = next((one for one in shown.plays if one.play.name == name), None)
    if one is None:
        raise Missing(_("There is no such play."))
    told = {
        "one": one, "serves": words.SERVES[one.play.serves], "when": conditions(one.play.fits), "own": one.play.origin == Origin.FORM,
        "steps": [(step, WHO[step.who], label(step.leaves) if step.leaves else "") for step in one.play.steps],
        "going": [run for run in shown.going if run.play == name], "ended": [run for run in shown.ended if run.play == name],
        "moves": one.play.moves.replace("_", " "), "by_level": followed(one.followed.level), "by_stage": followed(one.followed.stage),
    }  # fmt: skip
    return render(request, "playbook/play.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def add_play(request: Request) -> HttpResponse:
    """A play of the firm's own: the form with an example, and adding it."""
    if request.method != "POST":
        return _form(request)
    name, text = request.POST.get("name", "").strip(), request.POST.get("text", "")
    try:
        operations.add_own_play(name=name, text=text, by=actor(request), at=clock.now())
    except PlayRefused as refused:
        return _form(request, name=name, text=text, sentence=str(refused))
    messages.success(request, _("The play is on the shelf, and offered wherever it fits."))
    return redirect("play", name=name)


@require_http_methods(["GET", "HEAD", "POST"])
def change_play(request: Request, name: str) -> HttpResponse:
    """Change a play of the firm's own; what runs already keeps its steps."""
    own = own_play(name=name)
    if request.method != "POST":
        return _form(request, name=name, text=own.text, version=own.version)
    text, version = request.POST.get("text", ""), _version(request)
    try:
        operations.change_own_play(name=name, text=text, version=version, by=actor(request), at=clock.now())
    except PlayRefused as refused:
        return _form(request, name=name, text=text, version=version, sentence=str(refused))
    messages.success(request, _("Saved. What runs already keeps the steps it began with."))
    return redirect("play", name=name)


@require_POST
def retire_play(request: Request, name: str) -> HttpResponse:
    """Take a play of the firm's own off the shelf."""
    own = own_play(name=name)
    operations.retire_own_play(name=name, version=own.version, by=actor(request), at=clock.now())
    messages.success(request, _("It is offered no more. What runs goes on to its end."))
    return redirect("playbook")


def _form(
    request: Request, *, name: str = "", text: str = "", version: int | None = None, sentence: str = ""
) -> HttpResponse:  # fmt: skip
    """The form, with what was written and the sentence that says what is wrong with it."""
    known = {"name": name, "text": text, "form_version": version, "sentence": sentence, "example": EXAMPLE}
    return render(request, "playbook/own.html", known, status=400 if sentence else 200)


def _version(request: Request) -> int:
    """The version that the form was opened with; one that never stands where it named none."""
    told = request.POST.get("version", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 10 else 0
