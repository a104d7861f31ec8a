"""Signed submissions of the size that a real form sends: answers, and three documents by link."""

import base64
import json
import random
from datetime import datetime

from standardwebhooks.webhooks import Webhook
from tests.bench.load import request

PATH = "/webhooks/native"
SECRET = "whsec_" + base64.b64encode(b"only the benchmark signs with it").decode()
BODY_BYTES = 30 * 1024
WORDS = ["care", "team", "ward", "audit", "change", "improve", "patients", "leadership", "measure"]


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
        answers: dict[str, object] = {
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
        answers["documents"] = {
            key: {"name": f"{key}.pdf", "url": f"https://files.example.org/{name}/{key}.pdf"}
            for key in ("cv", "statement_1", "statement_2")
        }
        # What forms send beside the answers that are mapped: long texts, consents, page titles.
        room = BODY_BYTES - len(json.dumps(answers)) - len(', "motivation": ""')
        words = self._random.choices(WORDS, k=room // 4)
        return json.dumps(answers | {"motivation": " ".join(words)[:room]}).encode()
