"""Gates: what must be known of an account before it goes on to the next stage. Pure; they open on pieces of evidence only."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vitalfew.playbook import needs, stages
from vitalfew.playbook.kinds import could_come_from
from vitalfew.playbook.needs import Finding
from vitalfew.playbook.situation import Piece, Situation
from vitalfew.playbook.thresholds import Thresholds
from vitalfew.playbook.triggers import Holds

OURS, CUSTOMER, BEHAVIOUR = "ours", "customer", "behaviour"


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a gate asks for: whose evidence it is, in words, of which kinds, and how it is found."""

    name: str
    side: str
    words: Promise
    kinds: tuple[str, ...]
    need: Callable[[Situation, Thresholds], Finding]


@dataclass(frozen=True, slots=True)
class Checked:
    """One item of a gate on a day: `met` with the pieces it stands on, else what is missing and who could give it.

    `counted` says how much of what is wanted was found ("2 of 3"), "" where there is nothing to count.
    """

    name: str
    side: str
    words: str
    met: bool
    counted: str
    pieces: tuple[Piece, ...]
    from_whom: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """The gate out of a stage: our items, the customer's, the behaviour that supports it, and what shuts it.

    `closing` are triggers that hold and would make the account fall again from the stage behind the gate. Behaviour
    is shown and never decides. `missing` says in a sentence why it is not open, "" where it is.
    """

    stage: int
    items: tuple[Checked, ...]
    support: tuple[Piece, ...]
    closing: tuple[Holds, ...]
    missing: str

    @property
    def open(self) -> bool:
        """True where every item is there, one of the customer's among them, and nothing would make the account fall again."""
        theirs = any(item.met and item.pieces for item in self.items if item.side == CUSTOMER)
        return theirs and all(item.met for item in self.items) and not self.closing


GATES: Mapping[int, tuple[Item, ...]] = {
    stages.DIFFERENTIATE: (
        Item("reasons", OURS, _("reasons to buy besides price, on record"), ("reason_to_buy",), needs.said("reason_to_buy", "reasons")),
        Item("why_us", CUSTOMER, _("they say why us"), ("reason_to_buy", "level_sentence"), needs.any_of("reason_to_buy", sentence=2)),
    ),
    stages.UNDERSTAND: (
        Item("aims", OURS, _("aims of theirs, each with a source"), ("aim",), needs.said("aim", "aims")),
        Item("functions", OURS, _("functions in which we have contacts"), ("functions",), needs.functions),
        Item("aim_supported", OURS, _("aims supported and closed"), ("aim_supported",), needs.said("aim_supported", "supported")),
        Item("aims_confirmed", CUSTOMER, _("they confirm an aim"), ("aim",), needs.any_of("aim")),
    ),
    stages.PLAN: (
        Item("objectives", OURS, _("objectives of theirs, with number and date"), ("objective",), needs.said("objective", "objectives")),
        Item("actions_owned", OURS, _("every action has somebody who does it"), ("actions_owned",), needs.happened("actions_owned")),
        Item("whitespace", OURS, _("a look at what they could buy and do not, within a year"), ("whitespace_reviewed",), needs.happened("whitespace_reviewed", within="whitespace_days")),
        Item("plan_confirmed", CUSTOMER, _("they confirm the plan"), ("plan_confirmed",), needs.any_of("plan_confirmed")),
    ),
    stages.DELIVER: (
        Item("promises", OURS, _("promises kept on time over two quarters"), ("promise_kept",), needs.promises),
        Item("value_items", OURS, _("value delivered, on record"), ("value_item",), needs.said("value_item", "value_items")),
        Item("no_critical_issue", OURS, _("no critical issue is open"), (), needs.none_of("critical_issue")),
        Item("value_confirmed", CUSTOMER, _("they confirm value, or a decision maker says that we improve how they work"), ("value_confirmed", "level_sentence"), needs.any_of("value_confirmed", sentence=3, by_decider=True)),
    ),
    stages.PARTNER: (
        Item("joint_plans", OURS, _("rounds of joint planning"), ("joint_plan_cycle",), needs.happened("joint_plan_cycle", least="cycles")),
        Item("executives", OURS, _("meetings of executives within a year"), ("executive_meeting",), needs.happened("executive_meeting", least="meetings", within="meeting_days")),
        Item("partner", CUSTOMER, _("they invite us to plan early, give a reference or a referral, or a decision maker plans their future with us"), ("early_invitation", "reference_given", "referral_given", "level_sentence"), needs.any_of("early_invitation", "reference_given", "referral_given", sentence=4, by_decider=True)),
    ),
}  # fmt: skip


def gate(situation: Situation, thresholds: Thresholds, *, closing: tuple[Holds, ...] = ()) -> Gate | None:
    """The gate out of the stage that the account stands in; None in the full process, which has none.

    `closing` are the triggers of the stage behind it that hold (`triggers.holding` of that stage).
    """
    asked = GATES.get(situation.stage)
    if asked is None:
        return None
    items = tuple(check(item, situation, thresholds) for item in asked)
    support = situation.of(*stages.STAGES[situation.stage].supports, side=BEHAVIOUR)
    return Gate(situation.stage, items, support, closing, _missing(items, closing))


def check(item: Item, situation: Situation, thresholds: Thresholds) -> Checked:
    """One item on the day of a situation."""
    found = item.need(situation, thresholds)
    from_whom = tuple(dict.fromkeys(could_come_from(kind, item.side) for kind in item.kinds))
    return Checked(item.name, item.side, str(item.words), found.met, found.counted, found.pieces, from_whom)


def item_of(stage: int, name: str) -> Item | None:
    """The item of a stage's gate with this name."""
    return next((item for item in GATES.get(stage, ()) if item.name == name), None)


def _missing(items: tuple[Checked, ...], closing: tuple[Holds, ...]) -> str:
    """What keeps the gate shut, in one sentence for each kind of reason; "" where nothing does."""
    lacking = "; ".join(_lacks(item) for item in items if not item.met)
    falls = "; ".join(one.words for one in closing)
    told = [_("Missing: {things}."), _("It would fall back at once: {things}.")]
    return " ".join(
        str(sentence).format(things=things) for sentence, things in zip(told, (lacking, falls), strict=True) if things
    )


def _lacks(item: Checked) -> str:
    what = f"{item.words} ({item.counted})" if item.counted else item.words
    if not item.from_whom:
        return what
    whom = str(_(" or ")).join(item.from_whom)
    return str(_("{what}, could come from {whom}")).format(what=what, whom=whom)
