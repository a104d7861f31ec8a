"""Formstack: URL-encoded (the default) or JSON; the key of an answer is its label or field id.

The submission's id is `UniqueID`. Two questions with one label: both answers are kept, as a list,
where Formstack sends both. What a question of several parts (a name) was answered arrives as
lines of text, `first = Ada` and `last = Okafor`, unless the webhook is set to send sub-fields
apart; with field types an answer is `value = ...` and `field_type = ...`. All are read.
See https://developers.formstack.com/docs/webhook-setup.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from applications.documents.given_file import GivenFile
from applications.intake.adapter import Signature
from applications.intake.adapters.form_bodies import URLENCODED, urlencoded
from applications.intake.adapters.given_files import given_file
from applications.intake.adapters.json_bodies import json_object
from applications.intake.adapters.signatures import from_hex, sha256_signature
from nextstep_documents.clean_text import LONGEST

JSON = "application/json"


_VALUE = re.compile(r"value = ?(.*)", re.DOTALL)
_TYPE = re.compile(r"field_type = ?[\w\- ]*")
_LINE = re.compile(r"(\w+) = ?(.*)")
"""Of texts without blanks around them, so that no two parts of a pattern can share any."""
_NAME = frozenset({"prefix", "first", "middle", "initial", "last", "suffix"})
_LONGEST: Final = 20 * LONGEST
"""Characters from which a text is a file, and no answer in parts."""


def _parts(value: Any) -> Any:
    """An answer without its type, and a name that is written in lines as its parts."""
    if isinstance(value, list):
        return [_parts(one) for one in value]
    if isinstance(value, dict) and value.keys() == {"value", "field_type"}:
        return _parts(value["value"])
    if not isinstance(value, str) or " =" not in value[:LONGEST] or len(value) > _LONGEST:
        return value
    before, _, last = value.strip().rpartition("\n")
    typed = _VALUE.fullmatch(before.strip())
    if typed and _TYPE.fullmatch(last.strip()):
        return _parts(typed.group(1).strip())
    lines = [_LINE.fullmatch(line.strip()) for line in value.splitlines() if line.strip()]
    parts = {line.group(1): line.group(2) for line in lines if line}
    named = len(parts) == len(lines) and {"first", "last"} <= parts.keys() <= _NAME
    return parts if named else value


class Formstack:
    """The adapter for Formstack's webhooks."""

    content_types = frozenset({URLENCODED, JSON})
    signs = True

    def signature(self, headers: Mapping[str, str], now: datetime) -> Signature | None:
        """Hexadecimal HMAC-SHA256 of the raw body in `X-FS-Signature`; it sends no time."""
        del now
        return sha256_signature(headers.get("x-fs-signature", ""), from_hex)

    def read(self, body: bytes, content_type: str) -> dict[str, Any]:
        """The fields, with answers of several lines as the parts that they name."""
        if content_type.partition(";")[0].strip().lower() == JSON:
            found = json_object(body)
        else:
            found = urlencoded(body, content_type)
        return {key: _parts(value) for key, value in found.items()}

    def unfinished(self, payload: Mapping[str, Any]) -> str | None:
        """Formstack posts nothing before the applicant submits."""
        del payload
        return None

    def file(self, given: Any) -> GivenFile:
        """A link or base64, as the webhook is set to send files."""
        return given_file(given)
