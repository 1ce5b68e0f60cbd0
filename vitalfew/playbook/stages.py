"""The six stages as data: what each is for, what is done in it and what comes of it. Our reading of the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DIFFERENTIATE, UNDERSTAND, PLAN, DELIVER, PARTNER, FULL = range(6)


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage. `word` is its name in code; `supports` the kinds of behaviour that speak for it and never decide."""

    number: int
    word: str
    title: Promise
    purpose: Promise
    activities: tuple[Promise, ...]
    deliverables: tuple[Promise, ...]
    supports: tuple[str, ...] = ()


STAGES = (
    Stage(
        DIFFERENTIATE,
        "differentiate",
        _("Differentiate"),
        _("Give them a reason to choose us besides the price."),
        (
            _("Put the benefit beside each product they buy"),
            _("Make a promise of service and keep it"),
            _("Write down why orders were won and lost"),
        ),
        (_("a sheet of what sets us apart for this customer"),),
        ("orders_repeat",),
    ),
    Stage(
        UNDERSTAND,
        "understand",
        _("Stage 1: Understand and support"),
        _("Learn what they want to achieve, and help with some of it where they can see it."),
        (
            _("Give the account a manager and a deputy"),
            _("Talk with people of three functions or more"),
            _("Write down aims, how they are measured, competitors, and how they buy"),
            _("Choose one to three aims to support"),
            _("Take every issue of theirs in one place"),
        ),
        (
            _("what is known of their business"),
            _("their aims with sources"),
            _("a first aim supported and closed"),
            _("a first survey"),
        ),
        ("cadence_steady", "breadth_grows"),
    ),
    Stage(
        PLAN,
        "plan",
        _("Stage 2: Agree the plan"),
        _("Agree on one plan, with objectives and somebody on each side who stands for them."),
        (
            _("Map who decides, who influences, who uses"),
            _("Look at what they could buy from us and do not"),
            _("Look at strengths, weaknesses, chances and threats in their market"),
            _("Say for each aim what we can do for it, at what price and terms"),
            _("Win a sponsor in their management"),
            _("Have the plan confirmed by them"),
        ),
        (
            _("a plan that they confirmed"),
            _("a map of their people"),
            _("what they could buy and do not"),
            _("objectives with measures"),
        ),
        ("discount_asked_falls",),
    ),
    Stage(
        DELIVER,
        "deliver",
        _("Stage 3: Deliver and prove value"),
        _("Do what was promised, measure it in their terms, mend what breaks."),
        (
            _("Work through the actions and keep the promises"),
            _("Write down what it was worth to them"),
            _("Look at the operations each month and at the objectives each quarter"),
            _("Find out why things broke"),
            _("Offer more only where it serves one of their aims"),
        ),
        (
            _("what each review looked at"),
            _("value they confirmed"),
            _("issues with their causes"),
            _("a second survey"),
            _("what the account costs us to serve"),
        ),
        ("price_move_accepted", "breadth_grows", "credit_notes_fall"),
    ),
    Stage(
        PARTNER,
        "partner",
        _("Stage 4: Partner and renew"),
        _("Plan ahead together, make new value, earn their word to others."),
        (
            _("Plan the next one to three years together"),
            _("Share forecasts, and tell of new products early"),
            _("Take cost out together"),
            _("Ask for references and referrals"),
            _("Prepare who follows on both sides"),
        ),
        (
            _("a joint plan"),
            _("a review between executives"),
            _("referrals followed to their result"),
            _("the level, assessed anew"),
        ),
        ("volume_kept",),
    ),
    Stage(
        FULL,
        "full",
        _("Full process"),
        _("Go round each year: score, decide, renew the plan, learn what worked."),
        (
            _("Score anew each quarter"),
            _("Decide each year: keep, invest, harvest or release"),
            _("Check what each manager can carry"),
            _("Learn which plays moved accounts"),
        ),
        (_("a decision each year"), _("a level each quarter")),
    ),
)
LAST = STAGES[-1].number
# The stages that are the work for an account which sees us at a level: 3 and 4 have two each, by our reading.
CALLED: Mapping[int, tuple[int, ...]] = {
    1: (DIFFERENTIATE,),
    2: (UNDERSTAND,),
    3: (PLAN, DELIVER),
    4: (PARTNER, FULL),
}
AHEAD, BEHIND, IN_STEP, CANNOT_SAY = "ahead", "behind", "in step", "cannot say"


def gap(*, stage: int, level: int | None) -> str:
    """Whether the stage we are in is "ahead" of the work that the level calls for, "behind" it, or "in step".

    "cannot say" where no level (1 to 4) may be named.
    """
    if level is None:
        return CANNOT_SAY
    called = CALLED[level]
    return AHEAD if stage > called[-1] else BEHIND if stage < called[0] else IN_STEP
