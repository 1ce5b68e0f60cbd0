"""What a query string or a form may say: a word that no route knows is refused, not passed over in silence."""

from __future__ import annotations

from django.http import QueryDict
from ninja import Schema
from ninja.errors import ValidationError


def refuse_unknown(said: QueryDict, known: type[Schema]) -> None:
    """Refuse words that `known` does not name; the framework would drop them, `dryrun=true` with them."""
    unknown = sorted(set(said) - set(known.model_fields))
    if unknown:
        raise ValidationError(
            [
                {"type": "extra_forbidden", "loc": ("said", name), "msg": f"Known are: {', '.join(known.model_fields)}"}
                for name in unknown
            ]
        )
