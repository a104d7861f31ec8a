"""The reminder that a Fellow's membership is about to end."""

from datetime import UTC, datetime

import pytest

from awards.graduation.membership import MEMBERSHIP_REMINDER, remind
from nextstep_contracts import MembershipExpiring
from nextstep_messaging import Timer

from ..builders import CAUSE, NOW, accepted, withdrawn

pytestmark = pytest.mark.stack


async def test_the_membership_reminder_is_set_kept_and_cancelled_with_the_fellowship(service):
    await service.hear(accepted("f1"), accepted("f2"))
    rows = await service.messaging.db.read("_timers").find({}, sort=[("_id", 1)])
    assert [(row["_id"], row["due"]) for row in rows] == [
        ("membership:f1", datetime(2025, 9, 8, 8, tzinfo=UTC)),
        ("membership:f2", datetime(2025, 9, 8, 8, tzinfo=UTC)),
    ]
    await service.hear(withdrawn("f2"))
    assert await service.messaging.db.read("_timers").count({}) == 1


async def test_a_fellow_is_reminded_of_the_membership_once(service):
    await service.hear(accepted("f1"))
    timer = Timer("membership:f1", MEMBERSHIP_REMINDER, NOW, {"person_id": "f1"}, CAUSE)
    for _ in range(2):
        await service.messaging.transact(lambda uow: remind(timer, uow, service.here))
    (event,) = await service.said(MembershipExpiring)
    assert (event.person.person_id, event.expires_on.isoformat()) == ("f1", "2025-10-08")
