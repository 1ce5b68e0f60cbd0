"""No cell of ours can run as a formula."""

import csv
import io

import pytest
import python_calamine
from hypothesis import given
from hypothesis import strategies as st

from vitalfew.ground import sheets


@pytest.mark.parametrize(
    "text", ["=1+1", "+cmd", "@SUM(A1)", "-2+3", "\t=1", " =1", "\u00a0=1", "＝1+1", "\x00=1", "\ufeff=1"]
)
def test_what_could_run_gets_an_apostrophe(text):
    assert sheets.guarded(text) == "'" + text


@pytest.mark.parametrize("text", ["-5", "+44", "-1,234.50", "Ann", "1=1", ""])
def test_plain_numbers_and_words_stay(text):
    assert sheets.guarded(text) == text


@given(st.lists(st.text(st.characters(blacklist_categories=["Cs", "Cc"])), min_size=1, max_size=4))
def test_texts_come_back_from_a_workbook_as_they_were(texts):
    made = sheets.xlsx(["column"] * len(texts), [texts])
    found = (
        python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(made))
        .get_sheet_by_index(0)
        .to_python(skip_empty_area=False)
    )
    assert found[1:] == ([texts] if any(texts) else [["" for _ in texts]]) or not any(texts)


def test_a_csv_comes_back_as_it_was_but_for_guards():
    file = io.StringIO()
    sheets.write_csv(file, ["name", "net"], [['Ann, "Ltd"', 5], ["=evil", None]])
    assert list(csv.reader(io.StringIO(file.getvalue()))) == [["name", "net"], ['Ann, "Ltd"', "5"], ["'=evil", ""]]
