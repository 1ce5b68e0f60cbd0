"""What a request may say: a word that its route does not know is refused, not passed over in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from typing import Any

from django.http import HttpRequest
from ninja.errors import ValidationError

from vitalfew.api import parsing

View = Callable[..., Any]
_BODIES = ("body", "form", "file")
_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


def known_words(view: View) -> View:
    """Refuse words in the query or the form that the route does not name, and a body where it takes none.

    The framework would drop them, `dryrun=true` with them.
    """
    sources = _sources(view)

    @wraps(view)
    def guarded(request: HttpRequest, *words: Any, **more: Any) -> Any:
        _refuse("query", request.GET, sources.get("query", frozenset()))
        if "form" in sources:
            _refuse("form", request.POST, sources["form"])
            _refuse("file", request.FILES, sources.get("file", frozenset()))
        elif not any(name in sources for name in _BODIES):
            _empty(request)
        return view(request, *words, **more)

    return guarded


def _sources(view: View) -> dict[str, frozenset[str]]:
    """The names that a route takes, by where they come from."""
    models = view._ninja_operation.models  # type: ignore[attr-defined]
    names = {model: getattr(model, "__ninja_flatten_map__", model.model_fields) for model in models}
    return {model.__ninja_param_source__: frozenset(found) for model, found in names.items()}


def _refuse(place: str, said: Iterable[str], known: frozenset[str]) -> None:
    unknown = sorted(set(said) - known)
    if unknown:
        raise ValidationError(list(_found(place, unknown, known)))


def _found(place: str, unknown: list[str], known: frozenset[str]) -> Iterator[dict[str, Any]]:
    told = f"Known are: {', '.join(sorted(known))}" if known else "Nothing is asked here"
    for name in unknown:
        yield {"type": "extra_forbidden", "loc": (place, name[:80]), "msg": told}


def _empty(request: HttpRequest) -> None:
    """A route without a body takes none, or an empty object or form from a client that always sends one."""
    if request.method == "GET":
        return
    if request.content_type in _FORMS:
        _refuse("form", [*request.POST, *request.FILES], frozenset())
    elif request.body:
        if request.content_type != "application/json":
            raise parsing.BodyRefused("This address takes no body.", status=415)
        said = parsing.read(request.body)
        if said != {}:
            _refuse("body", said if isinstance(said, dict) else ["body"], frozenset())
