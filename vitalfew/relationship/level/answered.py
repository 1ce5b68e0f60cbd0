"""The survey as the level model reads it: every answered form of the last three years, by account, person and part."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Q
from numpy.typing import NDArray

from vitalfew.analytics.level import Question, Survey
from vitalfew.relationship.models import Part, Response
from vitalfew.relationship.models.evidence import Expectation
from vitalfew.relationship.survey.questions import ANCHOR, RECOMMEND

Ints = NDArray[np.int64]

# Older answers have faded so far that they teach nothing.
REMEMBERED = timedelta(days=3 * 365)
FIVE = (2.0, 3.0, 4.0, 5.0)
# The parts whose people answer apart from each other; whoever plays another part, or none that is known, is "other".
PARTS = (Part.Kind.DECIDES.value, Part.Kind.INFLUENCES.value, Part.Kind.USES.value, "other")
DECIDING = (Part.Kind.DECIDES.value,)
# What each question says of the level, from the answer that speaks for the lowest one upwards; free text says nothing.
QUESTIONS: tuple[Question, ...] = (
    Question(ANCHOR, steps=(2.0, 3.0, 4.0), anchor=True),
    Question("replacing", steps=FIVE, side="loyalty"),
    *(Question(one.value, steps=FIVE) for one in Expectation),
    Question("cheaper_5", steps=(2.0, 3.0, 4.0), side="price"),
    Question("cheaper_10", steps=(2.0, 3.0, 4.0), side="price"),
    Question("price_rise", steps=FIVE, side="price"),
    Question("other_quotes", steps=(1.0, 2.0, 3.0, 5.0, 8.0), falls=True, side="price"),
    Question("next_year", steps=(2.0, 3.0), side="loyalty"),
    Question("rank", steps=(2.0, 3.0, 4.0), falls=True, side="loyalty"),
    Question(RECOMMEND, steps=tuple(float(step) for step in range(1, 11)), side="loyalty", detractor=7),
    Question("ease", steps=FIVE),
)


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said about accounts up to a day: the model's survey, and the day of each account's newest form."""

    survey: Survey
    newest: Mapping[int, date]
    forms: Mapping[int, int]


def answered(
    *,
    accounts: Sequence[int] | Ints,
    as_of: date,
    risen: Mapping[int, int] = MappingProxyType({}),
    only: Iterable[int] | None = None,
) -> Answered:
    """The forms about these accounts, answered by contacts up to `as_of`; arrays are in the order of `accounts`.

    `risen` says which account a customer belongs to where the firm manages groups; `only` asks for the forms about
    these customers alone. What our own people believe (the mirror form) is never among them.
    """
    rows = Response.objects.filter(
        ~Q(way=Response.Way.MIRROR), answered_on__lte=as_of, answered_on__gt=as_of - REMEMBERED
    )
    rows = rows if only is None else rows.filter(account__in=list(only))
    place = {int(account): row for row, account in enumerate(accounts)}
    told = rows.order_by("pk").values_list("pk", "account_id", "contact_id", "part", "answers", "answered_on")
    forms = []
    for number, customer, contact, part, answers, day in told.iterator():
        account = risen.get(customer, customer)
        if account in place:
            who = -number if contact is None else contact  # nobody known: each form is somebody's own
            forms.append(_Form(account, who, PARTS.index(part if part in PARTS else "other"), answers, day))
    return Answered(_survey(forms, place, as_of), _newest(forms), Counter(form.account for form in forms))


class _Form(NamedTuple):
    account: int
    who: int
    part: int
    answers: Mapping[str, Any]
    day: date


def _survey(forms: Sequence[_Form], place: Mapping[int, int], as_of: date) -> Survey:
    said = np.array([[_number(form.answers.get(one.name)) for one in QUESTIONS] for form in forms])
    graded = np.column_stack(
        [_graded(one, column) for one, column in zip(QUESTIONS, said.reshape(-1, len(QUESTIONS)).T, strict=True)]
    )
    form, question = np.nonzero(graded >= 0)

    def each(values: Iterable[int]) -> Ints:
        return np.fromiter(values, np.int64)[form]

    return Survey(
        accounts=len(place),
        account=each(place[one.account] for one in forms),
        respondent=_numbered([one.who for one in forms])[form],
        question=question,
        answer=graded[form, question],
        age=each((as_of - one.day).days for one in forms).astype(np.float64),
        role=each(one.part for one in forms),
        roles=PARTS,
    )


def _numbered(people: Sequence[int]) -> Ints:
    """People by numbers from 0."""
    return np.unique(np.array(people, np.int64), return_inverse=True)[1].astype(np.int64)


def _newest(forms: Iterable[_Form]) -> dict[int, date]:
    found: dict[int, date] = {}
    for form in forms:
        found[form.account] = max(form.day, found.get(form.account, form.day))
    return found


def _number(answer: Any) -> float:
    return float(answer) if isinstance(answer, int) else np.nan


def _graded(question: Question, column: NDArray[np.float64]) -> Ints:
    """The place of each answer from the lowest, 0; -1 where there is none."""
    place = np.searchsorted(question.steps, column, side="right")
    return np.where(np.isnan(column), -1, len(question.steps) - place if question.falls else place)
