"""What ends the links that somebody was sent before."""

import pytest

from applications.admissions.access import ended_by

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
