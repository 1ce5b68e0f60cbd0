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
    # the relationship; opinions are told only to those who may read them
    "GET api/accounts/<path:account>/contacts": Right.READ,
    "POST api/contacts": "relationship.add_contact",
    "POST api/positions": "relationship.place",
    "GET api/positions/<int:position>": Right.READ,
    "POST api/positions/<int:position>/change": "relationship.change_contact",
    "POST api/positions/<int:position>/leave": "relationship.leave",
    "POST api/parts": "relationship.give_part",
    "POST api/parts/<int:part>/end": "relationship.end_part",
    "POST api/opinions": "relationship.judge_contact",
    "POST api/acquaintances": "relationship.know",
    "POST api/contact-merges": "relationship.merge_contacts",
    "POST api/contact-imports": "relationship.import_contacts",
    "GET api/accounts/<path:account>/touches": Right.READ,
    "POST api/touches": "relationship.note_touch",
    "GET api/accounts/<path:account>/evidence": Right.READ,
    "POST api/evidence": "relationship.record_evidence",
    "GET api/evidence/<int:number>": Right.READ,
    "POST api/evidence/<int:number>/withdraw": "relationship.withdraw_evidence",
    "POST api/evidence/<int:number>/end": "relationship.close_evidence",
    "GET api/accounts/<path:account>/statements": Right.READ,
    "POST api/statements": "relationship.ask",
    "GET api/statements/<int:number>": Right.READ,
    "POST api/statements/<int:number>/withdraw": "relationship.withdraw_question",
    "GET api/accounts/<path:account>/scorecard": Right.READ,
    "GET api/questions": Right.READ,
    "GET api/waves": Right.READ,
    "POST api/waves": "relationship.make_wave",
    "GET api/waves/<int:number>": Right.READ,
    "GET api/waves/<int:number>/invitations": Right.READ,
    "GET api/waves/<int:number>/could-be-asked": Right.READ,
    "POST api/waves/<int:number>/choose": "relationship.choose_contacts",
    "POST api/waves/<int:number>/send": "relationship.send_wave",
    "POST api/waves/<int:number>/remind": "relationship.remind",
    "POST api/waves/<int:number>/close": "relationship.close_wave",
    "POST api/invitations/<int:number>/withdraw": "relationship.withdraw_invitation",
    "GET api/accounts/<path:account>/answers": Right.READ,
    "GET api/accounts/<path:account>/mirror-forms": Right.READ,
    "POST api/mirror-forms": "relationship.mirror",
    "POST api/answer-imports": "relationship.import_answers",
    "GET api/levels": Right.READ,
    "GET api/accounts/<path:account>/level": Right.READ,
    "GET api/accounts/<path:account>/target": Right.READ,
    "PUT api/accounts/<path:account>/target": "relationship.set_target",
    "DELETE api/accounts/<path:account>/target": "relationship.end_target",
    "GET api/levels/tests": Right.READ,
    "GET api/accounts/<path:account>/behaviour": Right.READ,
    "GET api/accounts/<path:account>/price-events": Right.READ,
    "POST api/price-events": "relationship.note_price_event",
    "POST api/price-events/<int:number>/withdraw": "relationship.withdraw_price_event",
    "GET api/settings": Right.READ,
    "GET api/settings/<slug:name>": Right.READ,
    "PUT api/settings/<slug:name>": "ledger.choose",
    "GET api/stages": Right.READ,
    "GET api/accounts/<path:account>/stage": Right.READ,
    "POST api/accounts/<path:account>/stage/pass": "playbook.pass_gate",
    "GET api/plays": Right.READ,
    "POST api/plays": "playbook.add_play",
    "GET api/plays/<slug:name>": Right.READ,
    "PUT api/plays/<slug:name>": "playbook.change_play",
    "DELETE api/plays/<slug:name>": "playbook.retire_play",
    "GET api/accounts/<path:account>/plays": Right.READ,
    "POST api/accounts/<path:account>/plays": "playbook.start_play",
    "POST api/play-runs/<int:number>/steps/<int:step>": "playbook.do_step",
    "POST api/play-runs/<int:number>/end": "playbook.end_play",
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
