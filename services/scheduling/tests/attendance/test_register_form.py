"""What the form of a register says, whoever sends it."""

import pytest

from scheduling.attendance.pages.register import _filled


@pytest.mark.parametrize(
    ("sent", "seen"),
    [("3", 3), ("", None), ("\N{SUPERSCRIPT TWO}", None), ("5" * 5000, None), ("-1", None)],
)
def test_the_saving_that_a_form_was_made_from_is_a_number_or_none(sent, seen):
    assert _filled({"seen": sent}).seen == seen
