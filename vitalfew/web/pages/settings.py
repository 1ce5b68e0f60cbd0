"""Settings: which thresholds and choices of the firm hold, what each does, since when and by whom; a form for each."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from vitalfew.ground import clock
from vitalfew.ledger import choices
from vitalfew.ledger.choices import Choice
from vitalfew.ledger.declared import ChoiceRefused
from vitalfew.process import STEPS
from vitalfew.web.doorway import Request, actor
from vitalfew.web.pages import settings_words


@dataclass(frozen=True, slots=True)
class Shown:
    """One setting as its form shows it: `title` in words, `now` and `usual` as they are read, `span` what may be said."""

    choice: Choice
    title: str
    decides: str
    now: str
    usual: str
    span: str

    @property
    def is_usual(self) -> bool:
        return self.choice.value == self.choice.usual


@dataclass(frozen=True, slots=True)
class Group:
    """The settings of one step."""

    step: str
    name: str
    rows: tuple[Shown, ...]


@require_GET
def settings_page(request: Request) -> HttpResponse:
    """Every setting, step by step."""
    rows = choices.choices()
    order = {step.name: place for place, step in enumerate(STEPS)}
    by_step = sorted(rows, key=lambda row: order.get(row.step, len(order)))
    groups = [
        Group(step, settings_words.step(step), tuple(_shown(row) for row in some))
        for step, some in groupby(by_step, key=lambda row: row.step)
    ]
    changed = sum(row.since is not None for row in rows)
    return render(request, "settings/settings.html", {"groups": groups, "total": len(rows), "changed": changed})


@require_POST
def choose(request: Request, name: str) -> HttpResponse:
    """Choose one setting; refused when somebody else chose it since the page was opened."""
    choices.choose(
        name=name, value=request.POST.get("value", ""), version=_version(request), by=actor(request), at=clock.now()
    )
    made = _shown(choices.choice(name))
    words = {"what": made.title, "now": made.now}
    messages.success(request, _("%(what)s: %(now)s from now on.") % words)
    return redirect(f"{reverse('settings')}#{name}")


def _shown(row: Choice) -> Shown:
    return Shown(
        choice=row,
        title=_(row.called),
        decides=settings_words.sentence(row.decides),
        now=settings_words.value(row, row.value),
        usual=settings_words.value(row, row.usual),
        span=settings_words.span(row),
    )


def _version(request: Request) -> int:
    """The version that the form was opened with; 0 where nobody had chosen yet."""
    word = request.POST.get("version", "")
    if not (word.isascii() and word.isdigit() and len(word) < 10):
        raise ChoiceRefused(_("The form did not say which state it was opened in. Open the page again."))
    return int(word)
