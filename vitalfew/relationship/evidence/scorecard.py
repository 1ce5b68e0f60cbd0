"""The expectations scorecard: what the customer's people answered, one by one, beside what we believe and what is known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from vitalfew.ledger.visibility import let_see
from vitalfew.relationship.evidence import listing, recording
from vitalfew.relationship.evidence.listing import EvidenceShown
from vitalfew.relationship.models import Evidence, Part, Response
from vitalfew.relationship.models.evidence import Expectation
from vitalfew.trust.models import Person

COUNTS_FOR = timedelta(days=365)  # the survey's own span: what is older is told as too old
SHOWN = 5  # pieces of evidence beside each expectation
KEPT_FROM, DENIED_TO = 4, 2  # of five: from here on it is kept, up to here it is not; our reading
PARTS = (Part.Kind.DECIDES, Part.Kind.INFLUENCES, Part.Kind.USES)


class State(TextChoices):
    """Where an expectation stands by the customer's word. A decision maker who says no is never outweighed."""

    NO_ANSWER = "no_answer", _("no answer yet")
    TOO_OLD = "too_old", _("answered more than a year ago")
    KEPT = "kept", _("kept by the customer's word")
    HALF_KEPT = "half_kept", _("half kept by the customer's word")
    DIFFER = "differ", _("answers differ")
    DENIED = "denied", _("not kept by the customer's word")


@dataclass(frozen=True, slots=True)
class AnswerSaid:
    """What one contact answered, 1 to 5, in the part they played then. `lowest` marks the lowest of a decision maker."""

    contact: int
    name: str
    part: str
    part_label: str
    answer: int
    on: date
    lowest: bool = False


@dataclass(frozen=True, slots=True)
class Belief:
    """What one of us believes the account would answer. `gap`: that less the answer it is held against; None without one."""

    name: str
    initials: str
    answer: int
    on: date
    gap: int | None


@dataclass(frozen=True, slots=True)
class Expected:
    """One expectation. `gap` is the widest of our beliefs', above 0 where we think better of ourselves than they do.

    `too_old` counts contacts whose newest answer is older than a year; `evidence` is the newest of `evidence_held`.
    """

    expectation: str
    label: str
    state: State
    answers: tuple[AnswerSaid, ...]
    too_old: int
    beliefs: tuple[Belief, ...]
    gap: int | None
    evidence: tuple[EvidenceShown, ...]
    evidence_held: int

    @property
    def state_label(self) -> str:
        """The state in words."""
        return str(self.state.label)


@dataclass(frozen=True, slots=True)
class Scorecard:
    """The six expectations, how many contacts answered within a year, how old the newest is, which parts are unheard.

    Never a score of the account: a few answers are shown, not averaged.
    """

    rows: tuple[Expected, ...]
    answered: int
    newest: date | None
    age_days: int | None
    missing: tuple[tuple[str, str], ...]


def scorecard(*, account: int, person: Person | None, today: date) -> Scorecard:
    """The six expectations of an account as of a day. Of each contact and each of us the newest answer counts, for a year.

    An answer whose evidence was withdrawn does not count. Whoever objected to being asked, has left or was erased keeps
    their marks, as in the survey. Raises Missing for an account that is hidden or does not exist.
    """
    let_see(account, person)
    held = recording.known(account=account, on=today)
    forms = list(
        Response.objects.select_related("contact", "person")
        .filter(account=account, answered_on__lte=today)
        .order_by("answered_on", "answered_at", "pk")
    )
    said = _Said(held, [form for form in forms if form.contact_id], today - COUNTS_FOR)
    ours = [form for form in forms if form.way == Response.Way.MIRROR and form.answered_on > today - COUNTS_FOR]
    beside = _beside(held)
    rows = tuple(_expected(one, said, ours, beside[one]) for one in Expectation)
    answers = [answer for row in rows for answer in row.answers]
    newest = max((answer.on for answer in answers), default=None)
    heard = {answer.part for answer in answers}
    return Scorecard(
        rows, len({answer.contact for answer in answers}), newest, (today - newest).days if newest else None,
        tuple((part.value, str(part.label)) for part in PARTS if part not in heard),
    )  # fmt: skip


class _Said:
    """The newest answer of each contact to each expectation, and how many have grown too old."""

    def __init__(self, held: Iterable[Evidence], forms: Iterable[Response], since: date) -> None:
        self.stands = {(row.source, row.kind) for row in held}
        self.since = since
        self.found: dict[str, dict[int, Response]] = defaultdict(dict)
        for form in forms:
            for one in Expectation:
                if one.value in form.answers and (self._old(form) or self._counts(form, one)):
                    self.found[one.value][form.contact_id or 0] = form

    def answers(self, one: str) -> tuple[AnswerSaid, ...]:
        """Those that count, decision makers first, the lowest first; the lowest of a decision maker is marked."""
        forms = [form for form in self.found[one].values() if not self._old(form)]
        low = min((form.answers[one] for form in forms if form.part == Part.Kind.DECIDES), default=None)
        made = (_answer(form, one, low) for form in forms)
        return tuple(sorted(made, key=lambda answer: (_rank(answer.part), answer.answer, answer.name, answer.contact)))

    def too_old(self, one: str) -> int:
        return sum(self._old(form) for form in self.found[one].values())

    def _old(self, form: Response) -> bool:
        return form.answered_on <= self.since

    def _counts(self, form: Response, one: str) -> bool:
        return (f"response:{form.pk}", f"answer_{one}") in self.stands


def _answer(form: Response, one: str, low: int | None) -> AnswerSaid:
    decides, mark = form.part == Part.Kind.DECIDES, form.answers[one]
    label = str(Part.Kind(form.part).label) if form.part else ""
    return AnswerSaid(
        form.contact_id or 0, str(form.contact), form.part, label, mark, form.answered_on, decides and mark == low
    )


def _rank(part: str) -> int:
    return PARTS.index(Part.Kind(part)) if part in PARTS else len(PARTS)


def _beside(held: Iterable[Evidence]) -> Mapping[str, list[Evidence]]:
    """The evidence that speaks for each expectation besides the survey's answers, the newest first."""
    found: dict[str, list[Evidence]] = defaultdict(list)
    for row in held:
        if row.expectation and row.kind != f"answer_{row.expectation}":
            found[row.expectation].append(row)
    return found


def _expected(one: Expectation, said: _Said, ours: Iterable[Response], evidence: list[Evidence]) -> Expected:
    answers, too_old = said.answers(one.value), said.too_old(one.value)
    beliefs = tuple(_beliefs(one.value, ours, _against(answers)))
    gaps = [belief.gap for belief in beliefs if belief.gap is not None]
    return Expected(
        expectation=one.value, label=str(one.label), state=_state(answers, too_old), answers=answers, too_old=too_old, beliefs=beliefs,
        gap=max(gaps, key=lambda gap: (abs(gap), gap), default=None), evidence=tuple(map(listing.shown, evidence[:SHOWN])),
        evidence_held=len(evidence),
    )  # fmt: skip


def _against(answers: tuple[AnswerSaid, ...]) -> int | None:
    """What a belief is held against: the lowest answer of a decision maker, else the lowest of all."""
    marked = [answer.answer for answer in answers if answer.lowest]
    return min(marked or [answer.answer for answer in answers], default=None)


def _beliefs(one: str, ours: Iterable[Response], against: int | None) -> Iterator[Belief]:
    """The newest belief of each of us, newest first."""
    newest: dict[int, Response] = {form.person_id: form for form in ours if form.person_id and one in form.answers}
    for form in sorted(newest.values(), key=lambda form: (form.answered_at, form.pk), reverse=True):
        if form.person is not None:
            mark = form.answers[one]
            gap = None if against is None else mark - against
            yield Belief(form.person.name, form.person.initials, mark, form.answered_on, gap)


def _state(answers: tuple[AnswerSaid, ...], too_old: int) -> State:
    marks = [answer.answer for answer in answers]
    if not marks:
        return State.TOO_OLD if too_old else State.NO_ANSWER
    if max(marks) <= DENIED_TO or any(answer.lowest and answer.answer <= DENIED_TO for answer in answers):
        return State.DENIED
    if min(marks) >= KEPT_FROM:
        return State.KEPT
    return State.DIFFER if max(marks) - min(marks) >= 2 else State.HALF_KEPT
