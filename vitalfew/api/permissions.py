"""Who may use which route of the API, as data: for each method and path the right or the verb it needs."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import HttpRequest
from ninja.errors import HttpError

from vitalfew.ground.errors import Missing
from vitalfew.trust.access import Denied, Need, denial, right_for
from vitalfew.trust.rights import Right

ROUTES: Mapping[str, Need] = {
    "GET api/docs": Right.READ,
    "GET api/openapi.json": Right.READ,
    "POST api/imports": "ledger.import",
    "GET api/batches": Right.LEDGER,
    "POST api/batches/<int:number>/undo": "ledger.undo_batch",
    "GET api/customers/<path:account>": Right.READ,
    "GET api/concentration": Right.READ,
    "GET api/accounts": Right.READ,
    "GET api/accounts/<path:account>/selection": Right.READ,
    "POST api/designations": "selection.designate",
    "POST api/leads": "selection.assign",
    "POST api/reviews": "selection.review",
    "POST api/releases": "selection.release",
    "GET api/capacity": Right.READ,
    "GET api/accounts/<path:account>/hours": Right.READ,
    "POST api/hours": "selection.plan_hours",
    "POST api/handovers": "selection.hand_over",
    "POST api/takeovers": "selection.take_over",
    "POST api/refreshes": "rounds.refresh",
    "GET api/refreshes/newest": Right.LEDGER,
}


def admit(request: HttpRequest, *, name: str, rights: frozenset[Right]) -> None:
    """Let a request pass whose person or token may use the route; decided before its body is read.

    Raises Denied where a right is missing, and Missing for a route that no row names.
    """
    right = needed(request)
    if right not in rights:
        raise Denied(denial(name, right))


def needed(request: HttpRequest) -> Right:
    """The right that the route of a request needs. Raises Missing for a route that no row names, 405 for a method none names."""
    route = request.resolver_match.route if request.resolver_match else ""
    need = ROUTES.get(f"{'GET' if request.method == 'HEAD' else request.method} {route}")
    if need is not None:
        return right_for(need)
    if any(row.endswith(f" {route}") for row in ROUTES):
        raise HttpError(405, f"{request.method} is not done here.")
    raise Missing("There is no such address.")
