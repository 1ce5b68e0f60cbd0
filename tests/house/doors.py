"""The doors as the matrix walks them: every route with its methods, its need, an address, and words that could do something."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import connection
from django.urls import URLPattern, URLResolver, get_resolver

from vitalfew.api import permissions as api
from vitalfew.trust.access import OPEN, right_for
from vitalfew.trust.rights import Right
from vitalfew.web import permissions as web

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Whatever a request alone leaves behind: sessions, counts of attempts, Django's own books.
BOOKS = {"django_session", "trust_cache", "django_migrations", "django_content_type", "usersessions_usersession"}


@dataclass(frozen=True, slots=True)
class Route:
    """One address of a door with the right each method needs (None: open to all)."""

    door: str
    pattern: str
    name: str
    needs: dict[str, Right | None]

    @property
    def of_account(self) -> bool:
        return "<int:account>" in self.pattern or "<path:account>" in self.pattern

    def address(self, numbers: dict[str, str]) -> str:
        plain = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", self.pattern).strip("^$")  # a pattern may be a regular expression
        return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: numbers[found[1]], plain)


def patterns(resolver: Any = None, before: str = "") -> Iterator[tuple[str, str]]:
    """Every address pattern with the name of its route; an address answers under its first name."""
    yield from dict(reversed(list(_all_patterns(resolver, before)))).items()


def _all_patterns(resolver: Any = None, before: str = "") -> Iterator[tuple[str, str]]:
    for found in (resolver or get_resolver()).url_patterns:
        place = before + str(found.pattern)
        if isinstance(found, URLResolver):
            yield from _all_patterns(found, place)
        elif isinstance(found, URLPattern):
            yield place, found.name or ""


def routes() -> list[Route]:
    """The pages and the API, each with what the permission tables say."""
    found = []
    for pattern, name in patterns():
        if pattern == "api/":
            continue  # the root of the API's routes: nothing answers there
        if pattern.startswith("api/"):
            table = {key.split(" ", 1)[0]: need for key, need in api.ROUTES.items() if key.split(" ", 1)[1] == pattern}
            found.append(Route("api", pattern, name, {method: right_for(need) for method, need in table.items()}))
        else:
            needs = web.ROUTES.get(name, {})
            rights = {method: None if need == OPEN else right_for(need) for method, need in needs.items()}
            found.append(Route("web", pattern, name, rights))
    return found


def everything() -> str:
    """A digest of every row of every table but the books: what a refused request must leave as it was."""
    made = hashlib.sha256()
    tables = sorted({model._meta.db_table for model in apps.get_models()} - BOOKS)
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')
            made.update(repr((table, sorted(map(repr, cursor.fetchall())))).encode())
    return made.hexdigest()


def bare(content: bytes) -> bytes:
    """An answer without what differs from one request to the next: form tokens, request ids, the number asked for."""
    content = re.sub(rb'name="(csrfmiddlewaretoken|once)" value="[^"]*"', b"", content)
    return re.sub(rb'X-CSRFToken": "[^"]*"|/accounts/\d+|C0000\d|C77777', b"", content)
