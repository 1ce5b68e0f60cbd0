"""Measures: the page of each number, written in docs/measures and shown as it stands there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET
from markdown_it import MarkdownIt
from markdown_it.token import Token

import vitalfew
from vitalfew.ground.errors import Missing
from vitalfew.web.doorway import Request

FOLDER = Path(vitalfew.__file__).parent.parent / "docs" / "measures"


@require_GET
def measures(request: Request) -> HttpResponse:
    """Every number that has its page, by name."""
    pages = sorted((_title(path), path.stem) for path in FOLDER.glob("*.md"))
    return render(request, "measures/measures.html", {"pages": pages})


@require_GET
def measure(request: Request, slug: str) -> HttpResponse:
    """One number: what it says, how it is made, where it fails."""
    path = next((page for page in FOLDER.glob("*.md") if page.stem == slug), None)
    if path is None:
        raise Missing(_("No page tells about “%(name)s” yet.") % {"name": slug})
    text = path.read_text(encoding="utf-8")
    return render(request, "measures/measure.html", {"title": _title(path), "body": mark_safe(_html(text))})


def _title(path: Path) -> str:
    with path.open(encoding="utf-8") as file:
        return file.readline().lstrip("# ").strip() or path.stem


def _html(text: str) -> str:
    """Markdown to HTML, raw HTML shown as text; the first heading is the page's own and left out."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(text)
    if tokens and tokens[0].type == "heading_open" and tokens[0].tag == "h1":
        tokens = tokens[3:]
    for token in tokens:
        for child in token.children or ():
            _turn(child)
    return str(reader.renderer.render(tokens, reader.options, {}))


def _turn(token: Token) -> None:
    """A link to a neighbouring file leads to its page here."""
    address: Any = token.attrGet("href")
    if token.type == "link_open" and isinstance(address, str) and address.endswith(".md") and "/" not in address:
        token.attrSet("href", reverse("measure", args=(address.removesuffix(".md"),)))
