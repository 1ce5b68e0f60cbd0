"""Reading a filled form: each answer checked against its question, left out where it was left empty."""

from __future__ import annotations

from collections.abc import Mapping

from vitalfew.ground.errors import Refusal
from vitalfew.relationship.survey.questions import QUESTIONS, Form, Question

type Answers = dict[str, int | str]


class AnswersRefused(Refusal):
    """An answer does not fit its question. Nothing was kept: the form still holds what you wrote."""

    def __init__(self, sentence: str, *, question: str) -> None:
        super().__init__(sentence)
        self.question = question


def read_answers(raw: Mapping[str, str]) -> Answers:
    """The answers by question; what is no question is left aside. Raises AnswersRefused, naming the question.

    At least one question must be answered, and a rank among suppliers cannot be beyond their number.
    """
    found = {question.key: _read(question, raw.get(question.key, "").strip()) for question in QUESTIONS}
    answers: Answers = {key: value for key, value in found.items() if value is not None}
    if not answers:
        raise AnswersRefused("Not one question is answered. Nothing was kept.", question=QUESTIONS[0].key)
    rank, suppliers = answers.get("rank"), answers.get("suppliers")
    if isinstance(rank, int) and isinstance(suppliers, int) and rank > suppliers:
        raise AnswersRefused(
            f"A rank of {rank} among {suppliers} suppliers cannot be. Nothing was kept.", question="rank"
        )
    return answers


def _read(question: Question, text: str) -> int | str | None:
    if not text:
        return None
    if question.form == Form.WORDS:
        return text[: question.most]
    allowed = question.answers if question.steps else range(question.lowest, question.most + 1)
    if not (text.isascii() and text.isdigit() and len(text) <= 4 and int(text) in allowed):
        raise AnswersRefused(
            f"“{text[:40]}” is no answer from {allowed[0]} to {allowed[-1]}. Nothing was kept.", question=question.key
        )
    return int(text)
