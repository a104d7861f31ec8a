"""Who changed what is on the audit trail."""

import pytest

from nextstep_messaging.testing import audit_trail

from .builders import person_id
from .conftest import Running

pytestmark = pytest.mark.stack
MC1 = "2024-25:masterclass-1"
REGISTER = f"/scheduling/sessions/{MC1}/register"


async def test_every_change_by_a_person_is_in_the_audit_trail(running: Running):
    await running.fellows(2)
    async with running.staff() as office:
        await office.post(REGISTER, data={"rest": "absent"})
        correction = {f"status-{person_id(1)}": "attended", "reason": "Came late"}
        await office.post(REGISTER, data=correction)
        waiver = {"session_id": "2024-25:module-1", "reason": "Bereavement"}
        await office.post(f"/scheduling/fellows/{person_id(2)}/waivers", data=waiver)
        await office.post(
            "/scheduling/sessions/2024-25:masterclass-6/cancel", data={"reason": "Strike"}
        )
        trail = (await office.get("/scheduling/audit")).text
    for told in (
        f'<a href="/scheduling/sessions/{MC1}">filled in register “Masterclass 1',
        "corrected attendance Fellow 01, “Masterclass 1",
        f'<a href="/scheduling/fellows/{person_id(2)}">excused from module Fellow 02, “',
        "Bereavement",
        "Those on this page are as they were written.",
    ):
        assert told in trail
    entries = await audit_trail(running.messaging)
    assert [(e["who"], e["action"], e["about"]) for e in entries] == [
        ("ola@example.org", "filled in register", MC1),
        ("ola@example.org", "filled in register", MC1),
        ("ola@example.org", "corrected attendance", person_id(1)),
        ("ola@example.org", "excused from module", person_id(2)),
        ("ola@example.org", "cancelled session", "2024-25:masterclass-6"),
    ]
