"""What each form product posts, in its own shape, for the sources of `sources.example.yaml`."""

import base64
import json
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import uuid4

from .forms import PDF, docx, odt

JSON = "application/json"
JOTFORM_TOKEN = urlencode({"token": "jotform secret, for tests"})
URLENCODED = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Given:
    """One applicant's answers, before a form product wraps them up."""

    first: str = "Amara"
    last: str = "Okafor"
    email: str = "amara.okafor@example.org"
    gmc: str = "7012345"
    discipline: str = "secondary care"
    region: str = "East of England"
    trust: str = "Norfolk and Norwich University Hospitals"
    cct: date = date(2025, 8, 6)
    id: str = field(default_factory=lambda: uuid4().hex)
    files: tuple[tuple[str, bytes], ...] = (
        ("CV.pdf", PDF),
        ("Statement one.docx", docx()),
        ("Statement two.odt", odt()),
    )

    @property
    def name(self) -> str:
        return f"{self.first} {self.last}"


def standard(given: Given) -> tuple[bytes, str]:
    files = zip(("cv", "statement_1", "statement_2"), given.files, strict=False)
    return json.dumps(
        {
            "submission_id": given.id,
            "submitted_at": "2024-08-01T10:30:00+01:00",
            "name": given.name,
            "email": given.email,
            "gmc_number": given.gmc,
            "discipline": given.discipline,
            "specialty": "Anaesthetics",
            "region": given.region,
            "trust": given.trust,
            "training_grade": "ST6",
            "cct_date": given.cct.isoformat(),
            "ltft_percentage": 100,
            "in_training_on": True,
            "documents": {
                key: {"name": name, "content": encoded(data)} for key, (name, data) in files
            },
        }
    ).encode(), JSON


def jotform_answers(given: Given) -> dict[str, Any]:
    return {
        "slug": "submit/242145678901234",
        "q3_fullName": {"first": given.first, "last": given.last},
        "q4_email": given.email,
        "q5_gmcNumber": given.gmc,
        "q6_gdcNumber": "",
        "q7_discipline": given.discipline,
        "q8_specialty": "Anaesthetics",
        "q9_region": [given.region],
        "q10_trust": given.trust,
        "q11_grade": "ST6",
        "q12_cctDate": {
            "day": f"{given.cct.day:02}",
            "month": f"{given.cct.month:02}",
            "year": str(given.cct.year),
        },
        "q13_percentage": "100",
        "q14_inTraining": "Yes",
        "event_id": "1722504600123_242145678901234_AbCdEfG",
        "path": "/submit/242145678901234",
    }


def jotform_outer(given: Given, answers: dict[str, Any]) -> dict[str, str]:
    return {
        "action": "",
        # with the secret, as `vendors.py` has it
        "webhookURL": f"https://applications.test/webhooks/jotform-example?{JOTFORM_TOKEN}",
        "username": "kbs",
        "formID": "242145678901234",
        "type": "WEB",
        "formTitle": "Next Step Fellows",
        "submissionID": given.id,
        "ip": "192.0.2.7",
        "pretty": f"Full name:{given.name}, Email:{given.email}",
        "rawRequest": json.dumps(answers),
    }


def jotform_links(given: Given) -> dict[str, Any]:
    base = f"https://www.jotform.com/uploads/kbs/242145678901234/{given.id}"
    links = [f"{base}/{name.replace(' ', '%20')}" for name, _ in given.files]
    return {"cv": links[:1], "statements": links[1:]}


def jotform(given: Given) -> tuple[bytes, str]:
    """The usual shape: multipart fields, uploads as links."""
    answers = jotform_answers(given) | jotform_links(given)
    return multipart(list(jotform_outer(given, answers).items()))


def jotform_urlencoded(given: Given) -> tuple[bytes, str]:
    answers = jotform_answers(given) | jotform_links(given)
    return urlencode(jotform_outer(given, answers)).encode(), URLENCODED


def typeform(given: Given) -> tuple[bytes, str]:
    links = [
        f"https://api.typeform.com/forms/lT4Z3j/responses/{given.id}/fields/x/files/{name}"
        for name, _ in given.files
    ]
    answers = [
        _answer("SMEUb7VJz92Q", "email", "email", given.email),
        _answer("JwWggjAKtOkA", "short_text", "text", given.first),
        _answer("Q7M2XAwY04dW", "short_text", "text", given.last),
        _answer("DlXFaesGBpoF", "short_text", "text", given.gmc),
        _answer("k6TP9oLGgHjl", "multiple_choice", "choice", {"label": given.discipline}),
        _answer("PNe8ZKBK8C2Q", "dropdown", "choice", {"label": "Anaesthetics"}),
        _answer("gFFf3xAkJKsr", "multiple_choice", "choices", {"labels": [given.region]}),
        _answer("NRsxU591jIW9", "dropdown", "choice", {"other": given.trust}),
        _answer("WOTdC00F8A3h", "short_text", "text", "ST6"),
        _answer("KoJxDM3c6x8h", "date", "date", given.cct.isoformat()),
        _answer("pn48RmPazVdM", "number", "number", 100),
        _answer("M5tXK5kG7IeA", "yes_no", "boolean", value=True),
        *(
            _answer(f"iQ1aTzVJ0{key}", "file_upload", "file_url", link)
            for key, link in zip(("cv0", "st1", "st2"), links, strict=False)
        ),
    ]
    return json.dumps(
        {
            "event_id": "01J45N6TJ2TE1VKDDM0NN5BYV2",
            "event_type": "form_response",
            "form_response": {
                "form_id": "lT4Z3j",
                "token": given.id,
                "landed_at": "2024-08-01T09:20:00Z",
                "submitted_at": "2024-08-01T09:30:00Z",
                "definition": {
                    "id": "lT4Z3j",
                    "title": "Next Step Fellows",
                    "fields": [
                        {"id": a["field"]["id"], "title": "A question", "type": a["field"]["type"]}
                        for a in answers
                    ],
                },
                "answers": answers,
            },
        }
    ).encode(), JSON


def _answer(key: str, question: str, kind: str, value: Any) -> dict[str, Any]:
    about = {"id": key, "type": question, "ref": f"ref-{key}"}
    return {"type": kind, kind: value, "field": about}


def formstack_pairs(given: Given) -> list[tuple[str, str]]:
    files = [
        (label, encoded(data))
        for label, (_, data) in zip(
            ("CV", "Supporting statement", "Supporting statement"), given.files, strict=False
        )
    ]
    return [
        ("FormID", "5823901"),
        ("UniqueID", given.id),
        ("Full name[first]", given.first),
        ("Full name[last]", given.last),
        ("Email", given.email),
        ("GMC number", given.gmc),
        ("Discipline", given.discipline),
        ("Specialty", "Anaesthetics"),
        ("Region", given.region),
        ("Employing trust", given.trust),
        ("Training grade", "ST6"),
        ("Expected date of CCT", f"{given.cct:%b %d, %Y}"),
        ("Percentage of full time", "100%"),
        ("Still in training?", "Yes"),
        *files,
    ]


def formstack(given: Given) -> tuple[bytes, str]:
    """URL-encoded, both statements under one label, files as base64."""
    return urlencode(formstack_pairs(given)).encode(), URLENCODED


def formstack_lines(given: Given) -> tuple[bytes, str]:
    """Formstack's default for a name: one answer of two lines."""
    rest = [pair for pair in formstack_pairs(given) if not pair[0].startswith("Full name")]
    name = ("Full name", f"first = {given.first}\nlast = {given.last}")
    return urlencode([name, *rest]).encode(), URLENCODED


def formstack_typed(given: Given) -> tuple[bytes, str]:
    """The same with the type of each field."""
    body = dict(parse_qsl(formstack_lines(given)[0].decode()))
    statements = [("Supporting statement", encoded(data)) for _, data in given.files[1:]]
    untyped = {"FormID", "UniqueID", "Supporting statement"}
    pairs = [
        (key, value if key in untyped else f"value = {value}\nfield_type = text")
        for key, value in body.items()
        if key != "Supporting statement"
    ]
    return urlencode([*pairs, *statements]).encode(), URLENCODED


def formstack_json(given: Given) -> tuple[bytes, str]:
    """JSON as written by hand: a repeated label is a repeated key."""
    pairs = [(key, value) for key, value in formstack_pairs(given) if "[" not in key]
    name = {"first": given.first, "last": given.last}
    text = ",".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in [("Full name", name), *pairs])
    return f"{{{text}}}".encode(), JSON


def drupal_fields(given: Given) -> dict[str, Any]:
    uploads = [
        {
            "id": str(number),
            "name": name,
            "uri": f"private://webform/apply/12/{name}",
            "mime": "application/pdf",
            "uuid": str(uuid4()),
            "data": encoded(data),
        }
        for number, (name, data) in enumerate(given.files, start=41)
    ]
    return {
        "uuid": given.id,
        "completed": "1722504600",
        "in_draft": "0",
        "name": given.name,
        "email": given.email,
        "gmc_number": given.gmc,
        "gdc_number": "",
        "discipline": given.discipline,
        "specialty": "Anaesthetics",
        "region": given.region,
        "trust": given.trust,
        "training_grade": "ST6",
        "cct_date": given.cct.isoformat(),
        "ltft_percentage": "100",
        "in_training": "1",
        "cv": "41",
        "_cv": uploads[0] if uploads else "",
        "statements": ["42", "43"],
        "_statements": uploads[1:],
    }


def drupal(given: Given, **changes: Any) -> tuple[bytes, str]:
    """URL-encoded as PHP's http_build_query does it."""
    return urlencode(_php(drupal_fields(given) | changes)).encode(), URLENCODED


def drupal_json(given: Given, **changes: Any) -> tuple[bytes, str]:
    return json.dumps(drupal_fields(given) | changes).encode(), JSON


def _php(value: Any, prefix: str = "") -> list[tuple[str, str]]:
    if isinstance(value, list):
        value = dict(enumerate(value))
    if not isinstance(value, dict):
        return [(prefix, value)]
    return [
        pair
        for key, inner in value.items()
        for pair in _php(inner, f"{prefix}[{key}]" if prefix else str(key))
    ]


def flow(given: Given) -> tuple[bytes, str]:
    """What an HTTP action posts: the answers, and the bytes of the uploads in three fashions."""
    (cv, one, two) = (*given.files, *[("", b"")] * 3)[:3]
    private = {"name": cv[0], "link": "https://kbs.sharepoint.com/x", "id": "01ABC", "driveId": "b"}
    return json.dumps(
        {
            "responseId": given.id,
            "responder": "anonymous",
            "submitDate": "8/1/2024 9:30:00 AM",
            "r3a1f0c5be2d94b7c8f60a1d2e3f4a5b6": given.name,
            "r0b9c8d7e6f5a4b3c2d1e0f9a8b7c6d5e": given.email,
            "r1c2d3e4f5a6b7c8d9e0f1a2b3c4d5e6f": given.gmc,
            "r4f5a6b7c8d9e0f1a2b3c4d5e6f708192": given.discipline,
            "r5a6b7c8d9e0f1a2b3c4d5e6f7081920a": "Anaesthetics",
            "r6b7c8d9e0f1a2b3c4d5e6f7081920a1b": json.dumps([given.region]),
            "r7c8d9e0f1a2b3c4d5e6f7081920a1b2c": given.trust,
            "r8d9e0f1a2b3c4d5e6f7081920a1b2c3d": "ST6",
            "r9e0f1a2b3c4d5e6f7081920a1b2c3d4e": f"{given.cct.month}/{given.cct.day}/2025",
            "ra0f1a2b3c4d5e6f7081920a1b2c3d4e5": "100",
            "rb1a2b3c4d5e6f7081920a1b2c3d4e5f6": "Yes",
            "rc2b3c4d5e6f7081920a1b2c3d4e5f607": json.dumps([private]),
            "files": {
                "cv": {"name": cv[0], "contentBytes": encoded(cv[1])},
                "statement_1": {
                    "name": one[0],
                    "content": {"$content-type": "application/msword", "$content": encoded(one[1])},
                },
                "statement_2": json.dumps({"$content-type": "a/b", "$content": encoded(two[1])}),
            },
        }
    ).encode(), JSON


def multipart(
    fields: list[tuple[str, str]], files: list[tuple[str, str, bytes]] | None = None
) -> tuple[bytes, str]:
    """A multipart form; the boundary is drawn anew each time."""
    boundary = f"------------------------{uuid4().hex[:16]}"
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{key}"\r\n\r\n{value}\r\n'.encode()
        for key, value in fields
    ]
    for key, name, data in files or []:
        head = f'Content-Disposition: form-data; name="{key}"; filename="{name}"'
        kind = "Content-Type: application/octet-stream"
        parts.append(f"--{boundary}\r\n{head}\r\n{kind}\r\n\r\n".encode() + data + b"\r\n")
    body = b"".join(parts) + f"--{boundary}--\r\n".encode()
    return body, f"multipart/form-data; boundary={boundary}"


def encoded(data: bytes) -> str:
    return base64.b64encode(data).decode()
