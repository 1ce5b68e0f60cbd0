"""When a play fits, in words: each of its conditions as a page, a command or a program reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vitalfew.playbook.plays.fitting import called
from vitalfew.playbook.plays.play import Conditions, Signal
from vitalfew.playbook.stages import STAGES

SIDES: Mapping[str, Promise] = {
    "ours": gettext_lazy("ours"),
    "customer": gettext_lazy("the customer's"),
    "behaviour": gettext_lazy("from their orders"),
}


def conditions(asked: Conditions) -> tuple[str, ...]:
    """When a play fits: each condition in words, all of which must hold."""
    return (*_account(asked), *map(_has, asked.has), *map(_lacks, asked.lacks), *_people(asked))


def _account(asked: Conditions) -> Iterator[str]:
    if asked.key is not None:
        yield _("it is a key account") if asked.key else _("it is not a key account")
    if asked.stages:
        yield _("it stands in %(stages)s") % {"stages": _listed(f"“{STAGES[one].title}”" for one in asked.stages)}
    if asked.levels:
        yield _("they see us at level %(levels)s") % {"levels": _listed(map(str, asked.levels))}
    if asked.below_target:
        yield _("its level is below its target")
    if asked.heard_nothing:
        yield _("none of their people answered the survey in a year")


def _people(asked: Conditions) -> Iterator[str]:
    if asked.contacts_below is not None:
        yield _("fewer than %(n)s contacts work there") % {"n": asked.contacts_below}
    if asked.functions_below is not None:
        yield _("our contacts there cover fewer than %(n)s functions") % {"n": asked.functions_below}
    if asked.decider_silent_days is not None:
        yield _("no word with a decision maker for %(n)s days") % {"n": asked.decider_silent_days}
    if asked.no_decider:
        yield _("nobody there is known to decide")


def _has(signal: Signal) -> str:
    if signal.count == 1:
        return _("on record: %(what)s") % {"what": _counted(signal)}
    return _("on record, %(n)s times at least: %(what)s") % {"n": signal.count, "what": _counted(signal)}


def _lacks(signal: Signal) -> str:
    if signal.count == 1:
        return _("not on record: %(what)s") % {"what": _counted(signal)}
    return _("on record fewer than %(n)s times: %(what)s") % {"n": signal.count, "what": _counted(signal)}


def _counted(signal: Signal) -> str:
    """What a signal counts, with its bounds."""
    bounds = [str(SIDES[signal.side])] if signal.side else []
    if signal.within is not None:
        bounds.append(ngettext("within %(n)s day", "within %(n)s days", signal.within) % {"n": signal.within})
    if signal.below is not None:
        bounds.append(_("below %(n)s") % {"n": f"{signal.below:g}"})
    if signal.above is not None:
        bounds.append(_("above %(n)s") % {"n": f"{signal.above:g}"})
    what = _listed(map(called, signal.kinds))
    return f"{what} ({', '.join(bounds)})" if bounds else what


def _listed(words: Iterable[str]) -> str:
    """A choice in a sentence: "this or that"."""
    return _(" or ").join(words)
