"""What ends the links that somebody was sent before, and who is told of another address."""

import pytest

from applications.admissions.access import ended_by
from applications.admissions.outcome import Outcome
from applications.admissions.settling import told_amended
from applications.admissions.store import ledger_of

from ..builders import IN_TIME, cohort
from ..reviewing import application


@pytest.mark.parametrize(
    ("after", "why"),
    [
        ({}, None),
        ({"email": "New@Example.org"}, "address_changed"),
        ({"email": "AMARA.OKAFOR@example.org"}, None),
        ({"state": "withdrawn"}, "withdrawn"),
        ({"state": "accepted"}, None),
        ({"erased": True, "email": ""}, None),
    ],
)
def test_what_ends_the_links_from_before(after, why):
    facts = dict(after)
    before = application(1, email="amara.okafor@example.org")
    email = facts.pop("email", before.answers.email)
    answers = before.answers.model_copy(update={"email": email})
    assert ended_by(before, before.model_copy(update={"answers": answers, **facts})) == why


def test_who_has_withdrawn_already_is_not_shut_out_again():
    gone = application(1).model_copy(update={"state": "withdrawn"})
    assert ended_by(gone, gone) is None


@pytest.mark.parametrize(("state", "fellow"), [("accepted", True), ("offered", False)])
def test_another_address_is_told_as_a_fellows_once_the_place_is_accepted(state, fellow):
    held, year = application(1, state=state, email="new@example.org"), cohort()
    so_far = Outcome(held, ledger_of(None, year), year, IN_TIME)
    (said,) = told_amended(so_far, ("email",), {}).events
    assert (said.of_a_fellow, said.person.email) == (fellow, "new@example.org")
