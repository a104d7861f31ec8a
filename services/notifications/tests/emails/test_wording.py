"""Words in emails are plain, local and safe."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.emails.wording import (
    clean,
    greeting,
)


@given(st.text())
def test_cleaned_text_is_one_line_without_control_characters(text: str):
    cleaned = clean(text)
    assert cleaned == cleaned.strip()
    assert "\n" not in cleaned
    assert "\r" not in cleaned
    assert "\x00" not in cleaned


def test_direction_marks_that_reverse_text_are_removed():
    assert clean("Ada\u202e gro.live\u2066 \u200fOkafor") == "Ada gro.live Okafor"


def test_a_newline_cannot_start_a_header():
    assert clean("Ada\r\nBcc: everybody@example.org") == "Ada Bcc: everybody@example.org"


def test_names_in_any_script_stay_as_they_are():
    assert clean("  Siân  O'Brien-Nguyễn ") == "Siân O'Brien-Nguyễn"
    assert clean("محمد علی") == "محمد علی"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "Win at https://evil.example",
        "visit www.evil.org now",
        "evil.com",
        "a@b",
        "x" * 81,
    ],
)
def test_a_name_that_reads_like_an_advert_is_not_greeted(name: str):
    assert greeting(name) == "Hello"


@pytest.mark.parametrize("name", ["Dr Ada Okafor", "J.R. St.John-Smith", "Ng"])
def test_a_person_is_greeted_by_name(name: str):
    assert greeting(name) == f"Dear {name}"
