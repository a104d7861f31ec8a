"""One reader of registration numbers, for all sources."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_programme.registration_number import registration_number

WAYS = [
    "7012345",
    " 7012345 ",
    "GMC 701 2345",
    "GMC7012345",
    "GMC No. 7012345",
    "GMC no: 7012345",
    "gmc number 7012345",
    "GMC reference number: 7012345",
    "GMC ref. no. 7012345",
    "No. 7012345",
    "#7012345",
    "701-2345",
    "7012345.0",
    "7012345.00",
    "\uff17\uff10\uff11\uff12\uff13\uff14\uff15",
    "GMC\u00a0No.\u00a07012345",
    "7012345.",
]


@pytest.mark.parametrize("written", WAYS)
def test_however_it_is_written_it_is_the_same_number(written):
    assert registration_number(written) == "7012345"


@pytest.mark.parametrize(
    "written", ["N/A", "n/a.", "none", "None", "-", "Not applicable", "nil", " "]
)
def test_what_says_that_there_is_none_is_none(written):
    assert registration_number(written) is None


@pytest.mark.parametrize(
    "written", ["banana", "applied for", "7012345 or 7012346", "7012345 (provisional)", "70123O5"]
)
def test_what_is_no_number_is_kept_as_written(written):
    assert registration_number(written) == written


def test_digits_of_another_script_than_the_wide_ones_are_no_number():
    assert registration_number("\u0667\u0660\u0661") == "\u0667\u0660\u0661"


@given(st.text(max_size=40))
def test_reading_twice_changes_nothing(written):
    once = registration_number(written)
    assert once is None or registration_number(once) == once
