"""What a panellist must not see is nowhere: not in lists, searches, pages, files or refusals."""

import csv
import io
import re

import pytest

from awards.judging.filling_in_sheets import unlock
from awards.panel.deciding_conflicts import decide_conflict
from awards.panellist.points import POINTS
from awards.projects.submitting import submit
from nextstep_contracts import ConflictChanged, ProjectScored

from ..builders import accepted
from ..service import FULL, Service

pytestmark = pytest.mark.stack
SECRET = "Aardvark study"


async def with_a_recusal(service: Service) -> tuple[str, dict[str, str], dict[str, str]]:
    """Ada is recused from the project with the secret title; Ben and Cat judge it."""
    made = await service.with_projects("f1", "f2")
    await service.hear(accepted("f3"))
    hidden = await service.registered("f3", title=SECRET)
    await service.act(lambda act: submit(act, hidden))
    judges = await service.with_panel("Ada", "Ben", "Cat")
    pair = (hidden.id, judges["Ada"])
    await service.act(lambda act: decide_conflict(act, pair, kind="personal", effective=True))
    await service.opened()
    return hidden.id, made, judges


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))


def without_tokens(text: str) -> str:
    """A page without what differs between any two requests, and without what was asked for."""
    text = re.sub(r'(csrf_token" value|csrf-token" content)="[^"]*"', "", text)
    return re.sub(r"urn:uuid:[0-9a-f-]+|/awards/panel/projects/[\w-]+", "", text)


async def test_a_recused_project_is_in_no_list_sort_or_search(service: Service):
    hidden, _, judges = await with_a_recusal(service)
    async with service.judge(judges["Ada"]) as ada:
        for query in ("", "?sort=title", "?sort=-authors", "?q=aardvark", "?sheet=missing"):
            page = (await ada.get(f"/awards/panel{query}")).text
            assert (SECRET in page, hidden in page) == (False, False)
    async with service.judge(judges["Ben"]) as ben:
        assert SECRET in (await ben.get("/awards/panel")).text


async def test_a_recused_project_reads_like_one_that_does_not_exist(service: Service):
    hidden, _, judges = await with_a_recusal(service)
    points = {f"{POINTS}{key}": "3" for key in FULL}
    async with service.judge(judges["Ada"]) as ada:
        for path, data in (
            ("", None),
            ("/poster", None),
            ("", points | {"do": "lock"}),
            ("/conflict", {"kind": "personal"}),
        ):
            answers = []
            for key in (hidden, "no-such-project"):
                url = f"/awards/panel/projects/{key}{path}"
                answer = await (ada.get(url) if data is None else ada.post(url, data=data))
                answers.append((answer.status_code, without_tokens(answer.text)))
            assert answers[0] == answers[1]
            assert answers[0][0] == 404


async def test_a_project_closed_by_a_conflict_when_its_author_applied_takes_no_sheet(
    service: Service,
):
    """What applications said hides it as a recusal does, from who knows its id as well."""
    hidden, made, judges = await with_a_recusal(service)
    about = {"viewer": "cat@panel.example", "person_id": "f3", "since": service.clock.now()}
    await service.hear(ConflictChanged(**about, revision=1, closed=True, reason="supervises"))
    points = {f"{POINTS}{key}": "3" for key in FULL}
    async with service.judge(judges["Cat"]) as cat:
        for do in ("save", "lock"):
            for key in (hidden, "no-such-project"):
                path = f"/awards/panel/projects/{key}"
                answer = await cat.post(path, data=points | {"do": do})
                assert answer.status_code == 404, (do, key)
    kept = await service.messaging.db.read("sheets").count({"panellist_id": judges["Cat"]})
    assert (kept, await service.said(ProjectScored)) == (0, [])
    await service.lock(made["f1"], judges["Cat"])


async def test_a_recused_project_is_in_no_file(service: Service):
    hidden, made, judges = await with_a_recusal(service)
    await service.lock(hidden, judges["Ben"], comment=SECRET)
    async with service.judge(judges["Ada"]) as ada:
        text = (await ada.get("/awards/panel/sheets.csv")).text
    assert SECRET not in text
    assert {row["project_id"] for row in rows(text)} == set(made.values())


async def test_others_scores_show_only_after_ones_own_sheet_is_locked(service: Service):
    _, made, judges = await with_a_recusal(service)
    project = made["f1"]
    await service.lock(project, judges["Ben"], comment="Ben was not convinced")
    async with service.judge(judges["Ada"]) as ada:
        pages = ("/awards/panel", f"/awards/panel/projects/{project}", "/awards/panel/sheets.csv")
        for path in pages:
            assert "Ben" not in (await ada.get(path)).text
        points = {f"{POINTS}{key}": "4" for key in FULL}
        await ada.post(f"/awards/panel/projects/{project}", data=points | {"do": "save"})
        for path in pages:
            assert "Ben" not in (await ada.get(path)).text
        await ada.post(f"/awards/panel/projects/{project}", data=points | {"do": "lock"})
        assert "Ben was not convinced" in (await ada.get(pages[1])).text
        found = rows((await ada.get(pages[2])).text)
    seen = {(row["project_id"], row["panellist"]) for row in found if row["state"] == "locked"}
    assert seen == {(project, "Ada"), (project, "Ben")}


async def test_others_scores_hide_again_while_ones_own_sheet_is_corrected(service: Service):
    _, made, judges = await with_a_recusal(service)
    project = made["f1"]
    await service.lock(project, judges["Ben"], comment="Ben was not convinced")
    await service.lock(project, judges["Ada"])
    pair = (project, judges["Ada"])
    await service.act(lambda act: unlock(act, pair, "Typing slip"))
    async with service.judge(judges["Ada"]) as ada:
        assert "Ben" not in (await ada.get(f"/awards/panel/projects/{project}")).text


async def test_a_draft_is_shown_to_nobody_else(service: Service):
    _, made, judges = await with_a_recusal(service)
    project = made["f1"]
    async with service.judge(judges["Ada"]) as ada:
        data = {f"{POINTS}impact": "5", "comment": "half a thought", "do": "save"}
        await ada.post(f"/awards/panel/projects/{project}", data=data)
        assert "half a thought" in (await ada.get(f"/awards/panel/projects/{project}")).text
    await service.lock(project, judges["Ben"])
    async with service.judge(judges["Ben"]) as ben:
        assert "half a thought" not in (await ben.get(f"/awards/panel/projects/{project}")).text
    async with service.client("office") as office:
        for path in (f"/awards/sheets/{project}/{judges['Ada']}", "/awards/scoring/sheets.csv"):
            assert "half a thought" not in (await office.get(path)).text


async def test_a_declared_conflict_hides_the_project_at_once(service: Service):
    _, made, judges = await with_a_recusal(service)
    project = made["f1"]
    async with service.judge(judges["Ben"]) as ben:
        url = f"/awards/panel/projects/{project}"
        page = (await ben.post(f"{url}/conflict", data={"kind": "same_trust"})).text
        assert "Project of f1" not in page
        assert (await ben.get(url)).status_code == 404


async def test_panellists_fellows_and_strangers_cannot_open_the_offices_pages(service: Service):
    _, _, judges = await with_a_recusal(service)
    async with (
        service.judge(judges["Ada"]) as ada,
        service.client("fellow", person_id="f1") as fellow,
    ):
        for path in ("projects", "result", "scoring/sheets.csv", "conflicts", "audit"):
            assert (await ada.get(f"/awards/{path}")).status_code == 403
            assert (await fellow.get(f"/awards/{path}")).status_code == 403
        assert (await fellow.get("/awards/panel")).status_code == 403
    async with service.client("panellist", person_id="somebody-else") as stranger:
        assert (await stranger.get("/awards/panel")).status_code == 404
