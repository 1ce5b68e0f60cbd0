"""The playbook in words: stages, expectations and sides as pages call them, and when a play fits."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitalfew.playbook.kinds import label
from vitalfew.playbook.stages import STAGES

# The six expectations in two words each, for chips and heads of rows.
SERVES: Mapping[str, Promise] = {
    "main_link": gettext_lazy("Main link"),
    "understands": gettext_lazy("Understands them"),
    "objectives": gettext_lazy("Their objectives"),
    "value": gettext_lazy("Value, advice"),
    "opportunities": gettext_lazy("Early chances"),
    "integrity": gettext_lazy("Integrity"),
}
SIDES: Mapping[str, Promise] = {
    "ours": gettext_lazy("ours"),
    "customer": gettext_lazy("the customer's"),
    "behaviour": gettext_lazy("from their orders"),
}


def title(stage: int) -> str:
    """A stage by its whole title."""
    return str(STAGES[stage].title)


def name(stage: int) -> str:
    """A stage without its number, for where the number stands beside it."""
    whole = title(stage)
    return whole.partition(": ")[2] or whole


def listed(words: Iterable[str]) -> str:
    """A choice in a sentence: "this or that"."""
    return _(" or ").join(words)


def called(kind: str) -> str:
    """A kind of evidence in words; an answer by what was asked."""
    asked = kind.removeprefix("answer_")
    return _("answer on “%(what)s”") % {"what": str(SERVES[asked]).lower()} if asked in SERVES else label(kind)
