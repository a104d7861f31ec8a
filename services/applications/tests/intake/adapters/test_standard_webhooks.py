"""Signatures of our own form, as rules."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.intake.adapter import Delivery
from applications.intake.adapters.standard_webhooks import StandardWebhooks

from ... import forms

NOW = datetime(2024, 8, 1, 10, tzinfo=UTC)
ADAPTER = StandardWebhooks()


def test_a_secret_in_rotation_is_accepted_beside_the_old_one():
    new = "whsec_" + base64.b64encode(b"the next secret of this form").decode()
    body = forms.encoded(forms.submission())
    delivery = Delivery(body, forms.signed(body, NOW, secret=new))
    assert ADAPTER.verified(delivery, [forms.SECRET, new], NOW)
    assert not ADAPTER.verified(delivery, [forms.SECRET], NOW)
    assert not ADAPTER.verified(delivery, ["whsec_", "not base64!", ""], NOW)
    assert not ADAPTER.verified(delivery, [], NOW)


def test_several_signatures_in_one_header_are_all_looked_at():
    body = b"{}"
    headers = forms.signed(body, NOW)
    headers["webhook-signature"] = f"v2,x v1,AAAA {headers['webhook-signature']} v1,!"
    assert ADAPTER.verified(Delivery(body, headers), [forms.SECRET], NOW)


@pytest.mark.parametrize(("seconds", "accepted"), [(300, True), (301, False), (-301, False)])
def test_the_tolerance_is_five_minutes_by_the_given_clock(seconds, accepted):
    delivery = Delivery(b"{}", forms.signed(b"{}", NOW))
    at = NOW + timedelta(seconds=seconds)
    assert ADAPTER.verified(delivery, [forms.SECRET], at) is accepted


@given(
    st.binary(),
    st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]),
        st.text(max_size=40),
    ),
)
def test_no_malformed_request_does_anything_but_fail_to_verify(body, headers):
    assert ADAPTER.verified(Delivery(body, headers), [forms.SECRET], NOW) is False
