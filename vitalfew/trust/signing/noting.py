"""What the audit trail keeps of signing in and out: who, how, from where; of addresses nobody has, a keyed digest only."""

from __future__ import annotations

from collections.abc import Mapping

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.login import get_authentication_records
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from vitalfew.ground import clock
from vitalfew.trust import audit
from vitalfew.trust.actors import Actor, person_actor, stranger
from vitalfew.trust.models import Person


def signed_in(request: HttpRequest, person: Person) -> None:
    """A person came in, by a link or with a password, and with which second factor."""
    how = [_how(step) for step in get_authentication_records(request, person)]
    _note(request, "trust.sign_in", person, by=_as(request, person), after={"how": how})


def signed_out(request: HttpRequest, person: Person) -> None:
    """A person left."""
    _note(request, "trust.sign_out", person, by=_as(request, person))


def failed(request: HttpRequest, *, person: Person | None, address: str = "", step: str) -> None:
    """Somebody tried to come in as `person`, or by an address that nobody has."""
    _note(request, "trust.fail_sign_in", person or address, by=_stranger(request), after={"step": step})


def reset_asked(request: HttpRequest, *, person: Person | None, address: str) -> None:
    """Somebody asked for a new password by mail."""
    _note(request, "trust.reset_password", person or address, by=_stranger(request), after={"state": "asked for"})


def second_factor(request: HttpRequest, person: Person, state: str, **more: object) -> None:
    """A person's second factor went on or off, or a recovery code was used."""
    _note(request, "trust.change_second_factor", person, by=_as(request, person), after={"state": state, **more})


def holder(person: Person) -> str:
    """A person as the trail names them."""
    return f"person:{person.pk}"


def _note(
    request: HttpRequest, verb: str, about: Person | str, *, by: Actor, after: Mapping[str, object] | None = None
) -> None:  # fmt: skip
    target = _digest(about) if isinstance(about, str) else holder(about)
    told = {**(after or {}), "from": get_adapter().get_client_ip(request)}
    audit.record(by=by, at=clock.now(), verb=verb, target=target, after=told)


def _digest(address: str) -> str:
    """What is typed into the field for the address may be anybody's secret, so the trail never keeps it in the clear."""
    digest = salted_hmac("vitalfew.signing.address", address.strip().lower(), algorithm="sha256").hexdigest()
    return f"address:{digest[:32]}"


def _how(step: Mapping[str, str]) -> str:
    return step.get("type", step["method"])


def _as(request: HttpRequest, person: Person) -> Actor:
    return person_actor(person, door="web", request_id=_request_id(request))


def _stranger(request: HttpRequest) -> Actor:
    return stranger(door="web", request_id=_request_id(request))


def _request_id(request: HttpRequest) -> str:
    return str(getattr(request, "request_id", ""))
