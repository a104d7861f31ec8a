"""A project from registration to submission: what is kept, said and refused."""

import pytest

from awards.projects.registering import edit, edit_for_authors, leave, register
from awards.projects.submitting import submit
from nextstep_contracts import AuthorLeft, ProjectRegistered, ProjectSubmitted, Refused
from nextstep_messaging.operating.audit import ENTRIES
from nextstep_messaging.testing import audit_trail

from ..builders import accepted, details, withdrawn

pytestmark = pytest.mark.stack


async def test_registering_and_submitting_say_so_with_rising_revisions(service):
    await service.hear(accepted("f1"), accepted("f2"))
    both = ["f1", "f2"]
    project = await service.act(lambda act: register(act, details(), both))
    project = await service.act(lambda act: edit(act, project, details(trust="Other")))
    project = await service.act(lambda act: edit(act, project, details(title="New")))
    await service.act(lambda act: submit(act, project))
    said = await service.said()
    assert [(type(e), e.revision, e.title, len(e.authors)) for e in said] == [
        (ProjectRegistered, 1, "Fewer falls", 2),
        (ProjectRegistered, 2, "New", 2),
        (ProjectSubmitted, 3, "New", 2),
    ]


async def test_whoever_the_office_takes_off_a_project_is_told_and_so_is_who_remains(service):
    await service.hear(accepted("f1"), accepted("f2"), accepted("f3"))
    project = await service.registered("f1", "f2")
    given = (details(), ["f3", "f2"])
    after = await service.act(lambda act: edit_for_authors(act, project, *given, reason="Letter"))
    assert after.authors == ("f2", "f3")
    (left,) = await service.said(AuthorLeft)
    told = (left.person.person_id, left.by_office, [one.person_id for one in left.authors])
    assert told == ("f1", True, ["f2", "f3"])
    entry = (await audit_trail(service.messaging))[-1]
    noted = {key: entry["details"][key] for key in ("reason", "authors_added", "authors_gone")}
    assert noted == {"reason": "Letter", "authors_added": ["f3"], "authors_gone": ["f1"]}


async def test_who_left_the_programme_does_not_keep_the_other_authors_from_their_project(service):
    await service.hear(accepted("f1"), accepted("f2"))
    project = await service.registered("f1", "f2")
    await service.hear(withdrawn("f2"))
    project = await service.act(lambda act: edit(act, project, details(title="New")))
    assert (project.title, project.authors) == ("New", ("f1", "f2"))
    with pytest.raises(Refused, match="You are its only author"):
        await service.act(lambda act: leave(act, project, "f1"))


async def test_a_fellow_has_one_project_and_is_free_again_after_leaving_it(service):
    await service.hear(accepted("f1"), accepted("f2"))
    first = await service.act(lambda act: register(act, details(), ["f1", "f2"]))
    with pytest.raises(Refused) as refused:
        await service.act(lambda act: register(act, details(), ["f2"]))
    assert list(refused.value.fields) == ["authors"]
    await service.act(lambda act: leave(act, first, "f2"))
    await service.act(lambda act: register(act, details(), ["f2"]))


async def test_a_refused_use_case_leaves_nothing_behind(service):
    await service.hear(accepted("f1"))
    before = await service.contents()
    with pytest.raises(Refused):
        await service.act(lambda act: register(act, details(), ["f1", "nobody"]))
    assert (await service.contents(), await service.said()) == (before, [])
    assert (await service.panel()).projects == {}


async def test_a_crash_at_the_end_of_a_use_case_leaves_nothing_behind(service):
    await service.hear(accepted("f1"))

    async def crashes(act):
        await register(act, details(), ["f1"])
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError):
        await service.act(crashes)
    assert (await service.panel()).projects == {}
    assert await service.said() == []
    assert await service.messaging.db.read(ENTRIES).count({}) == 0
    await service.act(lambda act: register(act, details(), ["f1"]))


async def test_after_scoring_opens_a_late_submission_needs_the_office_and_a_reason(service):
    await service.judged()
    await service.hear(accepted("late"))
    project = await service.act(lambda act: register(act, details(), ["late"]))
    with pytest.raises(Refused, match="Ask the programme office"):
        await service.act(lambda act: submit(act, project))
    await service.act(lambda act: submit(act, project, reason="Was ill"))
    assert len((await service.panel()).competing) == 4
