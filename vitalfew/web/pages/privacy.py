"""What is held on one of our people: told as a file, erased after a second look."""

from __future__ import annotations

import json

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from vitalfew.ground import clock
from vitalfew.rounds.privacy import erasing, exporting
from vitalfew.trust import people
from vitalfew.web.doorway import Request, actor


@require_POST
def export_person(request: Request, person: int) -> HttpResponse:
    """Everything held on a person, as a JSON file."""
    found = exporting.export_person(person=people.numbered(person), by=actor(request), at=clock.now())
    text = json.dumps(found.as_json(), indent=2, default=str, ensure_ascii=False)
    response = HttpResponse(text, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="person-{person}.json"'
    response["Cache-Control"] = "no-store"
    return response


@require_http_methods(["GET", "POST"])
def erase_person(request: Request, person: int) -> HttpResponse:
    """Say what erasing means, and do it on a POST."""
    row = people.numbered(person)
    if request.method == "GET":
        return render(request, "people/erase.html", {"person": row})
    found = erasing.erase_person(person=row, reason=request.POST.get("reason", ""), by=actor(request), at=clock.now())
    messages.success(request, _("They are %(name)s now, everywhere.") % {"name": found.name})
    return redirect("people")
