"""Export and erasure of a person."""

import json

import pytest

from awards.commands import projects
from awards.fellows import ERASED_NAME
from awards.people import erase_person, export_person
from awards.projects import Poster
from nextstep_messaging.operating.audit import ENTRIES, first_break

from .builders import accepted, details
from .desk import Desk

pytestmark = pytest.mark.stack


async def a_decided_year(desk: Desk) -> tuple[dict[str, str], dict[str, str]]:
    made = await desk.with_projects("f1", "f2")
    judges = await desk.with_panel("Ada", "Ben")
    await desk.opened()
    await desk.lock(made["f1"], judges["Ada"], comment="Fellow f1 spoke well")
    await desk.lock_all((await desk.board()).outstanding)
    await desk.decided()
    return made, judges


async def test_the_export_of_a_fellow_holds_scores_and_comments_received(desk: Desk):
    await a_decided_year(desk)
    found = json.loads(json.dumps(await export_person(desk.messaging, "f1"), default=str))
    assert found["fellow"]["applications"]["app-f1"]["accepted"]["name"] == "Fellow f1"
    assert [one["details"]["title"] for one in found["projects"]] == ["Project of f1"]
    comments = [one["comment"] for one in found["scores_received"]]
    assert sorted(comments) == ["", "Fellow f1 spoke well"]
    assert len(found["decisions"]) == 1


async def test_the_export_of_a_panellist_holds_the_scores_given(desk: Desk):
    _, judges = await a_decided_year(desk)
    found = await export_person(desk.messaging, judges["Ada"])
    assert found["panellist"]["name"] == "Ada"
    assert len(found["scores_given"]) == 2
    assert len(found["audit"]) == 3


async def test_erasing_a_fellow_keeps_scores_and_chain_and_removes_name_text_and_poster(desk: Desk):
    made, _ = await a_decided_year(desk)
    before = await desk.board()
    await desk.messaging.transact(lambda uow: erase_person(uow, "f1"))
    await desk.messaging.transact(lambda uow: erase_person(uow, "f1"))
    board = await desk.board()
    assert board.basis == before.basis
    assert board.fellows["f1"].name == ERASED_NAME
    assert board.projects[made["f1"]].details.summary == ""
    assert all(board.sheet(p).comment == "" for p in board.expected if p[0] == made["f1"])
    people = [one for won in board.announced.winners for one in won.people]
    assert sorted((one.person_id, one.name) for one in people) == [
        ("f1", ERASED_NAME),
        ("f2", "Fellow f2"),
    ]
    entries = await desk.messaging.db.read(ENTRIES).find({}, sort=[("number", 1)])
    assert first_break(entries) is None


async def test_erasing_the_author_of_a_poster_schedules_the_files_removal(desk: Desk):
    await desk.hear(accepted("f1"), accepted("f2"))
    project = await desk.act(lambda act: projects.register(act, details(), ["f1", "f2"]))
    poster = Poster(file_id="file-1", name="fellow-f1.pdf", size=3)
    await desk.act(lambda act: projects.attach_poster(act, project.id, poster))
    await desk.messaging.transact(lambda uow: erase_person(uow, "f1"))
    kept = (await desk.board()).projects[project.id]
    assert (kept.poster, kept.details.summary) == (None, details().summary)
    assert (await desk.messaging.db.read("_timers").get("file-1"))["kind"] == "delete_poster"


async def test_erasing_a_panellist_keeps_their_scores(desk: Desk):
    _, judges = await a_decided_year(desk)
    before = (await desk.board()).basis
    await desk.messaging.transact(lambda uow: erase_person(uow, judges["Ada"]))
    board = await desk.board()
    assert (board.panellists[judges["Ada"]].name, board.basis) == (ERASED_NAME, before)
