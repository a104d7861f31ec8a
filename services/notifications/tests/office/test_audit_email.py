"""The daily email about the audit logs."""

from datetime import timedelta

import pytest

from nextstep_contracts import AuditContradicted
from nextstep_local.testing import eventually
from nextstep_messaging.operating.audit.checkpoint import opened
from nextstep_web.testing import signed_in
from notifications.emails.audit_checkpoints import EMAIL
from notifications.hearing.store import body
from notifications.office.audit_email import tell_office

from .. import builders as b
from ..conftest import Client, Start

pytestmark = pytest.mark.stack
ADDRESS = "audit@example.org"


async def test_the_office_is_sent_signed_checkpoints_once_a_day(start: Start, client_of: Client):
    async with start() as service:
        assert not await tell_office(service.here, ADDRESS)  # nothing was sealed yet
        staff = signed_in(service.settings, "office", subject="office@example.org")
        async with client_of(service, staff) as office:
            await office.get("/notifications/mails?format=csv")

        async def queued() -> bool:
            return await tell_office(service.here, ADDRESS)

        await eventually(queued)
        assert not await tell_office(service.here, ADDRESS)

        async def sent() -> bool:
            return [one.state for one in await service.emails()] == ["sent"]

        await eventually(sent)
        [record] = await service.emails()
        assert (record.template, record.address) == (EMAIL.name, ADDRESS)
        written = await body(service.messaging.db.read, record.email_id)
        assert written is not None
        lines = written.text.splitlines()
        first = lines.index("nextstep/notifications")
        note = "\n".join(lines[first : first + 5]) + "\n"
        keys = service.messaging.sealer.keys
        assert keys is not None
        assert opened(note, keys.trusted).size == 1
        service.clock.advance(timedelta(days=1))
        assert await tell_office(service.here, "other@example.org")

        async def both() -> bool:
            return [one.address for one in await service.emails()] == [ADDRESS, "other@example.org"]

        await eventually(both)
        service.clock.advance(timedelta(days=1))
        told = AuditContradicted(
            log="awards", holder="applications", number=3, what="Entry 3.", found_at=b.NOW
        )
        await service.hear(told)
        assert await tell_office(service.here, ADDRESS)
        assert (await service.emails())[-1].title == "An audit log was rewritten"
