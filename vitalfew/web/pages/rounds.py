"""Refresh: whether the numbers tell of the whole ledger, how far a running refresh is, and the button that starts one."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from vitalfew.ground import clock
from vitalfew.ledger import queries as ledger
from vitalfew.rounds import jobs
from vitalfew.rounds.queries import newest_refresh
from vitalfew.trust.post.outbox import stuck
from vitalfew.web.doorway import Request, actor

PART = "partials/refresh.html"


@require_http_methods(["GET", "POST"])
def refresh(request: Request) -> HttpResponse:
    """The state in a few words, which asks again while work goes on; POST starts a refresh.

    A page that saw the work end is loaded again, so that it shows the new numbers.
    """
    if request.method == "POST":
        jobs.refresh_later(by=actor(request), at=clock.now())
    if not request.htmx:
        return redirect("portfolio")
    work = newest_refresh()
    busy = work is not None and work.state in ("waiting", "running")
    if request.GET.get("watching") and work and work.state == "done":
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    known = {"work": work, "busy": busy, "ledger": None if busy else ledger.state(), "stuck": stuck()}
    return render(request, PART, known)


@require_GET
def healthz(request: HttpRequest) -> HttpResponse:
    """For whoever watches the server: it answers, and its database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok\n", content_type="text/plain")
