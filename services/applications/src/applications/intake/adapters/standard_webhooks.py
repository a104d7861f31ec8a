"""Standard Webhooks: JSON signed with HMAC-SHA256 over `{id}.{timestamp}.{raw body}`.

The reference library signs text alone, reads the wall clock and raises several kinds of error on
malformed input: here the bytes are taken as they came, whatever they are coded in, and time is an
argument. Tests hold it against the library.
See https://github.com/standard-webhooks/standard-webhooks, specification 1.0. Senders that run on
Svix name the same headers `svix-id`, `svix-timestamp` and `svix-signature`.
"""

import base64
import binascii
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from applications.documents.given_file import GivenFile, absent, from_base64, kind_of
from applications.intake.adapter import Signature
from applications.intake.adapters.given_files import first_of
from applications.intake.adapters.json_bodies import json_object

TOLERANCE = timedelta(minutes=5)
"""How far a timestamp may be from now, either way (the specification's recommendation)."""

KEY_PREFIX = "whsec_"
HEADERS = ("webhook", "svix")
"""How the names of the three headers begin, the standard's own first."""
MOST_SIGNATURES = 20
"""Signatures tried in one header: a sender in rotation sends two or three."""


class StandardWebhooks:
    """The adapter for our native form and for any script that signs in the standard way."""

    content_types = frozenset({"application/json"})
    signs = True

    def signature(self, headers: Mapping[str, str], now: datetime) -> Signature | None:
        """The signatures of `{id}.{timestamp}.{body}`, if they are within the tolerance of now."""
        named = next((one for one in HEADERS if f"{one}-signature" in headers), HEADERS[0])
        message_id, stamp, header = (
            headers.get(f"{named}-{part}", "") for part in ("id", "timestamp", "signature")
        )
        sent, at = _signatures(header), _moment(stamp)
        if not message_id or at is None or not sent or abs(now - at) > TOLERANCE:
            return None
        return Signature(tuple(sent), _key, f"{message_id}.{stamp}.".encode("latin-1", "replace"))

    def read(self, body: bytes, content_type: str) -> dict[str, Any]:
        """The JSON object in the body."""
        del content_type  # there is only one
        return json_object(body)

    def unfinished(self, payload: Mapping[str, Any]) -> str | None:
        """What this form posts is always a whole submission."""
        del payload
        return None

    def file(self, given: Any) -> GivenFile:
        """`{"name": ..., "content": "<base64>"}`, or `"url"` instead of `"content"`; or a list."""
        if isinstance(given, list):
            return first_of(given, self.file)
        if not isinstance(given, dict):
            return absent("", f"Expected an object with name and content, found {kind_of(given)}.")
        name = given.get("name")
        name = name if isinstance(name, str) else ""
        link = given.get("url")
        if given.get("content") is None and isinstance(link, str):
            return GivenFile(name, link=link)
        return from_base64(name, given.get("content"))


def _key(secret: str) -> bytes | None:
    """The bytes of a secret, which is base64 with or without its mark before it."""
    try:
        return base64.b64decode(secret.removeprefix(KEY_PREFIX)) or None
    except ValueError:
        return None


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
