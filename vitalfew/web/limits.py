"""What no request may be, whatever it asks for: held at the outermost door, for pages and API alike."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote_to_bytes

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase

from vitalfew.ground.texts import flaw, flaw_of_bytes

ADDRESS = 8 * 1024  # bytes of path and query
HEADERS = 32 * 1024  # bytes of all headers together
HEADER_COUNT = 200
NUMBER = 2**63 - 1  # the largest that a row can have
BODY = 1024 * 1024  # bytes of a body that holds no files; files are streamed to disk and have no bound of ours
_BROKEN = re.compile("%(?![0-9A-Fa-f]{2})")
_SURROGATE = re.compile("\xed[\xa0-\xbf]")  # how half of a pair looks when its three bytes are read as Latin-1
_NOTHING = "Nothing was changed."


class Refused(Exception):
    """A request that goes no further: the status and the sentence it is answered with."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.sentence = status, f"{sentence} {_NOTHING}"


class Limits:
    """Refuses what is too long, too large or no text, before anything else looks at it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        try:
            _address(request)
            _headers(request)
            _body(request)
        except Refused as refused:
            return _answer(refused)
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: object, words: object, more: dict[str, object]
    ) -> HttpResponse | None:
        """Look at the fields of a form. A stranger's files are refused unread; the API reads its own, once it knows whose they are.

        Nothing has a number that no row can have.
        """
        del view, words
        if any(isinstance(word, int) and word > NUMBER for word in more.values()):
            raise Http404
        try:
            if request.content_type == "application/x-www-form-urlencoded":
                _encoded(request.body.replace(b"+", b" "), "The form")
            elif request.content_type == "multipart/form-data" and not request.path.startswith("/api/"):
                _parts(request)
        except Refused as refused:
            return _answer(refused)
        return None


def _answer(refused: Refused) -> HttpResponse:
    """Plain words: no page is drawn for a request that nobody has looked at yet."""
    return HttpResponse(refused.sentence + "\n", status=refused.status, content_type="text/plain; charset=utf-8")


def _address(request: HttpRequest) -> None:
    query = str(request.META.get("QUERY_STRING", ""))
    if len(request.path) + len(query) > ADDRESS or len(request.get_full_path()) > 3 * ADDRESS:
        raise Refused(414, f"The address is longer than {ADDRESS // 1024} KB.")
    found = flaw(request.path)
    if found:
        raise Refused(400, f"The address holds {found}.")
    _encoded(query.encode("latin-1", "replace"), "The query of the address")


def _headers(request: HttpRequest) -> None:
    values = list(_sent(request))
    if len(values) > HEADER_COUNT or sum(len(name) + len(value) for name, value in values) > HEADERS:
        raise Refused(431, f"The headers are more than {HEADER_COUNT} or longer than {HEADERS // 1024} KB.")
    for name, value in values:
        if "\x00" in value or _SURROGATE.search(value) or flaw(value):
            raise Refused(
                400, f"The header {name.removeprefix('HTTP_').replace('_', '-').title()[:60]} holds what is no text."
            )


def _body(request: HttpRequest) -> None:
    """How long the body is and in which letters, by what its headers say."""
    length = str(request.META.get("CONTENT_LENGTH") or "")
    if length and not (length.isascii() and length.isdigit()):
        raise Refused(400, "The header Content-Length is no number.")
    if not length and "HTTP_TRANSFER_ENCODING" in request.META:
        raise Refused(411, "Say how long the body is: the header Content-Length is missing.")
    if request.content_type != "multipart/form-data" and int(length[:20] or 0) > BODY:
        raise Refused(413, f"The body is larger than {BODY // 1024} KB.")
    charset = (request.content_params or {}).get("charset", "utf-8").strip().lower()
    if charset not in ("utf-8", "utf8", "us-ascii"):
        raise Refused(415, "Send text as UTF-8: the header Content-Type names another charset.")


def _parts(request: HttpRequest) -> None:
    if not request.user.is_authenticated and int(request.META.get("CONTENT_LENGTH") or 0) > BODY:
        raise Refused(413, "Sign in first: nobody has.")
    for name, words in request.POST.lists():
        for word in (name, *words):
            found = flaw(word) or ("bytes that are not UTF-8" if "\ufffd" in word else "")
            if found:
                raise Refused(400, f"The form holds {found}.")
    for name, files in request.FILES.lists():
        if any(flaw(word) for word in (name, *(file.name or "" for file in files))):
            raise Refused(400, "The name of the file is no text.")


def _encoded(raw: bytes, what: str) -> None:
    """Refuse percent-encoded text that is broken or no text."""
    if not raw:
        return
    if _BROKEN.search(raw.decode("latin-1")):
        raise Refused(400, f"{what} holds a “%” that encodes nothing: write it as %25.")
    found = flaw_of_bytes(unquote_to_bytes(raw))
    if found:
        raise Refused(400, f"{what} holds {found}.")


def _sent(request: HttpRequest) -> Iterator[tuple[str, str]]:
    """The headers as they were sent, apart from the server's own words."""
    for name, value in request.META.items():
        if name.startswith("HTTP_") or name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
            yield name, str(value)
