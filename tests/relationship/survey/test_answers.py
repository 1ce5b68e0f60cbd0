import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitalfew.relationship.survey.answers import AnswersRefused, read_answers
from vitalfew.relationship.survey.questions import BY_KEY, QUESTIONS, Form


def test_answers_are_numbers_and_words_and_what_is_left_out_is_not_there():
    raw = {"sentence": "3", "recommend": "0", "whom": " Gus of Hotel Bay ", "rank": "2", "suppliers": "5", "value": ""}
    assert read_answers(raw) == {
        "sentence": 3,
        "recommend": 0,
        "whom": "Gus of Hotel Bay",
        "rank": 2,
        "suppliers": 5,
    }


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("sentence", "0"), ("sentence", "5"), ("sentence", "three"), ("sentence", "٣"), ("sentence", "-1"), ("sentence", "1.0"),
        ("recommend", "11"), ("rank", "0"), ("suppliers", "100"), ("other_quotes", "1000"), ("other_quotes", "9" * 4000), ("ease", "²"),
    ],
)  # fmt: skip
def test_an_answer_outside_its_question_is_refused_and_the_question_named(key, text):
    with pytest.raises(AnswersRefused, match="Nothing was kept") as refused:
        read_answers({"value": "3", key: text})
    assert refused.value.question == key


def test_an_empty_form_is_refused():
    with pytest.raises(AnswersRefused, match="Not one question"):
        read_answers({"sentence": " ", "colour": "red"})


def test_a_rank_beyond_the_number_of_suppliers_is_refused():
    with pytest.raises(AnswersRefused, match="rank of 4 among 3") as refused:
        read_answers({"rank": "4", "suppliers": "3"})
    assert refused.value.question == "rank"


@given(st.dictionaries(st.sampled_from([*BY_KEY, "other"]), st.text(max_size=30)))
def test_whatever_comes_is_read_or_refused_by_name(raw):
    try:
        answers = read_answers(raw)
    except AnswersRefused as refused:
        assert refused.question in BY_KEY
    else:
        assert set(answers) <= set(BY_KEY)
        graded = [one for one in QUESTIONS if one.steps and one.key in answers]
        assert all(answers[one.key] in one.answers for one in graded)
        assert all(isinstance(answers[key], str) for key in answers if BY_KEY[key].form == Form.WORDS)
