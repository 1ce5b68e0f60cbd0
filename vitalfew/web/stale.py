"""The page for a save that came too late: what you wrote beside what it says now, and the choice between the two."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vitalfew.trust.audit.history import history_of
from vitalfew.trust.audit.sentences import Row
from vitalfew.trust.versions import StaleRecord

_ONCE = "once"  # as in `web.once`, which stands above the doorway and so above this page
_OURS = ("csrfmiddlewaretoken", "version", _ONCE)  # written anew when the form is sent again


def page(request: HttpRequest, refusal: StaleRecord) -> HttpResponse:
    """Both values of each field in conflict, who changed it and when; the same form again, on top of what stands now."""
    known = {
        "both": [(label, mine, now) for label, mine, now in refusal.both()],
        "who": _who(refusal),
        "again": _again(request) if refusal.version else [],
        "newest": refusal.version,
        "is_once": _ONCE in request.POST,
    }
    return render(request, "stale.html", known, status=409)


def _who(refusal: StaleRecord) -> Row | None:
    """The newest entry of the trail that tells of one of these fields, or else of the record."""
    if refusal.record is None:
        return None
    rows = history_of(targets=[refusal.record.trail], limit=20).rows
    # The trail may say "active" of a field is_active, and "team" of team_id.
    names = {word for name in refusal.theirs for word in (name, name.removeprefix("is_"), name.removesuffix("_id"))}
    return next((row for row in rows if names & set(row.after)), rows[0] if rows else None)


def _again(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of the form as they were sent; none where it cannot be sent again as it was."""
    if "version" not in request.POST or request.FILES or any("password" in name for name in request.POST):
        return []
    return [(name, str(value)) for name, values in request.POST.lists() if name not in _OURS for value in values]
