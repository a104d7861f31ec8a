"""Signatures of our own form, as rules."""

import base64
import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from applications.intake.adapter import Delivery, UnreadableError
from applications.intake.adapters.standard_webhooks import StandardWebhooks

from ... import forms

NOW = datetime(2024, 8, 1, 10, tzinfo=UTC)
ADAPTER = StandardWebhooks()


def encoded(name: str) -> bytes:
    return json.dumps(forms.submission(name=name), ensure_ascii=False).encode()


def raw_signed(body: bytes, named: str = "webhook") -> dict[str, str]:
    return {
        f"{named}-id": "msg_1",
        f"{named}-timestamp": str(int(NOW.timestamp())),
        f"{named}-signature": forms.signature(body, NOW, "msg_1"),
    }


def test_the_tests_sign_as_the_library_of_standard_webhooks_does():
    text = "Zoë is no ASCII"
    theirs = Webhook(forms.SECRET).sign("msg_1", NOW.astimezone(UTC), text)
    assert forms.signature(text.encode(), NOW, "msg_1") == theirs


def verified(delivery, secrets, now):
    signature = ADAPTER.signature(delivery.headers, now)
    return signature is not None and signature.made_by(secrets, [delivery.body])


def test_a_secret_in_rotation_is_accepted_beside_the_old_one():
    new = "whsec_" + base64.b64encode(b"the next secret of this form").decode()
    body = forms.encoded(forms.submission())
    delivery = Delivery(body, forms.signed(body, NOW, secret=new))
    assert verified(delivery, [forms.SECRET, new], NOW)
    assert not verified(delivery, [forms.SECRET], NOW)
    assert not verified(delivery, ["whsec_", "not base64!", ""], NOW)
    assert not verified(delivery, [], NOW)


def test_several_signatures_in_one_header_are_all_looked_at():
    body = b"{}"
    headers = forms.signed(body, NOW)
    headers["webhook-signature"] = f"v2,x v1,AAAA {headers['webhook-signature']} v1,!"
    assert verified(Delivery(body, headers), [forms.SECRET], NOW)


@pytest.mark.parametrize(("seconds", "accepted"), [(300, True), (301, False), (-301, False)])
def test_the_tolerance_is_five_minutes_by_the_given_clock(seconds, accepted):
    delivery = Delivery(b"{}", forms.signed(b"{}", NOW))
    at = NOW + timedelta(seconds=seconds)
    assert verified(delivery, [forms.SECRET], at) is accepted


CODED = {
    "latin-1": encoded("Zoë").decode().encode("latin-1"),
    "utf-16": encoded("Zoë").decode().encode("utf-16"),
    "gzip": gzip.compress(encoded("Zoë")),
}


@pytest.mark.parametrize("coding", CODED)
@pytest.mark.parametrize("named", ["webhook", "svix"])
def test_the_bytes_are_verified_whatever_they_are_coded_in_and_however_headers_are_named(
    coding, named
):
    body = CODED[coding]
    headers = raw_signed(body, named=named)
    assert verified(Delivery(body, headers), [forms.SECRET], NOW)
    assert not verified(Delivery(body + b" ", headers), [forms.SECRET], NOW)


@given(st.text())
def test_text_is_signed_as_the_reference_library_signs_it(text):
    body = text.encode("utf-8", "replace")
    assert (
        raw_signed(body)["webhook-signature"]
        == forms.signed(body, NOW, message_id="msg_1")["webhook-signature"]
    )


@pytest.mark.parametrize(
    ("coding", "why"),
    [("latin-1", "The body is not in UTF-8."), ("gzip", "The body is compressed: ")],
)
def test_what_cannot_be_read_says_why(coding, why):
    with pytest.raises(UnreadableError, match=why):
        ADAPTER.read(CODED[coding], "application/json")


def test_json_in_utf_16_is_read():
    assert ADAPTER.read(CODED["utf-16"], "application/json")["name"] == "Zoë"


@given(
    st.binary(),
    st.dictionaries(
        st.sampled_from(["webhook-id", "webhook-timestamp", "webhook-signature"]),
        st.text(max_size=40),
    ),
)
def test_no_malformed_request_does_anything_but_fail_to_verify(body, headers):
    assert verified(Delivery(body, headers), [forms.SECRET], NOW) is False
