"""The forms of other products, each posting in its vendor's real shape.

Typeform's uploads are links that only Typeform could serve, so its form asks for no documents:
whoever comes that way sends them from their own page.
"""

import base64
import hashlib
import hmac
import json
import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import NAMESPACE_URL, uuid4, uuid5

from nextstep_local.demo.form import Request, WebForm
from nextstep_local.demo.specialties import REGION


class TypeformForm(WebForm):
    """Signed JSON; answers by the question's id; a question that was skipped has no answer."""

    source = "typeform"

    def request(self, submission: dict[str, Any], now: datetime) -> Request:
        """The event of a completed form."""
        first, _, last = submission["name"].partition(" ")
        named = submission | {"first_name": first, "last_name": last}
        answers = [
            _answer(named[key], kind, question)
            for key, (kind, question) in TYPEFORM_QUESTIONS.items()
            if named.get(key) not in (None, "")
        ]
        event = {
            "event_id": str(uuid5(NAMESPACE_URL, submission["submission_id"])),
            "event_type": "form_response",
            "form_response": {
                "form_id": "lT4Z3j",
                "token": submission["submission_id"],
                "submitted_at": now.isoformat(),
                "definition": {"id": "lT4Z3j", "title": "Next Step Fellows", "fields": []},
                "answers": answers,
            },
        }
        body = json.dumps(event).encode()
        digest = hmac.new(self.secret.encode(), body, hashlib.sha256).digest()
        signature = f"sha256={base64.b64encode(digest).decode()}"
        headers = {"content-type": "application/json", "typeform-signature": signature}
        return Request(self.url, body, headers)


TYPEFORM_QUESTIONS = {
    "first_name": ("text", "tfFirstName1"),
    "last_name": ("text", "tfLastName02"),
    "email": ("email", "tfEmail00003"),
    "gmc_number": ("text", "tfGmc0000004"),
    "gdc_number": ("text", "tfGdc0000005"),
    "discipline": ("choice", "tfDiscipl006"),
    "specialty": ("text", "tfSpecialt07"),
    "region": ("choice", "tfRegion0008"),
    "deanery": ("choice", "tfDeanery009"),
    "trust": ("choice", "tfTrust00010"),
    "training_grade": ("choice", "tfGrade00011"),
    "ntn": ("text", "tfNtn0000012"),
    "cct_date": ("date", "tfCctDate013"),
    "ltft_percentage": ("text", "tfPercent014"),
    "in_training_on": ("boolean", "tfTraining15"),
}


def _answer(value: Any, kind: str, question: str) -> dict[str, Any]:
    worded: Any = value
    if kind == "choice":
        worded = {"id": question[::-1], "label": value, "ref": value}
    elif kind == "date":
        worded = _day(value).isoformat()
    elif kind == "boolean":
        worded = value == "yes"
    return {"type": kind, kind: worded, "field": {"id": question, "type": kind, "ref": question}}


class JotformForm(WebForm):
    """Multipart; the answers are JSON text in `rawRequest`; the secret ends the address."""

    source = "jotform"

    def request(self, submission: dict[str, Any], now: datetime) -> Request:
        """The fields, and the uploads as parts."""
        del now
        fields = {
            "formID": "242145678901234",
            "submissionID": submission["submission_id"],
            "formTitle": "Next Step Fellows",
            "pretty": f"Full name:{submission['name']}",
            "rawRequest": json.dumps(_jotform_answers(submission)),
        }
        boundary = f"------------------------{uuid4().hex[:16]}"
        parts = [_part(boundary, key, value.encode()) for key, value in fields.items()]
        for key, file in submission["documents"].items():
            content = base64.b64decode(file["content"])
            parts.append(_part(boundary, JOTFORM_FILES[key], content, file["name"]))
        body = b"".join(parts) + f"--{boundary}--\r\n".encode()
        headers = {"content-type": f"multipart/form-data; boundary={boundary}"}
        return Request(f"{self.url}?{urlencode({'token': self.secret})}", body, headers)


JOTFORM_FILES = {
    "cv": "q17_cv",
    "statement_1": "q18_statements[0]",
    "statement_2": "q18_statements[1]",
}


def _jotform_answers(submission: dict[str, Any]) -> dict[str, Any]:
    first, _, last = submission["name"].partition(" ")
    day = _day(submission["cct_date"])
    region = submission["region"]
    return {
        "q3_fullName": {"first": first, "last": last},
        "q4_email": submission["email"],
        "q5_gmcNumber": submission.get("gmc_number", ""),
        "q6_gdcNumber": submission.get("gdc_number", ""),
        "q7_discipline": submission["discipline"],
        "q8_specialty": submission["specialty"],
        "q9_region": ["EoE" if region == REGION else region],
        "q10_deanery": submission["deanery"],
        "q11_trust": submission["trust"],
        "q12_grade": submission["training_grade"],
        "q13_ntn": submission["ntn"],
        "q14_cctDate": {"day": f"{day:%d}", "month": f"{day:%m}", "year": f"{day:%Y}"},
        "q15_percentage": submission["ltft_percentage"],
        "q16_inTraining": submission["in_training_on"].title(),
    }


def _part(boundary: str, key: str, content: bytes, file_name: str | None = None) -> bytes:
    head = f'Content-Disposition: form-data; name="{key}"'
    if file_name is not None:
        # As browsers write what would end the name early (WHATWG, multipart/form-data).
        safe = file_name.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A")
        head += f'; filename="{safe}"\r\nContent-Type: application/octet-stream'
    return f"--{boundary}\r\n{head}\r\n\r\n".encode() + content + b"\r\n"


class DrupalForm(WebForm):
    """URL-encoded by PHP; uploads as base64 beside their numbers; the secret ends the address."""

    source = "drupal"

    def request(self, submission: dict[str, Any], now: datetime) -> Request:
        """A completed submission, as the Remote Post handler sends it."""
        flat = {
            "uuid": submission["submission_id"],
            "completed": str(int(now.timestamp())),
            "in_draft": "0",
            **{key: value for key, value in submission.items() if key in DRUPAL_KEYS},
            "in_training": "1" if submission["in_training_on"] == "yes" else "0",
        }
        for number, (key, file) in enumerate(submission["documents"].items(), start=101):
            flat[key] = str(number)
            flat[f"_{key}[id]"] = str(number)
            flat[f"_{key}[name]"] = file["name"]
            flat[f"_{key}[uri]"] = f"private://webform/apply/{number}"
            flat[f"_{key}[data]"] = file["content"]
        headers = {"content-type": "application/x-www-form-urlencoded"}
        return Request(f"{self.url}/{self.secret}", urlencode(flat).encode(), headers)


DRUPAL_KEYS = frozenset(TYPEFORM_QUESTIONS) - {"in_training_on"} | {"name"}


def _day(written: str) -> date:
    """The day, in any of the ways that people wrote it."""
    numbers = [int(part) for part in re.split(r"[-/.]", written)]
    return date(*numbers) if numbers[0] > 31 else date(*reversed(numbers))  # noqa: PLR2004
