"""What was answered: one entry for each answer, and the filled forms that the model reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from scipy.sparse import csr_matrix

from vitalfew.analytics import frames
from vitalfew.analytics.level.graded import Scale
from vitalfew.analytics.level.questions import Question
from vitalfew.analytics.refusals import BelowZero, NotAColumn, NotAlike, NotFinite, finite, same_length

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

QUARTER = 365.25 / 4


@dataclass(frozen=True, slots=True)
class Survey:
    """One entry for each answer; arrays of shape (answers,).

    `account` the row of the account, 0 to `accounts` - 1; `respondent` tells people apart, numbers of your own;
    `question` the place of the question; `answer` 0 for its lowest answer upwards; `age` days from the answer to the
    as-of date. `role` the place of the respondent's role in `roles`; where `roles` is empty nobody's role is known.
    """

    accounts: int
    account: Ints
    respondent: Ints
    question: Ints
    answer: Ints
    age: Floats
    role: Ints | None = None
    roles: tuple[str, ...] = ()

    @property
    def roles_of(self) -> Ints:
        return np.zeros(self.account.size, dtype=np.int64) if self.role is None else self.role

    def where(self, kept: NDArray[np.bool_]) -> Survey:
        """The answers kept, of the same accounts."""
        return replace(
            self,
            account=self.account[kept],
            respondent=self.respondent[kept],
            question=self.question[kept],
            answer=self.answer[kept],
            age=self.age[kept],
            role=None if self.role is None else self.role[kept],
        )

    def within(self, rows: Ints | slice) -> Survey:
        """The answers of some accounts, which are then numbered from 0 in the order of `rows`."""
        chosen = np.arange(self.accounts)[rows]
        place = np.full(self.accounts, -1)
        place[chosen] = np.arange(chosen.size)
        kept = self.where(place[self.account] >= 0)
        return replace(kept, accounts=chosen.size, account=place[kept.account])


@dataclass(frozen=True, slots=True)
class Again:
    """Forms of people who had filled one before: `form`, the one `before` it, both (pairs,), and `gap` quarters between."""

    form: Ints
    before: Ints
    gap: int


@dataclass(frozen=True, slots=True)
class Forms:
    """What one person answered in one quarter is a form. People stand role by role.

    `said` (forms, rows of the scale) one where the answer was given; `again` the pairs of forms of one person, oldest
    first; `last` (people,) each person's newest form, `role` its role; `answered` (answered,) the accounts with a
    form; `waves` (waves,) how many quarters ago newest forms were filled, oldest first; `cell` (people,) the place of
    the person's account in `answered` × waves + its wave; `into` (cells, people) one where a person belongs to a cell.
    """

    said: Any
    again: tuple[Again, ...]
    last: Ints
    role: Ints
    answered: Ints
    waves: Ints
    cell: Ints
    into: Any

    @property
    def parts(self) -> list[tuple[int, slice]]:
        """The roles that answered, and where their people stand."""
        roles, start = np.unique(self.role, return_index=True)
        ends = np.append(start[1:], self.role.size).tolist()
        return [(int(role), slice(*ends)) for role, *ends in zip(roles, start.tolist(), ends, strict=True)]

    @property
    def owner(self) -> Ints:
        """The place in `answered` of each person's account, (people,)."""
        return self.cell // self.waves.size


def check_survey(*, survey: Survey, questions: tuple[Question, ...]) -> None:
    """Raises NotAlike, NotFinite or BelowZero where the answers do not fit the questions or the accounts."""
    if survey.account.size == 0:
        return
    columns = {name: getattr(survey, name) for name in ("account", "respondent", "question", "answer", "age")}
    same_length(**columns, role=survey.roles_of)
    finite(age=survey.age)
    if (survey.age < 0).any():
        raise BelowZero("An answer is dated after the as-of date: leave out what was not known then.")
    _inside("account", survey.account, survey.accounts)
    _inside("question", survey.question, len(questions))
    _inside("role", survey.roles_of, max(len(survey.roles), 1))
    most = np.array([question.answers for question in questions])
    if ((survey.answer < 0) | (survey.answer >= most[survey.question])).any():
        row = int(np.flatnonzero((survey.answer < 0) | (survey.answer >= most[survey.question]))[0])
        raise NotAlike(
            f"Row {row} holds answer {survey.answer[row]} of the question {questions[survey.question[row]].name}, whose"
            f" answers are numbered 0 to {most[survey.question[row]] - 1}: mend the row."
        )


def _inside(name: str, column: Ints, size: int) -> None:
    wrong = (column < 0) | (column >= size)
    if wrong.any():
        row = int(np.flatnonzero(wrong)[0])
        raise NotAlike(f"Row {row} names {name} {column[row]}, and they are numbered 0 to {size - 1}: mend the row.")


def forms_of(*, survey: Survey, scale: Scale) -> Forms:
    """The answers as forms; an answer's age counts in whole quarters, to the nearest."""
    quarter = np.rint(survey.age / QUARTER).astype(np.int64)
    people, who = np.unique(survey.respondent, return_inverse=True)
    span = int(quarter.max()) + 1
    # Sorted by person, oldest form first.
    key = (survey.account * people.size + who) * span + (span - 1 - quarter)
    found, first, form = np.unique(key, return_index=True, return_inverse=True)
    rows = scale.first_row[survey.question] + survey.answer
    said = csr_matrix((np.ones(rows.size), (form, rows)), shape=(found.size, scale.rows))
    newest = np.flatnonzero(np.diff(found // span, append=-1) != 0)
    role = survey.roles_of[first[newest]]
    order = np.argsort(role, kind="stable")
    last = newest[order]
    answered, owner = np.unique(survey.account[first[last]], return_inverse=True)
    waves, wave = np.unique(-quarter[first[last]], return_inverse=True)
    cell = owner * waves.size + wave
    into = csr_matrix((np.ones(last.size), (cell, np.arange(last.size))), shape=(answered.size * waves.size, last.size))
    return Forms(said, _again(found, span), last, role[order], answered, -waves, cell, into)


def _again(found: Ints, span: int) -> tuple[Again, ...]:
    """Pairs of neighbouring forms of one person, second forms first, then third ones."""
    person = found // span
    start = np.flatnonzero(np.diff(person, prepend=-1) != 0)
    rank = np.arange(found.size) - np.repeat(start, np.diff(start, append=found.size))
    later = np.flatnonzero(rank > 0)
    gap = found[later] - found[later - 1]
    pairs, pair = np.unique(np.column_stack((rank[later], gap)), axis=0, return_inverse=True)
    which = [later[pair.ravel() == place] for place in range(len(pairs))]
    return tuple(Again(form, form - 1, int(gap)) for form, (_, gap) in zip(which, pairs, strict=True))


def read_survey(
    *,
    frame: Any,
    questions: tuple[Question, ...],
    accounts: Sequence[str] | pa.Array,
    as_of: int,
    roles: tuple[str, ...] = (),
    account: str = "account",
    respondent: str = "respondent",
    answered: str = "answered",
    role: str = "role",
) -> Survey:
    """A table with one row for each form and one column for each question as answers in rows.

    `accounts` are the names in the order of all other inputs; forms of others and answers left empty are left out,
    and so is what was answered after `as_of` (days since 1970-01-01). Raises NotAColumn for unknown answers or roles.
    """
    source = frames.table(frame)
    names = pa.array(accounts)
    there = pc.index_in(pc.cast(_column(source, account), names.type), names)
    row = pc.fill_null(there, -1).to_numpy().astype(np.int64)
    age = as_of - frames.days(source, answered)
    kept = (row >= 0) & (age >= 0)
    said = np.column_stack([question.graded(column=_column(source, question.name)) for question in questions])
    form, question = np.nonzero((said >= 0) & kept[:, None])
    who = frames.coded(source, respondent).code
    part = _roles(source, role, roles) if roles else None
    return Survey(
        accounts=len(names),
        account=row[form],
        respondent=who[form],
        question=question,
        answer=said[form, question],
        age=age[form].astype(np.float64),
        role=None if part is None else part[form],
        roles=roles,
    )


def _column(source: pa.Table, name: str) -> pa.ChunkedArray:
    if name not in source.column_names:
        raise NotAColumn(f"The table has no column {name}; it has {', '.join(source.column_names)}.")
    return source.column(name)


def _roles(source: pa.Table, name: str, roles: tuple[str, ...]) -> Ints:
    found = Question(name, words=roles).graded(column=_column(source, name))
    if (found < 0).any():
        raise NotFinite(f"The column {name} is empty, first in row {int(np.flatnonzero(found < 0)[0])}: name the role.")
    return found
