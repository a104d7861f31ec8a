"""Signed submissions of the size that a real form sends: answers and three small documents."""

import base64
import json
import random
from datetime import datetime

from standardwebhooks.webhooks import Webhook
from tests.bench.load import request

PATH = "/webhooks/native"
SECRET = "whsec_" + base64.b64encode(b"only the benchmark signs with it").decode()
BODY_BYTES = 30 * 1024


class Submissions:
    """An endless supply, each from another person, signed for one moment of simulated time."""

    def __init__(self, at: datetime, seed: int = 2024) -> None:
        self._at = at
        self._random = random.Random(seed)
        self._number = 0

    def take(self, count: int) -> list[bytes]:
        """The next `count` requests, whole."""
        return [self._next() for _ in range(count)]

    def _next(self) -> bytes:
        self._number += 1
        name = f"bench-{self._number}"
        body = self._body(name)
        headers = {
            "content-type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(int(self._at.timestamp())),
            "webhook-signature": Webhook(SECRET).sign(name, self._at, body.decode()),
        }
        return request(PATH, headers, body)

    def _body(self, name: str) -> bytes:
        answers = {
            "submission_id": name,
            "submitted_at": self._at.isoformat(),
            "name": f"Applicant {self._number}",
            "email": f"{name}@example.org",
            "gmc_number": f"{7_000_000 + self._number}",
            "discipline": "secondary care",
            "specialty": "Geriatric medicine",
            "region": "East of England",
            "trust": "Cambridge University Hospitals NHS Foundation Trust",
            "training_grade": "ST6",
            "cct_date": "2026-03-01",
            "ltft_percentage": "100",
            "in_training_on": "yes",
        }
        room = BODY_BYTES - len(json.dumps(answers)) - 250  # the names and keys of the documents
        each = room // 3 * 3 // 4  # base64 makes four bytes of three
        documents = {
            key: {"name": f"{key}.pdf", "content": base64.b64encode(self._pdf(each)).decode()}
            for key in ("cv", "statement_1", "statement_2")
        }
        return json.dumps(answers | {"documents": documents}).encode()

    def _pdf(self, size: int) -> bytes:
        head = (
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
            b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>endobj\n"
        )
        tail = b"\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
        room = size - len(head) - len(tail)
        begins = b"4 0 obj<</Length %d>>stream\n"
        noise = room - len(begins % room)
        return head + begins % noise + self._random.randbytes(noise) + tail
