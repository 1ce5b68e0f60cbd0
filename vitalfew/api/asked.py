"""What a query string may ask: a word that no route knows is refused, not passed over in silence."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Schema
from ninja.errors import ValidationError


def refuse_unknown(request: HttpRequest, known: type[Schema]) -> None:
    """Refuse query parameters that `known` does not name; the framework would drop them."""
    unknown = sorted(set(request.GET) - set(known.model_fields))
    if unknown:
        raise ValidationError([{"type": "extra_forbidden", "loc": ("query", name), "msg": f"Known are: {', '.join(known.model_fields)}"} for name in unknown])
