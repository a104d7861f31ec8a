"""Formstack: URL-encoded (the default) or JSON; the key of an answer is its label or field id.

The submission's id is `UniqueID`. Two questions with one label: both answers are kept, as a list,
where Formstack sends both. See https://developers.formstack.com/docs/webhook-setup.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from applications.documents.given_file import GivenFile
from applications.intake.adapter import Delivery
from applications.intake.adapters.form_bodies import URLENCODED, urlencoded
from applications.intake.adapters.given_files import given_file
from applications.intake.adapters.json_bodies import json_object
from applications.intake.adapters.signatures import from_hex, signed

JSON = "application/json"


class Formstack:
    """The adapter for Formstack's webhooks."""

    content_types = frozenset({URLENCODED, JSON})
    signs = True

    def verified(self, delivery: Delivery, secrets: Sequence[str], now: datetime) -> bool:
        """Hexadecimal HMAC-SHA256 of the raw body in `X-FS-Signature`; it sends no time."""
        del now
        header = delivery.headers.get("x-fs-signature", "")
        return signed(header, delivery.body, secrets, from_hex)

    def read(self, body: bytes, content_type: str) -> dict[str, Any]:
        """The fields as they are."""
        if content_type.partition(";")[0].strip().lower() == JSON:
            return json_object(body)
        return urlencoded(body, content_type)

    def unfinished(self, payload: Mapping[str, Any]) -> str | None:
        """Formstack posts nothing before the applicant submits."""
        del payload
        return None

    def file(self, given: Any) -> GivenFile:
        """A link or base64, as the webhook is set to send files."""
        return given_file(given)
