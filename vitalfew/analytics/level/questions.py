"""The questions of a survey: their answers from lowest to highest, and what a column of answers says in these terms."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from vitalfew.analytics.level.grid import LEVELS
from vitalfew.analytics.refusals import NotAColumn, NotAlike, OutOfOrder

Ints = NDArray[np.int64]

SIDES = ("", "price", "loyalty")


@dataclass(frozen=True, slots=True)
class Question:
    """A question whose answers can be put in order, from the one that speaks for the lowest level upwards.

    Either `words`, the answers in that order, or `steps`, the lowest number of each answer but the first: a scale of
    1 to 5 has steps (2, 3, 4, 5), a count of other quotes that is banded 0, 1, 2 to 3, 4 and more has (1, 2, 4).
    `falls` where a larger number speaks for a lower level. `side` says what it is about, "price" or "loyalty", where
    it is about one of them. `anchor` marks the one question with four answers that defines the levels, `detractor`
    (of a question without `falls`) that the first so many answers are those of a detractor.
    """

    name: str
    words: tuple[str, ...] = ()
    steps: tuple[float, ...] = ()
    falls: bool = False
    side: str = ""
    anchor: bool = False
    detractor: int = 0

    @property
    def answers(self) -> int:
        return len(self.words) or len(self.steps) + 1

    def graded(self, *, column: pa.ChunkedArray) -> Ints:
        """The place of each answer, 0 for the lowest; -1 where there is none. Raises NotAColumn for unknown answers."""
        if self.words:
            return self._worded(column)
        try:
            values = pc.cast(column, pa.float64(), safe=False).to_numpy()
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
            raise NotAColumn(f"The column {self.name} holds {column.type}, and numbers are needed.") from error
        place = np.searchsorted(self.steps, values, side="right")
        return np.where(np.isnan(values), -1, len(self.steps) - place if self.falls else place)

    def _worded(self, column: pa.ChunkedArray) -> Ints:
        column = pc.cast(column, pa.string())
        place = pc.index_in(column, pa.array(self.words, pa.string()))
        strange = pc.filter(column, pc.and_(pc.is_null(place), pc.is_valid(column)))
        if len(strange):
            raise NotAColumn(
                f"The column {self.name} holds the answer {strange[0].as_py()!r}, which is none of "
                f"{', '.join(self.words)}: mend it or name it among the words."
            )
        found: Ints = pc.fill_null(place, -1).to_numpy().astype(np.int64)
        return np.where((found >= 0) & self.falls, self.answers - 1 - found, found)


ANCHOR = Question("level", steps=(2.0, 3.0, 4.0), anchor=True)


def check_questions(questions: tuple[Question, ...]) -> int:
    """The place of the anchor question. Raises NotAlike or OutOfOrder where the questions cannot be used."""
    anchors = [place for place, question in enumerate(questions) if question.anchor]
    if len(anchors) != 1 or questions[anchors[0]].answers != LEVELS:
        raise NotAlike(
            f"Exactly one question with {LEVELS} answers must define the levels, and {len(anchors)} are marked as anchor:"
            " mark the question which sentence fits best."
        )
    for question in questions:
        if question.answers < 2 or (question.words and question.steps) or question.side not in SIDES:
            raise NotAlike(
                f"The question {question.name} needs two answers or more, either as words or as steps, and the side"
                f" {' or '.join(repr(side) for side in SIDES)}."
            )
        if any(low >= high for low, high in zip(question.steps, question.steps[1:], strict=False)):
            raise OutOfOrder(f"The steps of the question {question.name} must rise: give them from low to high.")
    return anchors[0]
