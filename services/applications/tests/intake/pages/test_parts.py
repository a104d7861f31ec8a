"""How a receipt is shown, as rules."""

from hypothesis import given
from hypothesis import strategies as st

from applications.intake.pages.parts import MOST_SHOWN, shortened

ANSWERS = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=20)),
    lambda inner: st.one_of(st.lists(inner), st.dictionaries(st.text(max_size=5), inner)),
)


@given(ANSWERS)
def test_what_a_form_sends_is_shown_as_it_is(payload):
    assert shortened(payload) == payload


def test_of_millions_of_values_the_first_are_shown_and_how_many_more():
    shown = shortened({"a": [0] * 200_000, "b": {str(n): n for n in range(200_000)}, "c": "x"})
    assert shown["a"][-1] == f"… ({200_000 - len(shown['a']) + 1:,} more)"
    assert len(shown["a"]) == MOST_SHOWN
    assert shown["…"] == "(2 more)"
    assert shortened("x" * 301) == "x" * 60 + "… (301 characters)"
