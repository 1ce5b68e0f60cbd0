"""How bodies, queries and forms are read: strictly, so that two readers of one request never see two things."""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict
from ninja.parser import Parser

from vitalfew.ground.errors import Refusal
from vitalfew.ground.texts import flaw

DEPTH = 32  # how deeply JSON may nest
_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[{]|[\]}]', re.DOTALL)


class BodyRefused(Refusal):
    """A body that cannot be read as what it says it is, with the status it is answered with."""

    def __init__(self, sentence: str, *, status: int = 400) -> None:
        super().__init__(f"{sentence} Nothing was changed.")
        self.status = status


class StrictParser(Parser):
    """The framework's parser, which would take the last of two equal names, NaN, and any kind of content."""

    def parse_body(self, request: HttpRequest) -> Any:
        """The JSON of the body. The framework makes any error here its own; the API's handler finds ours behind it."""
        if getattr(request, "content_type", "application/json") != "application/json":
            raise BodyRefused("Send JSON: the header Content-Type must say application/json.", status=415)
        return read(request.body)

    def parse_querydict(
        self, data: MultiValueDict[str, Any], list_fields: list[str], request: HttpRequest
    ) -> dict[str, Any]:
        """The words of a query or a form, each said once."""
        if data is not request.GET and request.content_type != "multipart/form-data":
            raise BodyRefused("Send a form: the header Content-Type must say multipart/form-data.", status=415)
        for name, words in data.lists():
            if len(words) > 1 and name not in list_fields:
                raise BodyRefused(f"“{name[:80]}” is said {len(words)} times.")
            for word in (name, *words):
                _sound(word if isinstance(word, str) else word.name or "")
        return super().parse_querydict(data, list_fields, request)


def read(raw: bytes) -> Any:
    """What a JSON text says. Raises BodyRefused where readers could differ, or where it says what nothing can hold."""
    if _depth(raw) > DEPTH:
        raise BodyRefused(f"The JSON nests deeper than {DEPTH}.")
    try:
        said = json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise BodyRefused("The body is no JSON.") from None
    _sounds(said)
    return said


def _depth(raw: bytes) -> int:
    """How deeply brackets nest outside strings, counted before anything is built; stops where it is too deep."""
    depth = deepest = 0
    for found in _BRACKETS.finditer(raw):
        sign = found[0]
        depth += (sign in b"[{") - (sign in b"]}")
        deepest = max(deepest, depth)
        if deepest > DEPTH:
            break
    return deepest


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        names = [name for name, _value in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise BodyRefused(f"“{twice[:80]!a}” is said twice.")
    return said


def _no_number(word: str) -> Any:
    raise BodyRefused(f"{word} is no number in JSON.")


def _sounds(said: Any) -> None:
    """Every name and string in what was read, which nests no deeper than DEPTH."""
    if isinstance(said, str):
        _sound(said)
    elif isinstance(said, list):
        for part in said:
            _sounds(part)
    elif isinstance(said, dict):
        for name, part in said.items():
            _sound(name)
            _sounds(part)


def _sound(word: str) -> None:
    found = flaw(word) or ("bytes that are not UTF-8" if "\ufffd" in word else "")
    if found:
        raise BodyRefused(f"A text holds {found}.")
