"""A fresh link is emailed once, wherever and however often somebody asks for it."""

import pytest

from nextstep_contracts import LinkRequested
from nextstep_messaging import NotEntitledError
from nextstep_messaging.testing import hear
from notifications.emails.links import OWN_PAGES_OF

from .. import builders as b
from ..conftest import Running

pytestmark = pytest.mark.stack


def asked(service: str, by: str = "person") -> LinkRequested:
    return LinkRequested(
        person_id="person-1",
        role="applicant" if service == "applications" else "fellow",
        service=service,
        requested_by=by,
        requested_at=b.NOW,
    )


async def test_who_asks_in_every_service_is_sent_one(service: Running):
    await service.hear(b.submitted())
    for where in ("applications", "scheduling", "awards"):
        event = asked(where)
        await service.bus.publish(event, envelope=b.envelope_of(event, source=where))
    await service.settled()
    assert len(await service.emails(template="fresh_link")) == 1


async def test_no_service_asks_for_a_link_to_anothers_page(service: Running):
    await service.hear(b.submitted())
    for by in ("person", "office"):
        with pytest.raises(NotEntitledError, match="scheduling may not ask"):
            await hear(service.messaging, asked("awards", by), sender="scheduling")
    assert await service.emails(template="fresh_link") == []


async def test_the_office_is_not_counted(service: Running):
    await service.hear(b.submitted())
    for where, by in (("applications", "person"), ("scheduling", "office")):
        event = asked(where, by)
        await service.bus.publish(event, envelope=b.envelope_of(event, source=where))
    await service.settled()
    assert len(await service.emails(template="fresh_link")) == 2


async def test_the_link_opens_the_page_asked_for_in_the_role_asked_for(service: Running, smtp_sink):
    await service.hear(b.submitted())
    event = asked("scheduling")
    await service.bus.publish(event, envelope=b.envelope_of(event, source="scheduling"))
    await service.settled()
    link = OWN_PAGES_OF["scheduling", "fellow"]
    (body,) = [
        message.get_body(("plain",)).get_content()
        for message in map(smtp_sink.read, smtp_sink.mails)
        if message["Subject"] == "Your fresh link"
    ]
    assert "/scheduling/link/" in body
    assert link.stored_path not in body
    assert "/applications/link/" not in body
