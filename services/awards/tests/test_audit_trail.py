"""The audit trail of what people did."""

import pytest

from nextstep_messaging import Actor
from nextstep_messaging.testing import audit_trail

from .service import OFFICE

pytestmark = pytest.mark.stack


async def test_every_act_of_a_person_is_on_the_audit_trail(service):
    made, judges = await service.judged()
    await service.lock(made["f1"], judges["Ada"])
    entries = await audit_trail(service.messaging)
    assert [one["action"] for one in entries] == [
        *(["registered the project", "submitted the project"] * 3),
        *(["added the panellist"] * 2),
        "registered the method",
        "opened scoring",
        "locked the sheet",
    ]
    assert {one["who"] for one in entries} == {OFFICE.who, judges["Ada"]}
    assert Actor("person", judges["Ada"]).where == ""
