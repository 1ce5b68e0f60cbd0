import re

import pytest

from vitalfew.relationship.survey.questions import BY_KEY, QUESTIONS, SCREENS, Form
from vitalfew.relationship.survey.wording import LANGUAGES, en

PLACES = re.compile(r"\{(\w+)\}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_the_same_things_of_the_same_names(language):
    said = LANGUAGES[language]
    assert set(said) == set(en.WORDS)
    assert {key: set(PLACES.findall(text)) for key, text in said.items()} == {
        key: set(PLACES.findall(text)) for key, text in en.WORDS.items()
    }


@pytest.mark.parametrize("language", [name for name in LANGUAGES if name != "en"])
def test_nothing_was_left_in_english(language):
    same = {key for key, text in LANGUAGES[language].items() if text == en.WORDS[key]}
    assert same == set()


def test_every_question_is_worded_and_stands_on_one_screen():
    assert [key for screen in SCREENS for key in screen] == [question.key for question in QUESTIONS]
    assert {question.key for question in QUESTIONS} <= set(en.WORDS)


def test_every_choice_has_words_for_each_answer():
    for question in QUESTIONS:
        if question.form == Form.CHOICE:
            name = "cheaper" if question.key.startswith("cheaper") else question.key
            assert all(f"{name}_{step}" in en.WORDS for step in question.answers), question.key


def test_there_are_the_seventeen_questions_of_the_form():
    # Rank and number of suppliers are one question, and so are recommending and whom.
    assert len(BY_KEY) == 17 + 2
