"""Text as any database and page can keep it, as rules."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from nextstep_documents.clean_text import clean, normal_form
from nextstep_documents.inspection import LONGEST_NAME, safe_name

PILED = "a" + "\u0301\u0323" * 3_000_000
"""Six million marks upon one letter: a normal form of it would take hours."""


@given(st.text())
def test_clean_text_is_one_line_that_any_database_can_keep(text):
    found = clean(text)
    found.encode()
    assert found == clean(found)
    assert "\n" not in found
    assert "\x00" not in found


@given(st.text())
def test_the_normal_form_is_the_usual_one(text):
    assert normal_form(text) == unicodedata.normalize("NFC", text)


def test_marks_piled_upon_a_letter_are_left_out_beyond_those_of_any_script():
    assert normal_form("e\u0301" + "\u0301" * 29 + "x") == "\u00e9" + "\u0301" * 29 + "x"
    assert len(clean(PILED)) < 40
    assert len(clean("\u0f73" * 1_000_000)) < 100


def test_a_name_of_megabytes_is_cut_before_it_is_cleaned():
    assert len(safe_name(PILED, "cv", None)) <= LONGEST_NAME
    assert safe_name("a/" * 5_000_000 + "CV.pdf", "cv", "application/pdf") == "CV.pdf"
