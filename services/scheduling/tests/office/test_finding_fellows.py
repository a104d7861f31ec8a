"""Whom the list of Fellows shows."""

import pytest

from scheduling.fellows.who_is_a_fellow import withdraw
from scheduling.office.pages.fellows import asked_for

from ..builders import fellow, withdrawn

HERE = fellow(1)
LEFT = withdraw(fellow(2), withdrawn(2))


@pytest.mark.parametrize(
    ("who", "typed", "shown"),
    [
        ("", "", [HERE]),
        ("left", "", [LEFT]),
        ("all", "", [HERE, LEFT]),
        ("", "fellow", [HERE, LEFT]),
        ("", "Dr Fellow 02", [LEFT]),
        ("left", "ellow", [LEFT]),
        ("left", "01", []),
    ],
)
def test_somebody_who_withdrew_is_found_by_name(who, typed, shown):
    assert [one for one in (HERE, LEFT) if asked_for(one, who, typed)] == shown


def test_somebody_is_found_by_whatever_the_employer_is_called():
    called = ("Norfolk and Norwich", "NNUH")
    assert asked_for(HERE, "", "nnuh", called)
    assert not asked_for(HERE, "", "papworth", called)
