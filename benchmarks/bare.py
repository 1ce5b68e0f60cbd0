"""The peer of the page benchmark: a bare Django list of fifty rows on the same tables, behind the same middleware."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import include, path

from vitalfew.selection.models import Standing

_TEMPLATE = """<!doctype html><title>Accounts</title><table>{% for row in rows %}<tr><td>{{ row.rank }}</td><td>{{ row.account.name }}</td>
<td>{{ row.account.key }}</td><td>{{ row.account.country }}</td><td>{{ row.net_12_months }}</td><td>{{ row.chance }}</td><td>{{ row.last_day }}</td></tr>
{% endfor %}</table>{{ total }}"""


@cache
def _compiled() -> Any:
    return engines["django"].from_string(_TEMPLATE)


def bare(request: HttpRequest) -> HttpResponse:
    """Fifty rows and a count, as plainly as Django allows."""
    rows = Standing.objects.select_related("account").order_by("rank")
    return HttpResponse(_compiled().render({"rows": rows[:50], "total": rows.count()}, request))


urlpatterns = [path("bare/", bare, name="bare"), path("", include("vitalfew.config.urls"))]
