"""Levels in words: what each is called, how an account's stands in one sentence, and what its evidence is called."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp

from django.utils.functional import Promise
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from vitalfew.relationship.level.rungs import RUNGS
from vitalfew.relationship.level.told import LevelShown
from vitalfew.web.drawing import level_bar
from vitalfew.web.drawing.level_bar import Bar
from vitalfew.web.wording import odds

NAMED, BEHAVES, MIXED, DAMAGED = "level", "behaves like", "mixed", "damaged"
NAMES = tuple(rung.name for rung in reversed(RUNGS))
_AS: tuple[Promise, ...] = (
    gettext_lazy("a commodity"),
    gettext_lazy("a product provider"),
    gettext_lazy("adding value"),
    gettext_lazy("a partner"),
)
# The customer's response of the figure in the text: price sensitivity, loyalty.
RESPONSES = tuple((rung.price, rung.loyalty) for rung in reversed(RUNGS))
_GROUPS: dict[str, Promise] = {
    "price paid": gettext_lazy("Price paid beside others"),
    "price response": gettext_lazy("Response to price moves"),
    "silence": gettext_lazy("Time since the last order"),
    "rhythm": gettext_lazy("How evenly they order"),
    "range": gettext_lazy("Range of items bought"),
    "returns": gettext_lazy("Share of lines that came back"),
    "growth": gettext_lazy("Growth over the year before"),
    "answers: decides": gettext_lazy("Answers of who decides"),
    "answers: influences": gettext_lazy("Answers of influencers"),
    "answers: uses": gettext_lazy("Answers of users"),
    "answers: other": gettext_lazy("Answers of others"),
}
_TOO_FEW = "nobody who decides has answered lately, and there are too few orders to judge by"
_LACKING: dict[str, Promise] = {
    "no level is likely enough": gettext_lazy("No level is likely enough."),
    "the evidence adds too little to what is known of such accounts": gettext_lazy(
        "The evidence adds too little to what is known of such accounts."
    ),
}


def name(level: int) -> str:
    """What a level is called."""
    return str(NAMES[level - 1])


def seen_as(level: int) -> str:
    """A level as the end of "they see us as …"."""
    return str(_AS[level - 1])


def between(low: int, high: int) -> str:
    """A run of levels in numbers."""
    if low == high:
        return _("level %(n)s") % {"n": low}
    return _("level %(low)s to %(high)s") % {"low": low, "high": high}


def _called(low: int, high: int) -> str:
    """A run of levels by name, in a sentence."""
    if low == high:
        return _("level %(n)s, %(name)s") % {"n": low, "name": name(low).lower()}
    if (low, high) == (1, len(NAMES)):
        return _("anything from level 1 to 4")
    words = {"low": low, "high": high, "first": name(low).lower(), "last": name(high).lower()}
    return _("level %(low)s to %(high)s, %(first)s to %(last)s") % words


def headline(found: LevelShown) -> str:
    """How they see us, in one sentence that says no more than is known."""
    if found.verdict == NAMED and found.level is not None:
        words = {"as": seen_as(found.level), "n": found.level, "chance": odds(found.chance[found.level - 1])}
        return _("They see us as %(as)s (level %(n)s), %(chance)s sure.") % words
    if found.verdict == BEHAVES:
        run = {"run": _called(found.low, found.high)}
        if found.newest_answer is None:
            return _("They behave like %(run)s. Nobody has answered.") % run
        return _("They behave like %(run)s. No answer is newer than a year.") % run
    if found.verdict == MIXED:
        return _("Mixed: what they say and do about price does not fit what they say and do about loyalty.")
    if found.verdict == DAMAGED:
        return _("Damaged: orders fall, somebody there would warn others of us, and a critical issue is open.")
    return _("Not enough evidence: %(why)s.") % {"why": _too_little(found)}


def more(found: LevelShown) -> str:
    """What has to be known beside the headline; "" where nothing."""
    why = _against(found) if found.verdict not in (NAMED, BEHAVES, DAMAGED) else ""
    return " ".join(filter(None, (_mixture(found.mixture), why, _stands(found), _unstable(found))))


def bar_of(found: LevelShown | None, *, target: int | None = None, believed: int | None = None) -> Bar:
    """What the level bar draws of an account: of one that is mixed, damaged or judged by orders alone only the run."""
    if found is None or found.verdict not in (NAMED, BEHAVES, MIXED, DAMAGED):
        return Bar((0.25, 0.25, 0.25, 0.25), kind="unknown", target=target, believed=believed)
    kind = "named" if found.verdict == NAMED else "range"
    return Bar(found.chance, found.low, found.high, kind, target, believed, found.held)


def large_bar(drawn: Bar) -> SafeString:
    """The large bar with its words."""
    words = level_bar.Words(
        label=escape(told(drawn)),
        chances=tuple(escape(odds(one)) for one in drawn.chance),
        target=escape(_("target")),
        believed=escape(_("we believe")),
    )
    return mark_safe(level_bar.bar(drawn, words=words))


def small_bar(drawn: Bar) -> SafeString:
    """The bar for lists and chips."""
    return mark_safe(level_bar.small(drawn, label=escape(told(drawn))))


def told(drawn: Bar) -> str:
    """All that a bar draws, in one sentence."""
    if drawn.kind == "unknown":
        said = [_("Not enough evidence for a level")]
    else:
        said = [
            _each(drawn.chance),
            _("%(run)s with %(held)s") % {"run": between(drawn.low, drawn.high), "held": odds(drawn.held)},
        ]
    said += [_("target level %(n)s") % {"n": drawn.target}] if drawn.target else []
    said += [_("we believe level %(n)s") % {"n": drawn.believed}] if drawn.believed else []
    return "; ".join(said)


def group(word: str) -> str:
    """What a group of evidence is called."""
    return str(_GROUPS.get(word, word.capitalize()))


def factor(weight: float) -> str:
    """A weight in log odds as what it does to the odds."""
    times = exp(abs(weight))
    if times < 1.05:
        return _("hardly anything")
    number = f"{times:.1f}" if times < 9.95 else f"{times:.0f}" if times < 100 else _("100 or more")
    return (_("odds × %(n)s") if weight > 0 else _("odds ÷ %(n)s")) % {"n": number}


def _each(chances: Sequence[float]) -> str:
    return ", ".join(
        _("%(name)s %(chance)s") % {"name": name(level), "chance": odds(chance)}
        for level, chance in enumerate(chances, start=1)
    )


def _too_little(found: LevelShown) -> str:
    """What is missing, in the fewest words."""
    if _TOO_FEW in found.lacking:
        return _("nobody who decides has answered lately, and there are too few orders to judge by")
    if found.newest_answer is None:
        return _("nobody has answered, and what they buy fits several levels")
    return _("what they say and do fits several levels")


def _against(found: LevelShown) -> str:
    """The rules that stand against naming a level, beside the one that the headline tells."""
    return " ".join(str(_LACKING[word]) for word in found.lacking if word in _LACKING)


def _mixture(word: str) -> str:
    if word == "locked in":
        return _("They do not mind the price and do not stay by choice: locked in.")
    return _("They stay, and hunt prices: they negotiate.") if word == "negotiates" else ""


def _stands(found: LevelShown) -> str:
    if found.announced is None or found.level is None or found.announced == found.level:
        return ""
    words = {"n": found.announced, "name": name(found.announced)}
    return _("Until now it was told as level %(n)s (%(name)s): a change is told once two quarters show it.") % words


def _unstable(found: LevelShown) -> str:
    return (
        _("Without one of the indicators another level would be likeliest.") if found.unstable and found.level else ""
    )
