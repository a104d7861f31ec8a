"""Who said what: what the broker vouches for, and what is believed of it."""

from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import Envelope
from nextstep_contracts.catalogue import SERVICES
from nextstep_messaging.bus.sender import SENDER, objection, proven_sender

from ..builders import START

services = st.sampled_from(SERVICES)
users = st.none() | services | st.sampled_from(["operator", "nextstep", "guest", ""])
headers = st.fixed_dictionaries({}, optional={SENDER: st.just("") | services})


def said(source: str, kind: str | None = None) -> Envelope:
    return Envelope(
        id=uuid4(),
        source=source,
        type=kind or f"{source}.PersonErased.v1",
        time=START,
        subject="p1",
        correlation_id=uuid4(),
    )


@given(services, users, headers)
def test_what_another_publishes_it_says_itself_whatever_it_writes(service, user, written):
    if user != service:
        expected = user if user in SERVICES else None
        assert proven_sender(service, user, written) == expected


@given(services, services)
def test_what_a_service_sends_to_itself_was_said_by_whom_it_found(service, sender):
    assert proven_sender(service, service, {SENDER: sender}) == sender
    assert proven_sender(service, service, {SENDER: ""}) is None
    assert proven_sender(service, service, {}) == service


@given(services, users, headers, services)
def test_nobody_is_believed_in_the_name_of_another(service, user, written, source):
    """Whatever the message says, an event is believed as its publisher's alone."""
    sender = proven_sender(service, user, written)
    why = objection(said(source), sender, user, required=True)
    by_itself = user == service and written.get(SENDER, service) == source
    assert (why == "") == (by_itself or (user == source != service))


@given(services, users, services)
def test_without_demand_nothing_but_a_lie_is_objected_to(service, user, source):
    sender = proven_sender(service, user, {})
    why = objection(said(source), sender, user, required=False)
    assert (why == "") == (sender in (None, source))


@pytest.mark.parametrize(
    ("sender", "user", "why"),
    [
        ("awards", "awards", "published by awards in the name of applications"),
        (
            None,
            "guest",
            "applications is not proven to have sent it: published by the user 'guest'",
        ),
        (
            None,
            None,
            (
                "applications is not proven to have sent it: "
                "published by nobody that the broker would name"
            ),
        ),
    ],
)
def test_the_reason_names_who_published_it(sender, user, why):
    assert objection(said("applications"), sender, user, required=True) == why


@pytest.mark.parametrize("required", [True, False])
def test_source_and_type_must_name_the_same_publisher(required):
    event = said("awards", "applications.PlaceAccepted.v1")
    why = objection(event, "awards", "awards", required=required)
    assert why == "its source is 'awards', but it is an event of 'applications'"
