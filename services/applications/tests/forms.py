"""What our native form posts: a signed JSON body with small real documents."""

import base64
import hmac
import io
import json
import zipfile
from datetime import datetime
from typing import Any
from uuid import uuid4

SECRET = "whsec_" + base64.b64encode(b"a secret of the form, for tests only").decode()
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\n"
    b"trailer<</Root 1 0 R>>\n%%EOF\n"
)


def docx() -> bytes:
    """The least that is a Word document."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")
    return held.getvalue()


def odt() -> bytes:
    """The least that is an OpenDocument text."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        archive.writestr("content.xml", "<office:document-content/>")
    return held.getvalue()


def file(data: bytes = PDF, name: str = "CV.pdf") -> dict[str, str]:
    """A document as it travels inside the submission."""
    kind = "application/pdf"
    return {"name": name, "type": kind, "content": base64.b64encode(data).decode()}


def submission(**changes: Any) -> dict[str, Any]:
    """A submission that passes every rule, but for the changes."""
    eligible = {
        "submission_id": uuid4().hex,
        "submitted_at": "2024-08-01T10:30:00+01:00",
        "name": "Amara Okafor",
        "email": "amara.okafor@example.org",
        "gmc_number": "7012345",
        "discipline": "secondary care",
        "specialty": "Anaesthetics",
        "region": "East of England",
        "trust": "Norfolk and Norwich University Hospitals",
        "training_grade": "ST6",
        "cct_date": "2025-08-06",
        "ltft_percentage": 100,
        "in_training_on": True,
        "documents": {
            "cv": file(),
            "statement_1": file(docx(), "Statement one.docx"),
            "statement_2": file(odt(), "Statement two.odt"),
        },
    }
    return eligible | changes


def person(number: int, **changes: Any) -> dict[str, Any]:
    """A submission by the person of this number."""
    who = {
        "name": f"Person Number{number}",
        "email": f"person{number}@example.org",
        "gmc_number": str(7_000_000 + number),
    }
    return submission(**(who | changes))


def signed(
    body: bytes, at: datetime, *, secret: str = SECRET, message_id: str = ""
) -> dict[str, str]:
    """The headers that vouch for a body."""
    message_id = message_id or f"msg_{uuid4().hex}"
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": signature(body, at, message_id, secret),
    }


def signature(body: bytes, at: datetime, message_id: str, secret: str = SECRET) -> str:
    """As the Standard Webhooks say, of any bytes: their own library signs text alone."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    content = f"{message_id}.{int(at.timestamp())}.".encode() + body
    digest = hmac.digest(key, content, "sha256")
    return f"v1,{base64.b64encode(digest).decode()}"


def encoded(given: dict[str, Any]) -> bytes:
    """The body of a submission."""
    return json.dumps(given).encode()
