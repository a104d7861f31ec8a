"""A form of the programme's: posts each submission to its webhook, as its product does.

This one is our own, signed as Standard Webhooks says; `products.py` has the others.
"""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from standardwebhooks import Webhook

from nextstep_local.demo.visitor import Visitor


@dataclass
class Posted:
    """One answer of the webhook, kept as the form's own proof of what it was told."""

    submission_id: str
    status: int
    receipt: str | None
    body: bytes
    source: str = "native"


@dataclass(frozen=True)
class Request:
    """What a form sends."""

    url: str
    body: bytes
    headers: dict[str, str]


@dataclass
class WebForm:
    """The form of the programme's web page. Its clock is the simulated one."""

    visitor: Visitor
    url: str
    secret: str
    posted: list[Posted] = field(default_factory=list)
    """Every answer; all forms of a year share one list."""
    source = "native"

    async def post(self, submission: dict[str, Any], now: datetime) -> Posted:
        """Send a submission and keep the answer."""
        request = self.request(submission, now)
        response = await self.visitor.post(request.url, request.body, request.headers)
        kept = Posted(
            submission["submission_id"], response.status_code, None, request.body, self.source
        )
        if response.is_success:
            kept.receipt = str(response.json()["receipt_id"])
        self.posted.append(kept)
        return kept

    def request(self, submission: dict[str, Any], now: datetime) -> Request:
        """A submission in the shape that the product gives it."""
        body = json.dumps(submission, ensure_ascii=False).encode()
        return Request(self.url, body, self.signed(submission["submission_id"], body, now))

    def signed(self, message_id: str, body: bytes, at: datetime) -> dict[str, str]:
        """The headers that prove who sent this, and when."""
        # The library reads the moment's clock face as UTC, so it is given in UTC.
        moment = at.astimezone(UTC)
        return {
            "content-type": "application/json",
            "webhook-id": message_id,
            "webhook-timestamp": str(int(moment.timestamp())),
            "webhook-signature": Webhook(self.secret).sign(message_id, moment, body.decode()),
        }

    async def send(self, body: bytes, headers: dict[str, str]) -> httpx.Response:
        """Post raw bytes with these headers."""
        return await self.visitor.post(self.url, body, headers)
