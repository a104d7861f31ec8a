"""The daily email about the audit logs."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from nextstep_contracts import AuditContradicted
from nextstep_local.testing import eventually
from nextstep_messaging.operating.audit.checkpoint import opened
from nextstep_messaging.operating.audit.store import NOTES, RESTORATIONS
from nextstep_programme.writing import weekday
from nextstep_web.testing import signed_in
from notifications.emails.audit_checkpoints import EMAIL
from notifications.hearing.store import body
from notifications.office.audit_email import silent, tell_office

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
        row = {"log": "awards", "restoration": "ab", "entry": "1", "number": 6, "size": 5}
        row |= {"taken_at": b.NOW.isoformat(), "lost": [6, 9]}
        row |= {"restored_at": service.clock.now().isoformat()}
        await service.messaging.db.write(RESTORATIONS).insert({"_id": "awards:ab", **row})
        assert await tell_office(service.here, ADDRESS)
        last = (await service.emails())[-1]
        assert last.title == "An audit log was restored from a backup"
        written = await body(service.messaging.db.read, last.email_id)
        assert written is not None
        assert "it goes on after entry 5. What was entries 6 to 9 before is in it no" in " ".join(
            written.text.split()
        )
        service.clock.advance(timedelta(days=1))
        told = AuditContradicted(
            log="awards", holder="applications", number=3, what="Entry 3.", found_at=b.NOW
        )
        await service.hear(told)
        assert await tell_office(service.here, ADDRESS)
        assert (await service.emails())[-1].title == "An audit log was rewritten"


async def test_a_log_that_falls_silent_is_named(start: Start):
    async with start() as service:
        long_ago = datetime.now(UTC) - timedelta(days=3)
        note = {"log": "awards", "size": 4, "note": "nextstep/awards\n4", "at": b.NOW}
        await service.messaging.db.write(NOTES).insert(
            note | {"_id": "awards", "heard_at": long_ago}
        )

        async def queued() -> bool:
            return await tell_office(service.here, ADDRESS)

        await eventually(queued)
        [record] = await service.emails()
        assert record.title == "An audit log is silent"

        async def written() -> str:
            found = await body(service.messaging.db.read, record.email_id)
            return found.text if found else ""

        day = weekday(long_ago.astimezone(ZoneInfo("Europe/London")).date())
        assert f"- No checkpoint of awards has come since {day}." in await eventually(written)


@pytest.mark.parametrize(("hours", "named"), [(1, []), (47, []), (48, ["awards"])])
def test_a_log_that_is_told_daily_is_not_silent(hours: int, named: list[str]):
    now = datetime(2024, 9, 5, 14, tzinfo=UTC)
    heard = {"awards": now - timedelta(hours=hours), "scheduling": now}
    found = silent(heard, now, "Europe/London")
    assert [one.split()[3] for one in found] == named
