"""The API's own description: what every route may answer and take besides what its function says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from vitalfew.api.once import HEADER, LONGEST, REPLAYED
from vitalfew.api.problems import KIND

_ALWAYS = {
    400: "Malformed, or it says what this address does not know",
    401: "Nobody is signed in, or the token works no more",
    403: "The person or the token may not do this",
    404: "There is no such thing, or the person may not see it",
    414: "The address is too long",
    415: "The body is of another kind than this address takes",
    422: "It does not fit, or the state of things does not allow it",
    431: "The headers are too long",
}
_WRITES = {
    409: "It is busy, or the question must be settled first",
    411: "The length of the body is missing",
    413: "The body is too large",
}
_EDITS = {412: "Edited meanwhile: `yours`, `now` and the current ETag", 428: "If-Match is missing"}
_PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "A problem document, RFC 9457. `places` names what does not fit, `yours` and `now` the two values of a stale edit.",
    "type": "object",
    "properties": {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "places": {"type": "array", "items": {"type": "object"}},
        "option": {"type": "string"},
        "yours": {"type": "object"},
        "now": {"type": "object"},
    },
    "required": ["title", "status", "detail"],
}
_REF = {"$ref": "#/components/schemas/Problem"}
_TEXT = {"schema": {"type": "string"}}


class DescribedAPI(NinjaAPI):
    """The framework's API; its description tells the refusals too, so that a client can be held to them."""

    def get_openapi_schema(self, **words: Any) -> OpenAPISchema:
        """The description with the problem documents and headers of each route."""
        schema = super().get_openapi_schema(**words)
        schema["components"]["schemas"]["Problem"] = _PROBLEM
        for item in schema["paths"].values():
            for method, route in item.items():
                _describe(method, route)
        return schema


def _describe(method: str, route: dict[str, Any]) -> None:
    """Add to one route what the doors before it answer and read. Told by marks of its own whether it has states."""
    edits, tagged = route.pop("x-needs-if-match", False), route.pop("x-has-etag", False)
    taken, answers = route.setdefault("parameters", []), route["responses"]
    good = [answer for status, answer in answers.items() if int(status) < 300]
    for status, words in _refusals(method, edits=edits):
        answers.setdefault(status, {"description": words, "content": {KIND: {"schema": _REF}}})
    if edits:
        taken.append(_header("If-Match", "The ETag of the state that is edited, or “*”", required=True))
    if method == "post":
        taken.append(_header(HEADER, "A key of your own: sent again, the first answer comes again", maxLength=LONGEST))
        for answer in good:
            answer.setdefault("headers", {})[REPLAYED] = {**_TEXT, "description": "“true” on an answer given again"}
    if tagged and method == "get":
        taken.append(_header("If-None-Match", "The ETag of the state that is known already"))
        answers[304] = {"description": "It is as you know it"}
    if tagged or edits:
        for answer in good:
            answer.setdefault("headers", {})["ETag"] = {**_TEXT, "description": "The state, for If-Match"}


def _refusals(method: str, *, edits: bool) -> Iterator[tuple[int, str]]:
    yield from _ALWAYS.items()
    if method == "post":
        yield from _WRITES.items()
    if edits:
        yield from _EDITS.items()


def _header(name: str, words: str, *, required: bool = False, **bounds: Any) -> dict[str, Any]:
    return {
        "in": "header",
        "name": name,
        "required": required,
        "description": words,
        "schema": {"type": "string", **bounds},
    }
