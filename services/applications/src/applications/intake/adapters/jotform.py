"""Jotform: a multipart form whose field `rawRequest` holds the answers as JSON text; unsigned.

Answers are under `rawRequest.q<number>_<name>`; the submission's id is `submissionID`. Uploads are
lists of https links; files that come as parts of the body are taken too. `pretty`, which loses
answers, is kept but never read. See https://api.jotform.com/docs/.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from applications.documents.given_file import GivenFile
from applications.intake.adapter import Signature, UnreadableError
from applications.intake.adapters.form_bodies import (
    MULTIPART,
    URLENCODED,
    multipart,
    urlencoded,
)
from applications.intake.adapters.given_files import given_file
from applications.intake.adapters.json_bodies import json_object


class Jotform:
    """The adapter for Jotform's webhooks."""

    content_types = frozenset({MULTIPART, URLENCODED})
    signs = False

    def signature(self, headers: Mapping[str, str], now: datetime) -> Signature | None:
        """Jotform cannot sign: its secret is in the address."""
        del headers, now
        return None

    def read(self, body: bytes, content_type: str) -> dict[str, Any]:
        """The form's fields, with `rawRequest` as the answers that it holds."""
        is_multipart = content_type.lower().lstrip().startswith(MULTIPART)
        found = multipart(body, content_type) if is_multipart else urlencoded(body, content_type)
        raw = found.get("rawRequest")
        if not isinstance(raw, str):
            raise UnreadableError("This is not what Jotform posts: it has no rawRequest.")
        # Jotform repeats the address that it posts to, which ends with the secret.
        found.pop("webhookURL", None)
        return found | {"rawRequest": json_object(raw, "The rawRequest")}

    def unfinished(self, payload: Mapping[str, Any]) -> str | None:
        """Jotform posts nothing before the applicant submits."""
        del payload
        return None

    def file(self, given: Any) -> GivenFile:
        """A list of links, of which the first counts, or a part of the body."""
        return given_file(given)
