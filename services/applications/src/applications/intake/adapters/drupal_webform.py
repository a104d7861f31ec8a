"""Drupal Webform's Remote Post handler: flat keys, URL-encoded or JSON; unsigned.

An upload `cv` is sent as its number, and as `_cv: {name, mime, data: base64, ...}`; a question
that takes several files as the list `_<key>`. Drafts and deletions are posted where the handler
has an address for them. See https://www.drupal.org/docs/contributed-modules/webform.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from applications.documents.given_file import GivenFile
from applications.intake.adapter import Signature
from applications.intake.adapters.form_bodies import URLENCODED, urlencoded
from applications.intake.adapters.given_files import given_file
from applications.intake.adapters.json_bodies import json_object

JSON = "application/json"
TRUE = frozenset({"1", "true"})
STATE = "state"
"""Custom data that the handler is told to send (see the service's README)."""


class DrupalWebform:
    """The adapter for Drupal Webform's Remote Post handler."""

    content_types = frozenset({URLENCODED, JSON})
    signs = False

    def signature(self, headers: Mapping[str, str], now: datetime) -> Signature | None:
        """The handler cannot sign: its secret is in the address or in a header."""
        del headers, now
        return None

    def read(self, body: bytes, content_type: str) -> dict[str, Any]:
        """The fields, with PHP's brackets as nesting."""
        if content_type.partition(";")[0].strip().lower() == JSON:
            return json_object(body)
        return urlencoded(body, content_type)

    def unfinished(self, payload: Mapping[str, Any]) -> str | None:
        """Drafts and deletions, told by the state or by `in_draft`."""
        state = str(payload.get(STATE, "")).strip().lower()
        if state == "deleted":
            return "The submission was deleted on the website. Ask the applicant what they want."
        if state.startswith("draft") or str(payload.get("in_draft", "")).lower() in TRUE:
            return "The applicant has only saved a draft on the website and not submitted it."
        return None

    def file(self, given: Any) -> GivenFile:
        """The object with base64 `data` that stands beside the upload's number."""
        return given_file(given)
