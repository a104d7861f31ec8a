"""Standard Webhooks: JSON signed with HMAC-SHA256 over `{id}.{timestamp}.{raw body}`.

Wraps the reference library, whose `verify` reads the wall clock and raises several kinds of
error on malformed input: here time is an argument and every failure is simply False.
See https://github.com/standard-webhooks/standard-webhooks, specification 1.0.
"""

import base64
import binascii
import hmac
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from standardwebhooks.webhooks import EmptyWebhookSecretError, Webhook

from applications.documents.given_file import NOT_ARRIVED, GivenFile, from_base64
from applications.intake.adapter import Delivery
from applications.intake.adapters.json_bodies import json_object

TOLERANCE = timedelta(minutes=5)
"""How far a timestamp may be from now, either way (the specification's recommendation)."""

MOST_SIGNATURES = 20
"""Signatures tried in one header: a sender in rotation sends two or three."""


class StandardWebhooks:
    """The adapter for our native form and for any script that signs in the standard way."""

    content_types = frozenset({"application/json"})
    signs = True

    def verified(self, delivery: Delivery, secrets: Sequence[str], now: datetime) -> bool:
        """Whether a live secret signed these bytes within the tolerance of now."""
        message_id = delivery.headers.get("webhook-id", "")
        stamp = delivery.headers.get("webhook-timestamp", "")
        sent = _signatures(delivery.headers.get("webhook-signature", ""))
        at = _moment(stamp)
        if not message_id or at is None or not sent or abs(now - at) > TOLERANCE:
            return False
        return any(_signed(secret, message_id, at, delivery.body, sent) for secret in secrets)

    def read(self, body: bytes, content_type: str) -> dict[str, Any]:
        """The JSON object in the body."""
        del content_type  # there is only one
        return json_object(body)

    def unfinished(self, payload: Mapping[str, Any]) -> str | None:
        """What this form posts is always a whole submission."""
        del payload
        return None

    def file(self, given: Any) -> GivenFile:
        """`{"name": ..., "content": "<base64>"}`, or `"url"` instead of `"content"`."""
        if not isinstance(given, dict):
            return GivenFile("", fault=NOT_ARRIVED)
        name = given.get("name")
        name = name if isinstance(name, str) else ""
        link = given.get("url")
        if given.get("content") is None and isinstance(link, str):
            return GivenFile(name, link=link)
        return from_base64(name, given.get("content"))


def _signed(secret: str, message_id: str, at: datetime, body: bytes, sent: list[bytes]) -> bool:
    try:
        # The library signs text; a body that is not UTF-8 cannot have been signed by it.
        expected = Webhook(secret).sign(message_id, at, body.decode())
        wanted = base64.b64decode(expected.removeprefix("v1,"))
    except (ValueError, EmptyWebhookSecretError):
        return False
    found = False
    for signature in sent:  # no early exit: the time taken tells nothing
        found |= hmac.compare_digest(wanted, signature)
    return found


def _signatures(header: str) -> list[bytes]:
    """The `v1` signatures of the header; whatever is malformed is left out."""
    found = []
    for part in header.split(" ")[:MOST_SIGNATURES]:
        version, _, encoded = part.partition(",")
        if version == "v1":
            try:
                found.append(base64.b64decode(encoded, validate=True))
            except (binascii.Error, ValueError):
                continue
    return found


def _moment(stamp: str) -> datetime | None:
    """A timestamp in whole seconds, written in the one way that is signed."""
    if not (stamp.isascii() and stamp.isdecimal()) or stamp != str(int(stamp[:12])):
        return None
    try:
        return datetime.fromtimestamp(int(stamp), UTC)
    except (OverflowError, OSError, ValueError):
        return None
