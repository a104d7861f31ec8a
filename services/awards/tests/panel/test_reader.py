"""Who a reader is on the panel hangs on their link or their address, and on no role."""

import pytest

from awards.panel.reader import panellists_who_are
from nextstep_messaging import Actor

from ..builders import a_panellist

ADA = a_panellist("j1", email="Ada@Panel.example")
BEN = a_panellist("j2")


@pytest.mark.parametrize(
    ("actor", "ids"),
    [
        (Actor("staff", "ada@panel.EXAMPLE"), {"j1"}),
        (Actor("staff", "ada+nhs@panel.example"), {"j1"}),
        (Actor("staff", "somebody@panel.example"), set()),
        (Actor("staff", "j1"), set()),
        (Actor("person", "j1"), {"j1"}),
        (Actor("person", "ada@panel.example"), set()),
    ],
)
def test_staff_are_known_by_their_address_and_people_by_their_link(actor, ids):
    assert panellists_who_are([ADA, BEN], [actor]) == ids


def test_an_erased_panellist_without_an_address_is_nobody():
    assert panellists_who_are([a_panellist(email="")], [Actor("staff", "")]) == frozenset()


def test_a_browser_with_a_link_beside_a_staff_session_is_both():
    people = [Actor("staff", "ola@example.org"), Actor("person", "j1")]
    assert panellists_who_are([ADA, BEN], people) == {"j1"}
