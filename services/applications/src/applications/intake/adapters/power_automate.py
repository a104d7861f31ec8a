"""Microsoft Forms through Power Automate: whatever JSON the flow's author builds; unsigned.

Answers are keyed `r<32 hex>`. Several choices, uploads and whatever object a flow puts between
quotes are *text that holds JSON*, which is opened here. An upload's own link is private to the
organisation, so the flow has to post the bytes: as base64 text, as `{"name", "content"}` or
`{"name", "contentBytes"}`, or as Power Automate's `{"$content-type", "$content"}`.
See https://learn.microsoft.com/en-us/connectors/microsoftforms/.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from applications.documents.given_file import GivenFile, absent
from applications.intake.adapter import Signature, UnreadableError
from applications.intake.adapters.given_files import given_file
from applications.intake.adapters.json_bodies import json_object, json_value

BRACKETS = {("[", "]"), ("{", "}")}


class PowerAutomate:
    """The adapter for flows that pass on the answers of a Microsoft form."""

    content_types = frozenset({"application/json"})
    signs = False

    def signature(self, headers: Mapping[str, str], now: datetime) -> Signature | None:
        """A flow does not sign: its secret is in a header or in the address."""
        del headers, now
        return None

    def read(self, body: bytes, content_type: str) -> dict[str, Any]:
        """The flow's object, with lists and objects that came as text opened."""
        del content_type  # there is only one
        opened = _opened(json_object(body))
        return opened if isinstance(opened, dict) else {}

    def unfinished(self, payload: Mapping[str, Any]) -> str | None:
        """A flow starts when the form is submitted."""
        del payload
        return None

    def file(self, given: Any) -> GivenFile:
        """The bytes that the flow posts; a link alone is one that only the organisation opens."""
        found = given_file(given)
        if found.link is None:
            return found
        linked = absent(
            found.name, "The flow sent a link; let it send what “Get file content” gives."
        )
        return replace(linked, others=found.others)


def _opened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _opened(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_opened(inner) for inner in value]
    if isinstance(value, str) and (value[:1], value.rstrip()[-1:]) in BRACKETS:
        try:
            return json_value(value)
        except UnreadableError:
            return value  # somebody wrote brackets
    return value
