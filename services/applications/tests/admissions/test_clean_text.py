"""Text as any database and page can keep it, as rules."""

from hypothesis import given
from hypothesis import strategies as st

from applications.admissions.clean_text import clean


@given(st.text())
def test_clean_text_is_one_line_that_any_database_can_keep(text):
    found = clean(text)
    found.encode()
    assert found == clean(found)
    assert "\n" not in found
    assert "\x00" not in found
