"""An entry of the audit trail as a sentence in plain words: each verb's own wording, then what changed, then the reason."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.apps import apps
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from vitalfew.trust.audit.told import TOLD
from vitalfew.trust.models import Person, Team
from vitalfew.trust.rights import Role

NOT_SHOWN = _("not shown")
_FIELD = re.compile(r"\{(\w+)\}")
_MAIL = "mail:"
_PEOPLE = ("person", "manager", "deputy", "giver", "taker")  # fields that hold the address of one of our people
_LONGEST = 160  # signs of a value in a sentence; the whole of it stands below the entry


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the trail as it may be read: what the reader may not see is taken out of `before` and `after`."""

    number: int
    at: datetime
    who: str
    door: str
    verb: str
    target: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    request_id: str = ""
    erased_at: datetime | None = None

    @property
    def mentions(self) -> frozenset[str]:
        """What the sentence names: the target, and whatever a field such as `team_id` points to."""
        told = {_pointed(name, value) for values in (self.before, self.after) for name, value in values.items()}
        return frozenset({self.target, *told} - {""})


def told() -> Mapping[str, str]:
    """The wording of each verb: trust's own, and those that each step names as `told` in its AppConfig."""
    found = dict(TOLD)
    for config in apps.get_app_configs():
        found |= getattr(config, "told", {})
    return found


def sentence(row: Row, names: Mapping[str, str], *, it: str = "") -> str:
    """The entry in words, such as "Alice Head designated Acme Tools: Carries the region".

    `names` gives "customer:17" its name; the target `it` is called "it".
    """
    wording = gettext(told().get(row.verb) or _("{who} did “{verb}” to {what}"))
    what = gettext("it") if row.target == it else name_of(row.target, names)
    known = {"who": row.who or gettext("Somebody whose name was erased"), "what": what, "verb": row.verb}
    if row.erased_at is not None:
        words = _FIELD.sub(lambda found: known.get(found[1], "…"), wording)
        return gettext("%(sentence)s (the content was erased)") % {"sentence": words}
    used = frozenset(_FIELD.findall(wording)) | {"reason"}
    fields = {name: _value(name, value, names) for name, value in row.after.items()} | known
    words = _FIELD.sub(lambda found: fields.get(found[1]) or "…", wording)
    changes = "; ".join(_changes(row, used, names))
    reason = _text(row.after.get("reason") or row.before.get("reason") or "")
    return f"{words}{f' ({changes})' if changes else ''}{f': {reason}' if reason else ''}"


def names_of(targets: Collection[str]) -> dict[str, str]:
    """The names of the people and teams among these targets: one query for each kind, however many."""
    found: dict[str, str] = {}
    for kind, model in (("person", Person), ("team", Team)):
        numbers = {int(word) for one, _colon, word in (each.partition(":") for each in targets) if one == kind and word.isdecimal()}  # fmt: skip
        rows = model.objects.filter(pk__in=[number for number in numbers if number < 2**63]) if numbers else ()
        found |= {f"{kind}:{row.pk}": str(row) for row in rows}
    addresses = [target.removeprefix(_MAIL) for target in targets if target.startswith(_MAIL)]
    if addresses:
        found |= {f"{_MAIL}{row.email}": row.name for row in Person.objects.filter(email__in=addresses)}
    return found


def name_of(target: str, names: Mapping[str, str]) -> str:
    """What a target is called: by name where one is known, else by kind and number, such as "batch 3"."""
    if target.startswith(_MAIL):
        return names.get(target) or target.removeprefix(_MAIL)
    return names.get(target) or target.replace(":", " ", 1).replace("_", " ")


def _changes(row: Row, used: Collection[str], names: Mapping[str, str]) -> Iterator[str]:
    """What the wording left out: a field that changed with both values, one that came or went with its own."""
    for name in sorted({*row.before, *row.after}):  # one database keeps an order of its own
        old, new = (_value(name, values.get(name), names) for values in (row.before, row.after))
        word = {"name": gettext(name.removesuffix("_id").replace("_", " ")), "old": old, "new": new}
        if name in used:
            if name in row.before and name in row.after and name != "reason":
                yield gettext("before: %(old)s") % {"old": old or gettext("none")}
        elif name in row.before and name in row.after:
            if old != new:
                word |= {"old": old or gettext("none"), "new": new or gettext("none")}
                yield gettext("%(name)s from %(old)s to %(new)s") % word
        elif new:
            yield f"{word['name']} {new}"
        elif old:
            yield gettext("%(name)s was %(old)s") % word


def _value(name: str, value: Any, names: Mapping[str, str]) -> str:
    """A value as a reader says it."""
    pointed = _pointed(name, value)
    if pointed:
        return name_of(pointed, names)
    if name == "role" and isinstance(value, str) and value in Role:
        return gettext(Role(value).label)
    return _text(value)


def _text(value: Any) -> str:
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if isinstance(value, dict):
        value = ", ".join(
            f"{name.replace('_', ' ')} {_text(inner)}" for name, inner in sorted(value.items()) if _text(inner)
        )
    elif isinstance(value, list):
        value = ", ".join(_text(inner) for inner in value)
    text = " ".join(str(value).split())
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _pointed(name: str, value: Any) -> str:
    """What a field such as `team_id` points to, as a target; a person may be told by address, as "mail:ben@firm.example"."""
    if name.endswith("_id") and isinstance(value, int):
        return f"{name[:-3]}:{value}"
    return f"{_MAIL}{value}" if name in _PEOPLE and isinstance(value, str) and "@" in value else ""
