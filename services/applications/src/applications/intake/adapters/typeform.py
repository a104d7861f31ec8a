"""Typeform: JSON, signed if the webhook has a secret; answers keyed by the question's id.

The order of answers means nothing and an unanswered question has none. Text is under
`form_response.answers.<field id>` (or `<ref>`), whatever kind of question it answers. See
https://www.typeform.com/developers/webhooks/example-payload/ and .../secure-your-webhooks/.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from applications.documents.given_file import GivenFile
from applications.intake.adapter import Signature, UnreadableError
from applications.intake.adapters.given_files import given_file
from applications.intake.adapters.json_bodies import add, json_object
from applications.intake.adapters.signatures import from_base64, sha256_signature

WHOLE = "form_response"
"""The type of event that a completed form is; anything else was left in the middle."""


class Typeform:
    """The adapter for Typeform's webhooks."""

    content_types = frozenset({"application/json"})
    signs = True

    def signature(self, headers: Mapping[str, str], now: datetime) -> Signature | None:
        """Base64 HMAC-SHA256 of the raw body in `Typeform-Signature`; it sends no time."""
        del now
        return sha256_signature(headers.get("typeform-signature", ""), from_base64)

    def read(self, body: bytes, content_type: str) -> dict[str, Any]:
        """The event, with the list of answers as one object by question."""
        del content_type  # there is only one
        found = json_object(body)
        response = found.get("form_response")
        if not isinstance(response, dict):
            raise UnreadableError("This is not what Typeform posts: it has no form_response.")
        given = response.get("answers")
        answers = given if isinstance(given, list) else []
        definition = response.get("definition")
        kept = {key: value for key, value in response.items() if key != "definition"}
        # The questions in the applicant's language, for whoever corrects the map.
        kept["questions"] = _titles(definition if isinstance(definition, dict) else {})
        return found | {"form_response": kept | {"answers": _by_question(answers)}}

    def unfinished(self, payload: Mapping[str, Any]) -> str | None:
        """A form that was left in the middle is posted too, if the account asks for it."""
        if payload.get("event_type", WHOLE) == WHOLE:
            return None
        return "The applicant has not completed the form: this is what was filled in so far."

    def file(self, given: Any) -> GivenFile:
        """A link, under Typeform's own host."""
        return given_file(given)


def _by_question(answers: list[Any]) -> dict[str, Any]:
    by_ref: dict[str, Any] = {}
    by_id: dict[str, Any] = {}
    for answer in answers:
        if not isinstance(answer, dict):
            continue
        field = answer.get("field")
        about = field if isinstance(field, dict) else {}
        for holder, key in ((by_ref, about.get("ref")), (by_id, about.get("id"))):
            if isinstance(key, str) and key:
                add(holder, key, _value(answer))
    return by_ref | by_id  # an author may choose the id of one question as the name of another


def _value(answer: dict[str, Any]) -> Any:
    """What was answered, out of the wrapping that each kind of question has."""
    kind = answer.get("type")
    value = answer.get(kind) if isinstance(kind, str) else None
    if not isinstance(value, dict):
        return value
    if kind == "choice":
        return value.get("label") or value.get("other")
    if kind == "choices":
        labels = value.get("labels")
        other = value.get("other")
        return [*(labels if isinstance(labels, list) else []), *([other] if other else [])]
    return value


def _titles(definition: dict[str, Any]) -> dict[str, Any]:
    fields = definition.get("fields")
    return {
        field["id"]: field.get("title")
        for field in (fields if isinstance(fields, list) else [])
        if isinstance(field, dict) and isinstance(field.get("id"), str)
    }
