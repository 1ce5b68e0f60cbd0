"""ETag, If-Match and If-None-Match: an edit says which state it was made on, and one made on an older state is refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from vitalfew.api.parsing import BodyRefused
from vitalfew.trust.versions import StaleRecord

_TAG = r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"'
_LIST = re.compile(rf"[ \t,]*{_TAG}(?:[ \t]*,[ \t,]*{_TAG})*[ \t,]*")
_TAGS = re.compile(_TAG)
NEEDED: dict[str, Any] = {"x-needs-if-match": True}  # told in the API's description of a route, see described.py
TAGGED: dict[str, Any] = {"x-has-etag": True}


class PreconditionMissing(BodyRefused):
    """An edit that does not say on which state it was made."""

    def __init__(self) -> None:
        super().__init__(
            "Say on which state you made this edit: send the ETag of the record as If-Match, or “If-Match: *” to edit whatever stands now.",
            status=428,
        )


class PreconditionFailed(StaleRecord):
    """An edit that was made on a state that stands no more, with the tag of the one that stands now."""

    def __init__(self, *, yours: Mapping[str, Any], now: Mapping[str, Any], mark: str) -> None:
        super().__init__(yours=yours, theirs=now)
        self.tag = tag(mark)


def tag(mark: str) -> str:
    """The strong ETag of a state."""
    return f'"{mark}"'


def named(view: Callable[..., Any]) -> Callable[..., Any]:
    """An edit that does not say on which state it was made is told so first, whatever else is wrong with it."""
    extra: dict[str, Any] = view._ninja_operation.openapi_extra or {}  # type: ignore[attr-defined]
    if not NEEDED.items() <= extra.items():
        return view

    @wraps(view)
    def guarded(request: HttpRequest, *words: Any, **more: Any) -> Any:
        if "If-Match" not in request.headers:
            raise PreconditionMissing
        return view(request, *words, **more)

    return guarded


def hold(request: HttpRequest, mark: str, *, yours: Mapping[str, Any], now: Mapping[str, Any]) -> None:
    """Let an edit pass whose If-Match names the state that stands. Call it in the transaction of the edit, under its lock.

    `yours` is what the edit would set, `now` what stands in these fields. A weak tag never matches (RFC 9110, 13.1.1).
    """
    said = request.headers["If-Match"]
    if said.strip() != "*" and tag(mark) not in _read(said, "If-Match"):
        raise PreconditionFailed(yours=yours, now=now, mark=mark)


def unchanged(request: HttpRequest, mark: str) -> HttpResponse | None:
    """304 for a client that has this state already; None where it must be told."""
    said = request.headers.get("If-None-Match")
    if said is None:
        return None
    known = [word.removeprefix("W/") for word in _read(said, "If-None-Match")] if said.strip() != "*" else [tag(mark)]
    return HttpResponse(status=304, headers={"ETag": tag(mark)}) if tag(mark) in known else None


def _read(said: str, header: str) -> list[str]:
    if not _LIST.fullmatch(said):
        raise BodyRefused(f"The header {header} must hold entity tags in double quotes, or “*”.")
    return _TAGS.findall(said)
