"""The seventeen questions as data: how each is answered, what it is about, and which answers tell of level and price."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from vitalfew.relationship.models.evidence import Expectation


class Form(StrEnum):
    """How a question is answered."""

    CHOICE = "choice"  # one of named answers, lowest first
    SCALE = "scale"  # steps from one pole to the other
    NUMBER = "number"  # a whole number
    WORDS = "words"  # free text


@dataclass(frozen=True, slots=True)
class Question:
    """One question. A choice or scale is answered by a number from `lowest` on, in `steps` steps; a higher one speaks for us.

    `most` is the largest number or the longest text. `expectation` is the one of the six it asks about.
    """

    key: str
    form: Form
    steps: int = 0
    lowest: int = 1
    most: int = 0
    expectation: str = ""

    @property
    def answers(self) -> range:
        """The numbers that answer a choice or a scale."""
        return range(self.lowest, self.lowest + self.steps)


ANCHOR = "sentence"
RECOMMEND = "recommend"
QUESTIONS: tuple[Question, ...] = (
    Question(ANCHOR, Form.CHOICE, 4),
    Question("replacing", Form.SCALE, 5),
    *(Question(one.value, Form.SCALE, 5, expectation=one.value) for one in Expectation),
    Question("cheaper_5", Form.CHOICE, 4),
    Question("cheaper_10", Form.CHOICE, 4),
    Question("price_rise", Form.SCALE, 5),
    Question("other_quotes", Form.NUMBER, lowest=0, most=999),
    Question("next_year", Form.CHOICE, 3),
    Question("rank", Form.NUMBER, lowest=1, most=99),
    Question("suppliers", Form.NUMBER, lowest=1, most=99),
    Question(RECOMMEND, Form.SCALE, 11, lowest=0),
    Question("whom", Form.WORDS, most=200),
    Question("ease", Form.SCALE, 5),
    Question("one_thing", Form.WORDS, most=1000),
)
BY_KEY = {question.key: question for question in QUESTIONS}
# Which of them the level model reads: every graded one.
GRADED: tuple[Question, ...] = tuple(one for one in QUESTIONS if one.form in (Form.CHOICE, Form.SCALE))
# Asked on one screen together, in this order: four minutes on a phone.
SCREENS: tuple[tuple[str, ...], ...] = (
    (ANCHOR, "replacing"),
    tuple(one.value for one in Expectation),
    ("cheaper_5", "cheaper_10", "price_rise", "other_quotes"),
    ("next_year", "rank", "suppliers"),
    (RECOMMEND, "whom", "ease", "one_thing"),
)
