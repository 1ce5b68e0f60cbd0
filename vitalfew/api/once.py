"""The header Idempotency-Key: a request sent again with its key changes nothing and gets its first answer."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from functools import wraps
from hashlib import sha256
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import OperationalError, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from vitalfew.api.actors import person_of
from vitalfew.api.parsing import BodyRefused
from vitalfew.ground import clock
from vitalfew.trust import once

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
LONGEST = 100
# These take the ledger's folder before the database, and minutes over it: one transaction around them would lock
# everybody out, or wait crosswise with another. Both know a repeated request by itself: the file is there, the batch undone.
_LONG = frozenset({"import_file", "undo"})
_KEPT = ("Content-Type", "ETag")
# What opens a link is told once and stored nowhere: an answer that is kept says null in its place.
_SECRET = ("token", "link")
View = Callable[..., Any]
Run = Callable[..., HttpResponseBase]


def in_one_transaction(run: Run) -> Run:
    """Around the whole of a route: what it changes and the answer that is kept are one transaction, or neither is."""

    @wraps(run)
    def guarded(request: HttpRequest, **words: Any) -> HttpResponseBase:
        if request.method != "POST" or HEADER not in request.headers:
            return run(request, **words)
        apart = _long(request)
        try:
            with nullcontext() if apart else transaction.atomic():
                response = run(request, **words)
                if response.status_code < 400:
                    _keep(request, response)
                elif not apart:
                    transaction.set_rollback(True)
            return response
        finally:
            if apart and (claim := _claimed(request)):
                once.forget(claim)

    return guarded


def first_only(view: View) -> View:
    """Around the work of a route, once it is known who asks: the work for the first, the kept answer for the others."""

    @wraps(view)
    def guarded(request: HttpRequest, *words: Any, **more: Any) -> Any:
        if request.method != "POST" or HEADER not in request.headers:
            return view(request, *words, **more)
        claim = once.claim_of(person_of(request), key=_key(request), parts=tuple(_parts(request)))
        first = _begin(claim)
        if first is not None:
            return HttpResponse(first.body, status=first.status, headers={**first.headers, REPLAYED: "true"})
        request._claim = claim  # type: ignore[attr-defined]
        return view(request, *words, **more)

    return guarded


def _begin(claim: once.Claim) -> once.Answer | None:
    try:
        return once.begin(claim, at=clock.now())
    except OperationalError as error:  # whoever is first holds the database for longer than we may wait
        if "lock" not in str(error):
            raise
        raise once.BeingDone(str(once.BeingDone.__doc__)) from error


def _keep(request: HttpRequest, response: HttpResponseBase) -> None:
    claim = _claimed(request)
    if claim and isinstance(response, HttpResponse):
        headers = {name: response[name] for name in _KEPT if name in response}
        once.finish(claim, once.Answer(response.status_code, headers, _without_secrets(response)))
        request._claim = None  # type: ignore[attr-defined]


def _without_secrets(response: HttpResponse) -> str:
    text = response.content.decode()
    if not any(f'"{name}"' in text for name in _SECRET):
        return text
    told = json.loads(text)
    return json.dumps({name: None if name in _SECRET else value for name, value in told.items()})


def _claimed(request: HttpRequest) -> once.Claim | None:
    """The claim that this request has made and not yet ended."""
    return getattr(request, "_claim", None)


def _long(request: HttpRequest) -> bool:
    return bool(request.resolver_match and request.resolver_match.url_name in _LONG)


def _key(request: HttpRequest) -> str:
    key = request.headers[HEADER].strip()
    if not key.isascii() or not key.isprintable() or not 0 < len(key) <= LONGEST:
        raise BodyRefused(f"The header {HEADER} must hold 1 to {LONGEST} printable ASCII signs.")
    return key


def _parts(request: HttpRequest) -> Iterator[str]:
    """What makes a request this one: method, address, and what it says, in whatever order it says it."""
    yield request.method or ""
    yield request.get_full_path()
    if request.content_type == "application/json":
        yield json.dumps(json.loads(request.body or b"null"), sort_keys=True)
        return
    for name, words in sorted(request.POST.lists()):
        yield json.dumps([name, *words])
    for name, files in sorted(request.FILES.lists()):
        yield json.dumps([name, *((file.name, _digest(file)) for file in files)])


def _digest(file: UploadedFile[Any]) -> str:
    made = sha256()
    for chunk in file.chunks():
        made.update(chunk)
    file.seek(0)
    return made.hexdigest()
