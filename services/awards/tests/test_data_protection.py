"""Export and erasure of a person."""

import json

import pytest

from awards.data_protection import erase_person, export_person
from awards.fellows.fellow import ERASED_NAME
from awards.projects.attaching_a_poster import attach_poster
from awards.projects.poster import Poster
from nextstep_messaging.operating.audit import ENTRIES, first_break

from .builders import accepted, details
from .service import Service

pytestmark = pytest.mark.stack


async def a_decided_year(service: Service) -> tuple[dict[str, str], dict[str, str]]:
    made = await service.with_projects("f1", "f2")
    judges = await service.with_panel("Ada", "Ben")
    await service.opened()
    await service.lock(made["f1"], judges["Ada"], comment="Fellow f1 spoke well")
    await service.lock_all((await service.judging()).outstanding)
    await service.decided()
    return made, judges


async def test_the_export_of_a_fellow_holds_scores_and_comments_received(service: Service):
    await a_decided_year(service)
    found = json.loads(json.dumps(await export_person(service.messaging, "f1"), default=str))
    assert found["fellow"]["applications"]["app-f1"]["accepted"]["name"] == "Fellow f1"
    assert [one["details"]["title"] for one in found["projects"]] == ["Project of f1"]
    comments = [one["comment"] for one in found["scores_received"]]
    assert sorted(comments) == ["", "Fellow f1 spoke well"]
    assert len(found["decisions"]) == 1


async def test_the_export_of_a_panellist_holds_the_scores_given(service: Service):
    _, judges = await a_decided_year(service)
    found = await export_person(service.messaging, judges["Ada"])
    assert found["panellist"]["name"] == "Ada"
    assert len(found["scores_given"]) == 2
    assert len(found["audit"]) == 3


async def test_erasing_a_fellow_keeps_scores_and_chain_and_removes_name_text_and_poster(
    service: Service,
):
    made, _ = await a_decided_year(service)
    before = (await service.result()).basis
    await service.messaging.transact(lambda uow: erase_person(uow, "f1"))
    await service.messaging.transact(lambda uow: erase_person(uow, "f1"))
    result = await service.result()
    assert result.basis == before
    judging, panel = result.judging, result.judging.panel
    assert panel.fellows["f1"].name == ERASED_NAME
    assert panel.projects[made["f1"]].details.summary == ""
    assert all(judging.sheet(p).comment == "" for p in judging.expected if p[0] == made["f1"])
    people = [one for won in result.announced.winners for one in won.people]
    assert sorted((one.person_id, one.name) for one in people) == [
        ("f1", ERASED_NAME),
        ("f2", "Fellow f2"),
    ]
    entries = await service.messaging.db.read(ENTRIES).find({}, sort=[("number", 1)])
    assert first_break(entries) is None


async def test_erasing_the_author_of_a_poster_schedules_the_files_removal(service: Service):
    await service.hear(accepted("f1"), accepted("f2"))
    project = await service.registered("f1", "f2")
    poster = Poster(file_id="file-1", name="fellow-f1.pdf", size=3)
    await service.act(lambda act: attach_poster(act, project, poster))
    await service.messaging.transact(lambda uow: erase_person(uow, "f1"))
    kept = (await service.panel()).projects[project.id]
    assert (kept.poster, kept.details.summary) == (None, details().summary)
    assert (await service.messaging.db.read("_timers").get("file-1"))["kind"] == "delete_poster"


async def test_erasing_a_panellist_keeps_their_scores(service: Service):
    _, judges = await a_decided_year(service)
    before = (await service.result()).basis
    await service.messaging.transact(lambda uow: erase_person(uow, judges["Ada"]))
    result = await service.result()
    assert result.judging.panel.panellists[judges["Ada"]].name == ERASED_NAME
    assert result.basis == before
