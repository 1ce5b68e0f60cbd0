"""Where a source opens: an address as it is, a record of the house on its page; what is only told opens nowhere."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

# A source that said several things of a kind on one day numbers them: "contact:5 (2)".
_RECORD = re.compile(r"([a-z_]+):(\d+)(?: \(\d+\))?")
_AGAIN = re.compile(r" \(\d+\)$")
# The page of the account on which a record of such a name stands, and where on it.
_PAGES = {
    "contact": ("contacts", ""),
    "contacts": ("contacts", ""),
    "response": ("relationship", "#expects"),
    "behaviour": ("relationship", ""),
    "price_event": ("relationship", "#prices"),
    "statement": ("process", "#asked"),
}
_WORDS = {
    "contacts": ("contacts", ""),
    "touches": ("contacts", ""),
    "level": ("relationship", ""),
    "target level": ("relationship", ""),
    "survey": ("waves", ""),
    "stage": ("process", "#moves"),
    "key account": ("account", ""),
}


_WORDED: Mapping[str, Promise] = {
    "contact": gettext_lazy("one of their people"),
    "contacts": gettext_lazy("our contacts"),
    "response": gettext_lazy("an answer of theirs"),
    "statement": gettext_lazy("a statement put to them"),
    "price_event": gettext_lazy("a price that moved"),
    "file": gettext_lazy("a kept file"),
}


def opens(source: str, account: int, number: int | None = None) -> str:
    """The address behind a source, "" where there is none; `number` is the evidence's, under which a kept file opens."""
    if _is_address(source):
        return _AGAIN.sub("", source)
    record = _RECORD.fullmatch(source)
    if record and record[1] == "file" and number:
        return reverse("evidence_file", args=(account, number))
    page, place = _PAGES.get(record[1], ("", "")) if record else _WORDS.get(source, ("", ""))
    if not page:
        return ""
    return reverse(page) if page == "waves" else reverse(page, args=(account,)) + place


def told(source: str) -> str:
    """A source as a page names it: a record in a word, an address by its host, everything else as it was said."""
    if _is_address(source):
        return urlsplit(source).hostname or source
    record = _RECORD.fullmatch(source)
    return str(_WORDED.get(record[1], record[1].replace("_", " "))) if record else source


def contact_of(source: str) -> int | None:
    """The contact who is the source, by number; None where it is none."""
    record = _RECORD.fullmatch(source)
    return int(record[2]) if record and record[1] == "contact" and len(record[2]) < 19 else None


def _is_address(source: str) -> bool:
    try:
        parts = urlsplit(_AGAIN.sub("", source))
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
