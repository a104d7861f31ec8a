"""A person's own list of emails over HTTP."""

import pytest

from nextstep_web.testing import signed_in

from .. import builders as b
from ..conftest import Client, Running

pytestmark = pytest.mark.stack


async def test_a_person_sees_their_own_emails_and_nobody_elses(service: Running, client_of: Client):
    await service.hear(b.scheduled(), b.accepted(1), b.submitted(2))
    fellow = signed_in(service.settings, "fellow", person_id="person-1")
    async with client_of(service, fellow) as somebody:
        page = await somebody.get("/notifications/me")
    assert "Welcome to Next Step" in page.text
    assert "Masterclass 1" in page.text
    assert "NS24-0002" not in page.text
