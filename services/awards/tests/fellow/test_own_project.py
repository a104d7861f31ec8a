"""Who left the programme changes nothing of a project that others still have."""

import pytest

from awards.fellow.own_project import (
    answer_invitation,
    leave_own,
    save_own,
    submit_own,
    withdraw_own_invitation,
)
from awards.fellows.records import find
from awards.projects.project import Project
from nextstep_contracts import Refused
from nextstep_messaging import Actor

from ..builders import withdrawn
from ..service import Service

pytestmark = pytest.mark.stack


@pytest.mark.parametrize(
    "deed",
    [
        submit_own,
        leave_own,
        lambda act, person: save_own(act, person, None, ()),  # refused before the details matter
        lambda act, person: answer_invitation(act, person, "p1", accepted=True),
        lambda act, person: withdraw_own_invitation(act, person, "f2"),
    ],
    ids=["submit", "leave", "save", "answer", "withdraw"],
)
async def test_who_left_changes_nothing(service: Service, deed):
    await service.with_projects("f1", "f2")
    await service.hear(withdrawn("f1"))
    before = await find(service.here.read, Project)
    with pytest.raises(Refused, match="You have left the programme"):
        await service.act(lambda act: deed(act, "f1"), Actor("person", "f1"))
    assert await find(service.here.read, Project) == before
