"""What a play is: steps with days, whom they serve, which cells of the figure they cover, and when it fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vitalfew.playbook.kinds import KINDS
from vitalfew.playbook.stages import STAGES
from vitalfew.relationship.models.evidence import Expectation

LEVELS = (1, 2, 3, 4)
STAGE_NUMBERS: Mapping[str, int] = {stage.word: stage.number for stage in STAGES}
EXPECTATIONS: tuple[str, ...] = tuple(Expectation.values)
WHO: Mapping[str, Promise] = {
    "manager": _("key account manager"),
    "deputy": _("deputy"),
    "head": _("head of key accounts"),
    "colleague": _("a colleague"),
}
# The figure of the text: each level's price sensitivity, loyalty and work. Levels 3 and 4 have two works each.
CELLS: tuple[str, ...] = (
    *(f"{level} {side}" for level in LEVELS for side in ("price", "loyalty")),
    "1 work", "2 work", "3 work plan", "3 work deliver", "4 work partner", "4 work full",
)  # fmt: skip
EVENTS: Mapping[str, Promise] = {
    "price_rise": _("a price rose"),
    "champion_left": _("their champion left"),
    "tender": _("they issued a tender"),
    "missed_promise": _("a promise was missed"),
    "order_out_of_band": _("an order is out of its band"),
}
# What a play may be meant to move: each has a page among the measures.
MEASURES: frozenset[str] = frozenset(
    (
        "chance_active", "coverage", "credits", "customer_value", "key_accounts", "level", "lookalike", "loyalty", "margin", "net_sales",
        "new_items", "next_order", "order_value", "orders", "price_event", "price_realisation", "price_response", "repeat_orders",
        "rising", "share_of_sales", "whitespace",
    )
)  # fmt: skip
SIDES = ("ours", "customer", "behaviour")
ANSWERS: tuple[str, ...] = ("level_sentence", *(f"answer_{one}" for one in EXPECTATIONS))
# What gates and triggers reckon from other records is no evidence that a condition could count.
_RECKONED = {"functions", "silence", "promises_missed"}
KNOWN_KINDS: frozenset[str] = frozenset(
    {*KINDS, *ANSWERS, "price_moved", "price_rise", "order_out_of_band"} - _RECKONED
)


class Origin(StrEnum):
    """Where a play comes from."""

    BUILT_IN = "built in"
    FILE = "file"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to do: so many days after the start, who does it, in words, and the kind of evidence it may leave."""

    day: int
    who: str
    words: str
    leaves: str = ""


@dataclass(frozen=True, slots=True)
class Signal:
    """Evidence of some kinds, counted: of a side or any, begun within so many days, its number below or above a bound.

    As a condition it asks for `count` at least; among what is to be lacking, for fewer than `count`.
    """

    kinds: tuple[str, ...]
    side: str = ""
    within: int | None = None
    count: int = 1
    below: float | None = None
    above: float | None = None


@dataclass(frozen=True, slots=True)
class Conditions:
    """When a play fits: all that is said must hold; what is left empty asks for nothing."""

    levels: tuple[int, ...] = ()
    stages: tuple[int, ...] = ()
    key: bool | None = None
    below_target: bool = False
    heard_nothing: bool = False
    has: tuple[Signal, ...] = ()
    lacks: tuple[Signal, ...] = ()
    contacts_below: int | None = None
    functions_below: int | None = None
    decider_silent_days: int | None = None
    no_decider: bool = False


@dataclass(frozen=True, slots=True)
class Play:
    """A play as its file says it. `name` is the file's, `serves` one of the six expectations, `moves` a measure's name."""

    name: str
    title: str
    why: str
    fits: Conditions
    steps: tuple[Step, ...]
    serves: str
    cells: tuple[str, ...]
    moves: str
    weeks: int
    event: str = ""
    origin: Origin = Origin.BUILT_IN

    @property
    def leaves(self) -> frozenset[str]:
        """The kinds of evidence that its steps may leave."""
        return frozenset(step.leaves for step in self.steps if step.leaves)

    @property
    def levels(self) -> tuple[int, ...]:
        """The levels it is made for: those it asks for, else those of its cells."""
        return self.fits.levels or tuple(sorted({int(cell[0]) for cell in self.cells}))
