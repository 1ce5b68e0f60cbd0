"""What Account > Process draws: the path of stages, the gate as a checklist with where each missing thing is done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from vitalfew.brief.process import ProcessPage, Silence
from vitalfew.playbook.gates import Checked, Gate, item_of
from vitalfew.playbook.plays.fitting import Fit, Reason
from vitalfew.playbook.plays.play import LEVELS
from vitalfew.playbook.situation import Piece
from vitalfew.playbook.stages import STAGES
from vitalfew.playbook.told import MoveShown, StageTold
from vitalfew.playbook.triggers import Holds
from vitalfew.relationship.evidence.noting import by_hand
from vitalfew.relationship.people.words import FUNCTIONS
from vitalfew.web.pages.playbook import sources, words
from vitalfew.web.pages.relationship.level_words import seen_as
from vitalfew.web.wording import day

OURS, CUSTOMER = "ours", "customer"
_NOTE: Mapping[str, Promise] = {
    "reason_to_buy": gettext_lazy("Note a reason"),
    "aim": gettext_lazy("Note an aim"),
    "aim_supported": gettext_lazy("Note an aim we supported"),
    "objective": gettext_lazy("Note an objective"),
    "actions_owned": gettext_lazy("Note that every action is owned"),
    "whitespace_reviewed": gettext_lazy("Note the look"),
    "promise_kept": gettext_lazy("Note a promise kept"),
    "value_item": gettext_lazy("Note value delivered"),
    "joint_plan_cycle": gettext_lazy("Note a round of planning"),
    "executive_meeting": gettext_lazy("Note a meeting"),
}
FUNCTION_WORDS = dict(FUNCTIONS)
_HERE, _DONE, _AHEAD = "here", "done", "ahead"


@dataclass(frozen=True, slots=True)
class Step:
    """One stage on the path: "done", "here" or "ahead"; `called` where the level of the account calls for its work."""

    number: int
    name: str
    state: str
    called: bool
    purpose: str


@dataclass(frozen=True, slots=True)
class Way:
    """Where a missing thing is done."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class PieceShown:
    """A piece of evidence: what it says, since when, the name of its source and what that opens ("" for nothing).

    `number` is set where one of us noted it and may take it back.
    """

    words: str
    since: date | None
    source: str
    address: str
    number: int | None


@dataclass(frozen=True, slots=True)
class View:
    """Whose page it is, and what their people are called who are named as sources."""

    account: int
    names: Mapping[int, str]

    def told(self, source: str) -> str:
        """A source as the page names it: somebody by their name."""
        number = sources.contact_of(source)
        return self.names.get(number, sources.told(source)) if number else sources.told(source)


@dataclass(frozen=True, slots=True)
class ItemShown:
    """One thing the gate asks for, with what it stands on, and the ways to what is missing."""

    item: Checked
    pieces: tuple[PieceShown, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """Why a play fits, and what opens behind it."""

    words: str
    address: str


@dataclass(frozen=True, slots=True)
class FitShown:
    """A play that fits, with its reasons; `leaves` is what it may leave that the gate waits for."""

    fit: Fit
    serves: str
    reasons: tuple[ReasonShown, ...]
    leaves: str


def path(told: StageTold) -> tuple[Step, ...]:
    """The six stages; of an account that is not key none is done and none is here."""
    return tuple(
        Step(
            stage.number,
            words.name(stage.number),
            (_HERE if stage.number == told.stage.number else _DONE if stage.number < told.stage.number else _AHEAD)
            if told.is_key
            else _AHEAD,
            stage.number in told.called,
            str(stage.purpose),
        )
        for stage in STAGES
    )


def why(told: StageTold) -> str:
    """Why a key account stands there: who took it there with which words, or what made it fall."""
    last = told.moves[0] if told.moves and told.since == told.moves[0].on else None
    if last is None:
        return _("It became a key account then and has passed no gate since.")
    facts = {"who": last.by, "words": last.words, "from": words.title(last.from_stage)}
    if last.kind == "passed":
        return _("%(who)s took it through the gate: “%(words)s”") % facts
    return _("It fell back from “%(from)s”: %(words)s.") % facts


@dataclass(frozen=True, slots=True)
class Fall:
    """What speaks against the stage or keeps the gate shut; `number` is its evidence where a person may say that it is over."""

    words: str
    number: int | None


def falls(told: StageTold) -> Iterator[Fall]:
    """The triggers that hold in this stage, then those that would make it fall again from the next."""
    for one in told.holding:
        yield Fall(one.words[:1].upper() + one.words[1:], _endable(one))
    for one in told.gate.closing if told.gate else ():
        if one not in told.holding:
            yield Fall(_("Keeps the gate shut: %(why)s") % {"why": one.words}, _endable(one))


def _endable(one: Holds) -> int | None:
    ours = (piece for piece in one.pieces if piece.number and piece.side == OURS and by_hand(piece.source))
    return next((piece.number for piece in ours), None)


def missing(told: StageTold) -> str:
    """What comes next, in one sentence."""
    if not told.is_key:
        return _("It is not a key account, so no gate opens for it.")
    if told.gate is None:
        return _("It goes round the year; there is no further gate.")
    onward = words.title(told.stage.number + 1)
    if told.gate.open:
        return _("The gate to “%(stage)s” is open.") % {"stage": onward}
    lacking = [_lacks(item) for item in told.gate.items if not item.met]
    if not lacking:
        falls = "; ".join(one.words for one in told.gate.closing)
        return _("All is there for “%(stage)s”, but it would fall back at once: %(why)s.") % {
            "stage": onward,
            "why": falls,
        }
    more = len(lacking) - 1
    rest = ngettext("and %(n)s thing more", "and %(n)s things more", more) % {"n": more} if more else ""
    what = " ".join(filter(None, (lacking[0], rest)))
    return _("Missing for “%(stage)s”: %(what)s.") % {"stage": onward, "what": what}


def _lacks(item: Checked) -> str:
    return f"{item.words} ({item.counted})" if item.counted else item.words


def met(gate: Gate | None) -> tuple[int, int]:
    """How many things of a gate are there, of how many."""
    return (sum(item.met for item in gate.items), len(gate.items)) if gate else (0, 0)


def items(gate: Gate | None, view: View, side: str) -> tuple[ItemShown, ...]:
    """The things a gate asks for of one side; none where there is no gate."""
    if gate is None:
        return ()
    asked = [item for item in gate.items if item.side == side]
    return tuple(
        ItemShown(item, pieces(item.pieces, view), () if item.met else tuple(_ways(item, gate.stage, view.account)))
        for item in asked
    )


def pieces(found: Iterable[Piece], view: View) -> tuple[PieceShown, ...]:
    """Evidence as the page tells it; the functions we cover are one line."""
    each = list(found)
    if each and each[0].kind == "functions":
        covered = ", ".join(str(FUNCTION_WORDS.get(one.words, one.words)) for one in each)
        return (PieceShown(covered, None, _("our contacts"), sources.opens(each[0].source, view.account), None),)
    return tuple(
        PieceShown(
            _said(one), one.since, view.told(one.source), sources.opens(one.source, view.account, one.number),
            one.number if one.side == OURS else None,
        )
        for one in each
    )  # fmt: skip


def _said(one: Piece) -> str:
    """What a piece says: its words, of an answer what was chosen, else what it is."""
    level = one.value.get("answer") if isinstance(one.value, dict) else None
    if one.kind == "level_sentence" and level in LEVELS:
        return _("They see us as %(as)s") % {"as": seen_as(level)}
    return one.words or words.called(one.kind)


def _ways(item: Checked, stage: int, account: int) -> Iterable[Way]:
    """Where what is missing is done: noted by us, asked of them by a statement or the survey, found among their people."""
    kinds = kinds_of(item.name, stage)
    if "functions" in kinds:
        yield Way(_("Add a contact"), reverse("contacts", args=(account,)))
    elif item.side == OURS and kinds:
        yield Way(str(_NOTE.get(kinds[0], _("Note it"))), _form("note_evidence", account, kinds[0]))
    elif item.side == CUSTOMER:
        asked = [kind for kind in kinds if kind != "level_sentence"]
        yield Way(_("Ask a contact"), _form("ask_contact", account, asked[0]))
        if "level_sentence" in kinds:
            yield Way(_("Ask in a survey wave"), reverse("waves"))


def kinds_of(name: str, stage: int) -> tuple[str, ...]:
    """The kinds of evidence that an item of a stage's gate reads."""
    found = item_of(stage, name)
    return found.kinds if found else ()


def mending(one: Holds, account: int) -> Way:
    """What helps against a trigger: a word with whoever decides, or the play that answers it."""
    if one.kind == "silence":
        return Way(_("Note a conversation"), reverse("note_talk", args=(account,)))
    return Way(_("See what answers it"), "#plays")


def _form(route: str, account: int, kind: str) -> str:
    return f"{reverse(route, args=(account,))}?{urlencode({'kind': kind})}"


def fitting(page: ProcessPage) -> tuple[FitShown, ...]:
    """The plays that fit and do not run there yet, the most pressing first."""
    going = {run.play for run in page.runs if run.ended_on is None}
    account = page.told.account
    return tuple(
        FitShown(
            one, str(words.SERVES[one.play.serves]), tuple(_reason(reason, account) for reason in one.reasons),
            words.listed(words.called(kind) for kind in one.missing),
        )
        for one in page.fits
        if one.play.name not in going
    )  # fmt: skip


def _reason(reason: Reason, account: int) -> ReasonShown:
    return ReasonShown(reason.words, sources.opens(reason.source, account))


def quiet(found: Silence | None, stage: int) -> str:
    """How long silence may go on, in one sentence; "" for an account that is not key."""
    if found is None:
        return ""
    facts = {"day": day(found.began), "last": day(found.last), "n": abs(found.left)}
    if found.left < 0:
        return _("Nobody has spoken with a decision maker since %(day)s: a word with one mends it.") % facts
    since = (
        _("The last word with a decision maker was on %(day)s.")
        if found.spoken
        else _("No word with a decision maker is on record; it counts from the designation on %(day)s.")
    ) % facts
    falls = (
        ngettext("Without another it falls back in %(n)s day, after %(last)s.", "Without another it falls back in %(n)s days, after %(last)s.", found.left)
        if stage
        else ngettext("Without another the gate shuts in %(n)s day, after %(last)s.", "Without another the gate shuts in %(n)s days, after %(last)s.", found.left)
    )  # fmt: skip
    return f"{since} {falls % facts}"


def title_of(move: MoveShown) -> str:
    """A move as "from → to"."""
    return f"{words.title(move.from_stage)} → {words.title(move.to_stage)}"


def stood_on(move: MoveShown, view: View) -> tuple[PieceShown, ...]:
    """What a move stood on, as it was kept."""
    return tuple(
        PieceShown(
            one["words"] or words.called(one["kind"]), date.fromisoformat(one["since"]), view.told(one["source"]),
            sources.opens(one["source"], view.account, one["number"]), None,
        )
        for one in move.pieces
    )  # fmt: skip
