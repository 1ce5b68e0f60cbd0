from datetime import date

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from vitalfew.analytics.level import Question, Survey, read_survey
from vitalfew.analytics.level.graded import scale_of
from vitalfew.analytics.level.survey import QUARTER, forms_of
from vitalfew.analytics.refusals import NotAColumn, NotFinite

QUESTIONS = (
    Question("sentence", steps=(2, 3, 4), anchor=True),
    Question("rival", words=("move", "split", "stay")),
    Question("quotes", steps=(1, 2, 4), falls=True),
    Question("worry", words=("no", "yes"), falls=True),
)
ROWS = {
    "account": ["A", "B", "A", "Z", "B"],
    "respondent": ["Ann", "Ann", "Bob", "Cid", "Ann"],
    "answered": [date(2026, 1, 1), date(2026, 3, 1), date(2026, 3, 2), date(2026, 3, 3), date(2026, 4, 2)],
    "role": ["user", "boss", "boss", "user", "boss"],
    "sentence": [1, 4, 3, 2, 2],
    "rival": ["move", "stay", None, "split", "split"],
    "quotes": [0, 1, 3, 9, 4],
    "worry": ["yes", "no", "yes", "no", None],
}
AS_OF = (date(2026, 4, 1) - date(1970, 1, 1)).days


@pytest.mark.parametrize("frame", [pa.table(ROWS), pl.DataFrame(ROWS), pd.DataFrame(ROWS), ROWS])
def test_rows_of_forms_become_answers(frame):
    found = read_survey(frame=frame, questions=QUESTIONS, accounts=["B", "A"], as_of=AS_OF, roles=("boss", "user"))
    told = zip(found.account, found.question, found.answer, found.age, found.role, strict=True)
    assert [tuple(map(int, row)) for row in told] == [
        (1, 0, 0, 90, 1),
        (1, 1, 0, 90, 1),
        (1, 2, 3, 90, 1),
        (1, 3, 0, 90, 1),
        (0, 0, 3, 31, 0),
        (0, 1, 2, 31, 0),
        (0, 2, 2, 31, 0),
        (0, 3, 1, 31, 0),
        (1, 0, 2, 30, 0),
        (1, 2, 1, 30, 0),
        (1, 3, 0, 30, 0),
    ]
    assert found.accounts == 2 and found.roles == ("boss", "user")


def test_roles_may_be_left_out():
    found = read_survey(frame=ROWS, questions=QUESTIONS, accounts=["A", "B"], as_of=AS_OF)
    assert found.role is None and found.roles_of.tolist() == [0] * 11


@pytest.mark.parametrize(
    ("changes", "refusal", "word"),
    [
        ({"rival": ["move", "maybe", "stay", "stay", "stay"]}, NotAColumn, "'maybe', which is none of move"),
        ({"sentence": ["a", "b", "c", "d", "e"]}, NotAColumn, "numbers are needed"),
        ({"role": ["boss", None, "boss", "user", "user"]}, NotFinite, "row 1"),
        ({"role": ["boss", "chef", "boss", "user", "user"]}, NotAColumn, "'chef'"),
        ({"respondent": ["Ann", None, "Bob", "Cid", "Dot"]}, NotFinite, "respondent"),
    ],
)
def test_what_cannot_be_read_is_refused(changes, refusal, word):
    with pytest.raises(refusal, match=word):
        read_survey(frame=ROWS | changes, questions=QUESTIONS, accounts=["A"], as_of=AS_OF, roles=("boss", "user"))


def test_missing_column_is_named():
    rows = {name: column for name, column in ROWS.items() if name != "quotes"}
    with pytest.raises(NotAColumn, match="no column quotes"):
        read_survey(frame=rows, questions=QUESTIONS, accounts=["A"], as_of=AS_OF)


def forms(*rows):
    """Forms of answers (account, respondent, question, answer, quarters ago, role)."""
    account, who, question, answer, ago, role = (np.array(column) for column in zip(*rows, strict=True))
    survey = Survey(9, account, who, question, answer, ago * QUARTER, role, ("boss", "user"))
    return forms_of(survey=survey, scale=scale_of((4, 5)))


def test_answers_of_a_person_in_a_quarter_are_one_form():
    found = forms((3, 7, 0, 1, 0.1, 1), (3, 7, 1, 4, 0.3, 1), (3, 8, 0, 2, 0.0, 0))
    assert found.said.toarray().tolist() == [[0, 1, 0, 0, 0, 0, 0, 0, 1], [0, 0, 1, 0, 0, 0, 0, 0, 0]]
    assert found.answered.tolist() == [3] and found.waves.tolist() == [0] and found.again == ()
    assert found.role.tolist() == [0, 1] and found.last.tolist() == [1, 0]
    assert found.parts == [(0, slice(0, 1)), (1, slice(1, 2))]


def test_age_counts_in_quarters_to_the_nearest():
    assert forms((3, 7, 0, 1, 0.4, 1), (4, 8, 0, 2, 0.6, 0), (5, 9, 0, 2, 3.4, 0)).waves.tolist() == [3, 1, 0]


def test_older_forms_of_a_person_lead_to_its_newest_one():
    found = forms((5, 1, 0, 0, 7, 0), (5, 1, 0, 1, 4, 0), (5, 1, 0, 2, 3, 0), (2, 1, 0, 3, 1, 0))
    # The same number in another account is another person; its one form stands first.
    assert [(pair.form.tolist(), pair.before.tolist(), pair.gap) for pair in found.again] == [
        ([2], [1], 3),
        ([3], [2], 1),
    ]
    assert found.last.tolist() == [0, 3]
    assert found.answered.tolist() == [2, 5] and found.waves.tolist() == [3, 1]
    assert found.cell.tolist() == [1, 2] and found.owner.tolist() == [0, 1]


def test_question_counts_its_answers():
    assert [question.answers for question in QUESTIONS] == [4, 3, 4, 2]
