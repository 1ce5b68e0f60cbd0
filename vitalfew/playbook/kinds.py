"""Each kind of evidence that the playbook reads: its words, and who or what could give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of evidence in words, and where a piece of it could come from."""

    label: Promise
    from_whom: Promise


_STATEMENT = _("one of their people, by a statement put to them")
_MANAGER = _("the key account manager")
_LEDGER = _("their orders")
_PLAN = _("the plan")
_ISSUES = _("their issues and promises")

KINDS: Mapping[str, Kind] = {
    "reason_to_buy": Kind(_("reason to buy besides price"), _MANAGER),
    "level_sentence": Kind(_("sentence that fits us best"), _("one of their people, by the survey")),
    "aim": Kind(_("aim of the customer"), _("talks with their people")),
    "functions": Kind(_("people of several functions"), _("the account's people")),
    "aim_supported": Kind(_("aim we supported and closed"), _MANAGER),
    "objective": Kind(_("objective with number and date"), _PLAN),
    "actions_owned": Kind(_("every action has somebody who does it"), _PLAN),
    "whitespace_reviewed": Kind(_("look at what they could buy and do not"), _MANAGER),
    "plan_confirmed": Kind(_("plan confirmed"), _STATEMENT),
    "promise_kept": Kind(_("promise kept"), _ISSUES),
    "promise_late": Kind(_("promise kept late"), _ISSUES),
    "promise_broken": Kind(_("promise broken"), _ISSUES),
    "value_item": Kind(_("value delivered"), _MANAGER),
    "value_confirmed": Kind(_("value confirmed"), _STATEMENT),
    "critical_issue": Kind(_("critical issue open"), _ISSUES),
    "joint_plan_cycle": Kind(_("round of joint planning"), _PLAN),
    "executive_meeting": Kind(_("meeting of executives"), _("the executives of both sides")),
    "early_invitation": Kind(_("early invitation to plan"), _("one of their people")),
    "reference_given": Kind(_("reference given"), _("one of their people")),
    "referral_given": Kind(_("referral given"), _("one of their people")),
    "silence": Kind(_("no word with a decision maker"), _("touches with their people")),
    "promises_missed": Kind(_("too few promises kept"), _ISSUES),
    "plan_untouched": Kind(_("plan untouched"), _PLAN),
    "champion_left": Kind(_("champion left"), _("the account's people")),
    "volume_outside_band": Kind(_("volume outside its forecast band"), _LEDGER),
    "survey_dropped": Kind(_("a decision maker's sentence went down"), _("the survey")),
    "tender": Kind(_("tender issued"), _("one of their people")),
    "sponsor_left": Kind(_("sponsor left"), _("the account's people")),
    "orders_repeat": Kind(_("they order again"), _LEDGER),
    "cadence_steady": Kind(_("they order evenly"), _LEDGER),
    "discount_asked_falls": Kind(_("they ask for less discount"), _LEDGER),
    "price_move_accepted": Kind(_("a higher list price was accepted"), _LEDGER),
    "breadth_grows": Kind(_("their range grows"), _LEDGER),
    "credit_notes_fall": Kind(_("fewer credit notes"), _LEDGER),
    "volume_kept": Kind(_("volume kept through a price rise"), _LEDGER),
}
# What a contact says is the customer's own word: for these kinds it comes by a statement, not from our manager.
THEIRS: Mapping[str, Promise] = {"reason_to_buy": _STATEMENT, "aim": _STATEMENT}


def label(kind: str) -> str:
    """A kind in words; one that the playbook does not know reads as its word."""
    return str(KINDS[kind].label) if kind in KINDS else kind.replace("_", " ")


def could_come_from(kind: str, side: str) -> str:
    """Who or what could give a piece of a kind from a side."""
    return str(THEIRS[kind] if side == "customer" and kind in THEIRS else KINDS[kind].from_whom)
