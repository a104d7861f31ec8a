"""From a stored receipt to a submission, as rules: whatever fails, a person is told."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from applications.intake.adapters.standard_webhooks import StandardWebhooks
from applications.intake.field_map.overlays import Overlay
from applications.intake.reading import faults_of
from applications.intake.receipts import Receipt

from ..vendors import SOURCES, VENDORS

ZONE = "Europe/London"
NATIVE = SOURCES[VENDORS[0].source]
RECEIPT = Receipt(
    id="r-1",
    source=NATIVE.name,
    status="quarantined",
    received_at=datetime(2024, 8, 1, tzinfo=UTC),
    arrived=1,
    digest="d",
    size=2,
)


class Unreadable(StandardWebhooks):
    """Has a mistake that nobody has found yet."""

    def read(self, body, content_type):
        raise IndexError(body, content_type)


class Unmappable(StandardWebhooks):
    """Another one, where documents are read."""

    def file(self, given):
        raise ValueError(given)


@pytest.mark.parametrize(
    ("adapter", "kind"), [(Unreadable(), "IndexError"), (Unmappable(), "ValueError")]
)
async def test_what_nobody_foresaw_is_a_reason_and_no_page_fails_over_it(adapter, kind):
    body = b'{"name": "Ada", "email": "ada@example.org", "documents": {"cv": "x"}}'
    source = replace(NATIVE, adapter=adapter)
    (fault,) = await faults_of(source, RECEIPT, body, Overlay(), ZONE)
    assert fault.startswith(f"It cannot be read, in a way that nobody foresaw ({kind}).")
    assert await faults_of(NATIVE, RECEIPT, body, Overlay(), ZONE) == ()
