"""Fellows ask each other to share a project: what is kept, said and refused."""

import asyncio
from datetime import UTC, datetime

import pytest

from awards.data_protection import erase_fellow, export_person
from awards.fellow.own_project import (
    answer_invitation,
    leave_own,
    save_own,
    submit_own,
    withdraw_own_invitation,
)
from awards.fellows.records import find
from awards.projects.invitation import Invitation
from awards.projects.project import Project
from awards.projects.registering import edit_for_authors
from awards.projects.store import load_project
from awards.projects.submitting import submit
from nextstep_contracts import (
    AuthorLeft,
    CoAuthorAnswered,
    CoAuthorInvitationWithdrawn,
    CoAuthorInvited,
    ConflictChanged,
    NoSuch,
    ProjectRegistered,
    ProjectSubmitted,
    Refused,
)
from nextstep_messaging import Actor
from nextstep_messaging.operating.audit import ENTRIES

from ..builders import accepted, details, withdrawn
from ..service import Service

pytestmark = pytest.mark.stack


def by(service: Service, person: str, deed, *given, **more):
    return service.act(lambda act: deed(act, person, *given, **more), Actor("person", person))


async def asking(service: Service, *asked: str) -> Project:
    """A project of f1, who asked these Fellows."""
    await service.hear(*(accepted(one) for one in ("f1", *asked)))
    return await by(service, "f1", save_own, details(), asked)


async def authors(service: Service, project: Project) -> tuple[str, ...]:
    return (await load_project(service.here.read, project.id)).authors


async def states(service: Service) -> dict[str, str]:
    return {one.person_id: one.state for one in await find(service.here.read, Invitation)}


async def told(service: Service) -> list[tuple[str, str, int]]:
    """What was said of authorship: kind, about whom, revision."""
    kinds = (CoAuthorInvited, CoAuthorInvitationWithdrawn, CoAuthorAnswered, AuthorLeft)
    said = [one for one in await service.said() if isinstance(one, kinds)]
    return [(type(one).__name__, one.person.person_id, one.revision) for one in said]


async def test_who_is_asked_is_an_author_once_they_say_yes(service: Service):
    project = await asking(service, "f2", "f3")
    assert await authors(service, project) == ("f1",)
    await by(service, "f2", answer_invitation, project.id, accepted=True)
    await by(service, "f3", answer_invitation, project.id, accepted=False)
    await by(service, "f2", answer_invitation, project.id, accepted=True)  # the button twice
    assert await authors(service, project) == ("f1", "f2")
    assert await told(service) == [
        ("CoAuthorInvited", "f2", 1),
        ("CoAuthorInvited", "f3", 1),
        ("CoAuthorAnswered", "f2", 2),
        ("CoAuthorAnswered", "f3", 2),
    ]
    last = (await service.said(ProjectRegistered))[-1]
    assert (last.revision, [one.person_id for one in last.authors]) == (2, ["f1", "f2"])
    trail = await service.messaging.db.read(ENTRIES).find({}, sort=[("number", 1)])
    assert [(one["who"], one["action"]) for one in trail] == [
        ("f1", "registered the project"),
        ("f1", "asked somebody to be an author of"),
        ("f1", "asked somebody to be an author of"),
        ("f2", "agreed to be an author of"),
        ("f3", "declined to be an author of"),
    ]


async def test_who_had_a_conflict_with_somebody_who_was_asked_does_not_read_their_name(
    service: Service,
):
    """That they became a Fellow is kept from them; the project is somebody else's, and open."""
    project = await asking(service, "f2", "f3")
    about = {"person_id": "f2", "since": datetime(2024, 9, 1, tzinfo=UTC), "reason": "personal"}
    await service.hear(
        ConflictChanged(viewer="ola.office@example.org", revision=1, closed=True, **about)
    )
    named = {}
    for address in ("ola.office@example.org", "colleague@example.org"):
        async with service.client("office", subject=address) as browser:
            page = await browser.get(f"/awards/projects/{project.id}")
        assert page.status_code == 200
        named[address] = [one for one in ("f2", "f3") if f"Fellow {one}" in page.text]
    assert named == {"ola.office@example.org": ["f3"], "colleague@example.org": ["f2", "f3"]}


async def test_an_author_can_neither_put_anybody_on_a_project_nor_take_them_off(service: Service):
    project = await asking(service, "f2", "f3")
    await by(service, "f2", answer_invitation, project.id, accepted=True)
    await by(service, "f2", save_own, details(title="New"), [])
    assert await authors(service, project) == ("f1", "f2")
    with pytest.raises(Refused, match="Only they or the programme office"):
        await by(service, "f1", withdraw_own_invitation, "f2")
    with pytest.raises(NoSuch):
        await by(service, "f2", withdraw_own_invitation, "f1")  # who registered it was not asked
    await by(service, "f2", withdraw_own_invitation, "f3")
    assert await states(service) == {"f2": "accepted", "f3": "withdrawn"}
    assert (await told(service))[-1] == ("CoAuthorInvitationWithdrawn", "f3", 2)


async def test_a_submitted_project_is_never_in_the_name_of_who_did_not_answer(service: Service):
    project = await asking(service, "f2", "f3")
    await by(service, "f3", answer_invitation, project.id, accepted=True)
    await by(service, "f1", submit_own)
    (submitted,) = await service.said(ProjectSubmitted)
    assert [one.person_id for one in submitted.authors] == ["f1", "f3"]
    (ended,) = await service.said(CoAuthorInvitationWithdrawn)
    assert (ended.person.person_id, ended.submitted) == ("f2", True)
    with pytest.raises(Refused, match="open no longer"):
        await by(service, "f2", answer_invitation, project.id, accepted=True)
    with pytest.raises(Refused, match="can no longer be changed"):
        await by(service, "f3", leave_own)


async def test_a_fellow_of_one_project_accepts_no_other(service: Service):
    project = await asking(service, "f2", "f3")
    await by(service, "f2", save_own, details(title="Own"), [])
    with pytest.raises(Refused, match="an author of another project"):
        await by(service, "f2", answer_invitation, project.id, accepted=True)
    with pytest.raises(Refused) as refused:
        await by(service, "f3", save_own, details(), ["f2"])
    assert list(refused.value.fields) == ["co_authors"]
    assert len(await find(service.here.read, Project)) == 2  # f3's was given up with the refusal


async def test_of_two_yeses_at_once_one_counts(service: Service):
    first = await asking(service, "f2")
    await service.hear(accepted("f3"))
    second = await by(service, "f3", save_own, details(), ["f2"])
    results = await asyncio.gather(
        *(by(service, "f2", answer_invitation, one.id, accepted=True) for one in (first, second)),
        return_exceptions=True,
    )
    assert sum(isinstance(one, Refused) for one in results) == 1
    joined = [one for one in (first, second) if "f2" in await authors(service, one)]
    assert len(joined) == 1


async def test_a_yes_and_the_submission_at_once_agree_on_who_is_an_author(service: Service):
    project = await asking(service, "f2")
    await asyncio.gather(
        by(service, "f2", answer_invitation, project.id, accepted=True),
        by(service, "f1", submit_own),
        return_exceptions=True,
    )
    (submitted,) = await service.said(ProjectSubmitted)
    assert tuple(one.person_id for one in submitted.authors) == await authors(service, project)
    assert "asked" not in (await states(service)).values()


async def test_leaving_is_told_to_who_left_and_who_remains(service: Service):
    project = await asking(service, "f2")
    await by(service, "f2", answer_invitation, project.id, accepted=True)
    await by(service, "f1", leave_own)  # also who registered it
    (left,) = await service.said(AuthorLeft)
    assert (left.person.person_id, left.by_office) == ("f1", False)
    assert [one.person_id for one in left.authors] == ["f2"]
    with pytest.raises(NoSuch):
        await by(service, "f1", answer_invitation, project.id, accepted=True)


async def test_whom_the_office_puts_on_a_project_is_asked_no_longer(service: Service):
    project = await asking(service, "f2")
    given = (details(), ["f1", "f2"])
    await service.act(lambda act: edit_for_authors(act, project, *given, reason="By phone"))
    assert await authors(service, project) == ("f1", "f2")
    assert await states(service) == {"f2": "accepted"}


async def test_who_left_the_programme_is_not_joined_and_not_told(service: Service):
    project = await asking(service, "f2", "f3")
    await service.hear(withdrawn("f2"), withdrawn("f1"))
    with pytest.raises(Refused, match="has left the programme"):
        await by(service, "f3", answer_invitation, project.id, accepted=True)
    await service.act(lambda act: submit(act, project, reason="By phone"))
    assert [one[:2] for one in await told(service)][2:] == [("CoAuthorInvitationWithdrawn", "f3")]


async def test_a_refused_invitation_leaves_nothing_behind(service: Service):
    project = await asking(service)
    before = await told(service)
    for asked in (["nobody"], [f"g{n}" for n in range(11)]):
        await service.hear(*(accepted(f"g{n}") for n in range(11)))
        with pytest.raises(Refused):
            await by(service, "f1", save_own, details(title="Other"), asked)
    assert (await states(service), await told(service)) == ({}, before)
    assert (await load_project(service.here.read, project.id)).title == "Fewer falls"


async def test_an_invitation_is_exported_and_goes_with_the_person(service: Service):
    await asking(service, "f2")
    found = await export_person(service.messaging, "f2")
    assert [one["state"] for one in found["invitations"]] == ["asked"]
    for _ in range(2):
        await service.messaging.transact(lambda uow: erase_fellow(uow, "f2"))
    assert await states(service) == {}
