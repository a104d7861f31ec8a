"""The year through its pages: the office, the Fellows and the panel, by forms alone."""

import csv
import io
import re
import zipfile
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction

import httpx
import pytest

from awards.panellist.points import POINTS
from awards.projects.attaching_a_poster import keep_poster
from nextstep_contracts import AwardsDecided, FellowGraduated, Refused
from nextstep_documents.testing import fake_clamd
from nextstep_documents.virus_scanner import Scanner

from .builders import PDF, accepted, requirements
from .service import FULL, Service

pytestmark = pytest.mark.stack
PROJECT = {
    "title": "Fewer falls",
    "supervisor": "Dr Sam",
    "trust": "A Trust",
    "summary": "All of it",
}


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))


def hidden(page: str, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', page)[1]


async def test_a_fellow_registers_edits_and_submits_a_project_with_a_poster(service: Service):
    await service.hear(accepted("f1"), accepted("f2"))
    async with service.client("fellow", person_id="f1") as fellow:
        assert "Register your Quality Improvement Project" in (await fellow.get("/awards/me")).text
        sent = PROJECT | {"co_authors": ["f2"]}
        poster = {"poster": ("my poster.exe", PDF, "application/octet-stream")}
        saved = await fellow.post("/awards/me/project", data=sent, files=poster)
        assert "Your project is saved" in saved.text
        file = await fellow.get("/awards/me/poster")
        assert (file.headers["content-type"], file.content) == ("application/pdf", PDF)
        await fellow.post("/awards/me/project", data=sent | {"title": "Fewer falls still"})
        assert "Asked, not answered yet" in (await fellow.get("/awards/me")).text
        async with service.client("fellow", person_id="f2") as asked:
            page = (await asked.get("/awards/me")).text
            assert "Fellow f1 asks you to be an author of this project" in page
            (project,) = (await service.panel()).projects
            sent_yes = f"/awards/me/invitations/{project}"
            assert "are an author" in (await asked.post(sent_yes, data={"answer": "yes"})).text
        page = (await fellow.post("/awards/me/submit")).text
        assert "Your project is submitted" in page
        twice = await fellow.post("/awards/me/submit")
        assert (twice.status_code, "is submitted already" in twice.text) == (200, True)
        again = await fellow.post("/awards/me/project", data=sent)
        assert (again.status_code, "can no longer be changed" in again.text) == (409, True)
    (project,) = (await service.panel()).projects.values()
    assert (project.title, project.authors, project.state) == (
        "Fewer falls still",
        ("f1", "f2"),
        "submitted",
    )


async def test_what_is_wrong_with_a_project_is_said_beside_its_field(service: Service):
    await service.hear(accepted("f1"))
    async with service.client("fellow", person_id="f1") as fellow:
        for data, file, message in (
            ({"title": ""}, None, "Enter the project&#39;s title"),
            ({"title": "x" * 201}, None, "200 characters or fewer"),
            ({"co_authors": ["stranger"]}, None, "must be a Fellow"),
            ({}, b"MZ this is no poster", "must be a PDF"),
            ({}, b"%PDF-1.7 and nothing of one", "cannot be opened"),
        ):
            files = {"poster": ("poster.pdf", file)} if file else None
            answer = await fellow.post("/awards/me/project", data=PROJECT | data, files=files)
            assert (answer.status_code, message in answer.text) == (422, True)
            assert "Dr Sam" in answer.text  # what was typed is still there


async def test_a_poster_over_the_limit_is_refused(service: Service):
    await service.hear(accepted("f1"))
    async with service.client("fellow", person_id="f1") as fellow:
        for size, status in ((10_000_001, 422), (12_000_000, 413)):
            files = {"poster": ("poster.pdf", PDF + b"x" * (size - len(PDF)))}
            answer = await fellow.post("/awards/me/project", data=PROJECT, files=files)
            assert answer.status_code == status


async def test_a_poster_is_scanned_as_every_document_is(service: Service):
    await service.with_projects("f1")
    (project,) = (await service.panel()).projects.values()
    async with fake_clamd() as clamd:
        here = replace(service.here, scanner=Scanner(clamd.address))
        assert (await keep_poster(here, project.id, "a.pdf", PDF, "f1")).scan == "clean"
        assert clamd.received == PDF
        clamd.answer = b"stream: Win.Test FOUND\0"
        with pytest.raises(Refused) as refused:
            await keep_poster(here, project.id, "a.pdf", PDF, "f1")
    assert refused.value.fields == {
        "poster": "We could not use this poster: a virus was found in it"
    }
    assert (await keep_poster(service.here, project.id, "a.pdf", PDF, "f1")).scan == "unscanned"


async def test_a_poster_is_named_safely_and_is_nothing_else_that_holds_the_mark(service: Service):
    await service.with_projects("f1")
    (project,) = (await service.panel()).projects.values()
    odd = await keep_poster(service.here, project.id, "C:\\x\\\u202efdp.exe\0", PDF, "f1")
    assert odd.name == "fdp.pdf"
    word = io.BytesIO()
    with zipfile.ZipFile(word, "w") as made:
        for part in ("%PDF-1.4", "[Content_Types].xml", "word/document.xml"):
            made.writestr(part, "")
    with pytest.raises(Refused) as refused:
        await keep_poster(service.here, project.id, "a.pdf", word.getvalue(), "f1")
    assert refused.value.fields == {"poster": "The poster must be a PDF"}


async def test_one_fellow_cannot_touch_anothers_project(service: Service):
    await service.with_projects("f1")
    await service.hear(accepted("f2"))
    async with service.client("fellow", person_id="f2") as other:
        assert (await other.post("/awards/me/submit")).status_code == 404
        assert (await other.get("/awards/me/poster")).status_code == 404
        assert "Project of f1" not in (await other.get("/awards/me")).text


async def add_panel(office: httpx.AsyncClient) -> None:
    for name, organisation in (("Ada", "KHP"), ("Ben", "FMLM"), ("Cat", "KBS")):
        data = {"name": name, "email": f"{name}@x.org", "organisation": organisation}
        answer = await office.post("/awards/panellists", data=data)
        assert f"{name} is on the panel" in answer.text


async def test_the_whole_year_by_forms_and_an_independent_recount_of_the_files(service: Service):
    fellows = [f"f{n}" for n in range(7)]
    for one in fellows:
        await service.hear(accepted(one), requirements(one, met=one != "f0"))
        async with service.client("fellow", person_id=one) as fellow:
            await fellow.post("/awards/me/project", data=PROJECT | {"title": f"Project {one}"})
            assert "is submitted" in (await fellow.post("/awards/me/submit")).text
    async with service.client("office", subject="office@example.org") as office:
        await add_panel(office)
        await office.post("/awards/scoring/method")
        assert "Scoring is open" in (await office.post("/awards/scoring/open")).text
        judges = [one.id for one in (await service.panel()).judges]
        await score_everything(service, judges)
        method = (await office.get("/awards/result/method.json")).json()
        sheets = rows(await office.get("/awards/scoring/sheets.csv"))
        result = rows(await office.get("/awards/result?format=csv"))
        assert [row["project_id"] for row in result] == recount(method["method"], sheets)
        page = (await office.post("/awards/result/stage")).text
        await office.post("/awards/result/apply", data={"decision_id": hidden(page, "decision_id")})
        (decided,) = await service.said(AwardsDecided)
        assert [won.project_id for won in decided.winners] == [
            row["project_id"] for row in result if row["bursary"] == "yes"
        ]
        assert decided.method == method["fingerprint"] == result[0]["method"]
        page = (await office.get("/awards/graduation")).text
        done = await office.post("/awards/graduation", data={"plan": hidden(page, "plan")})
        assert "6 Fellows are told of their graduation" in done.text
        lines = rows(await office.get("/awards/graduation?format=csv"))
        assert sum(row["outcome"] == "graduated" for row in lines) == 6
    assert len(await service.said(FellowGraduated)) == 6
    async with service.client("fellow", person_id="f6") as fellow:
        assert "22 July 2027" in (await fellow.get("/awards/me")).text


async def score_everything(service: Service, judges: list[str]) -> None:
    """Each panellist posts one form a project, every project with another total."""
    for number, judge in enumerate(judges):
        async with service.judge(judge) as client:
            page = (await client.get("/awards/panel")).text
            for key in dict.fromkeys(re.findall(r"/awards/panel/projects/([\w-]+)", page)):
                title = re.search(rf'{key}">Project f(\d)', page)[1]
                points = dict.fromkeys(FULL, 3) | {
                    "impact": 1 + int(title) % 5,
                    "spread": 1 + (int(title) + number) % 4,
                }
                data = {f"{POINTS}{k}": str(v) for k, v in points.items()} | {"do": "lock"}
                answer = await client.post(f"/awards/panel/projects/{key}", data=data)
                assert "Locked. You cannot change it any more." in answer.text


def recount(method: dict, sheets: list[dict[str, str]]) -> list[str]:
    """The ranking again, from the files alone."""
    counted = defaultdict(list)
    for row in sheets:
        if row["counts"] == "yes":
            counted[row["project_id"]].append(row)

    def mean(project: str, weights: dict[str, int]) -> Fraction:
        each = [
            sum(w * int(r[f"points_{k}"]) for k, w in weights.items()) for r in counted[project]
        ]
        return Fraction(sum(each), len(each))

    every = {one["key"]: one["weight"] for one in method["criteria"]}
    return sorted(
        counted,
        key=lambda p: (
            -mean(p, every),
            *(-mean(p, {key: 1}) for key in method["tie_breaks"]),
            p,
        ),
    )


async def test_an_unfinished_sheet_is_shown_again_with_what_is_missing(service: Service):
    made = await service.with_projects("f1")
    judges = await service.with_panel("Ada", "Ben")
    await service.opened()
    async with service.judge(judges["Ada"]) as ada:
        url = f"/awards/panel/projects/{made['f1']}"
        data = {f"{POINTS}impact": "4", "comment": "Kept", "do": "lock"}
        answer = await ada.post(url, data=data)
        assert answer.status_code == 422
        assert "Choose the points for Problem and need" in answer.text
        assert "Kept" in answer.text
        answer = await ada.post(url, data={f"{POINTS}impact": "9", "do": "save"})
        assert "must be from 1 to 5" in answer.text


async def test_a_judge_locks_one_sheet_after_another(service: Service):
    made = await service.with_projects("f1", "f2", "f3")
    judges = await service.with_panel("Ada", "Ben")
    await service.opened()
    keys = (await service.judging()).method.keys
    async with service.judge(judges["Ada"]) as ada:
        path, seen = f"/awards/panel/projects/{made['f2']}", []
        for _ in made:
            seen.append(path)
            onward = re.search(r'name="next" value="([^"]+)"', (await ada.get(path)).text)
            data = {f"{POINTS}{key}": "4" for key in keys}
            data |= {"next": onward[1], "do": "lock-next"} if onward else {"do": "lock"}
            answer = await ada.post(path, data=data)
            assert answer.status_code == 200
            path = answer.url.path
    assert path == seen[-1]
    assert sorted(seen) == sorted(f"/awards/panel/projects/{key}" for key in made.values())
    assert {
        pair for pair in (await service.judging()).outstanding if pair[1] == judges["Ada"]
    } == set()


async def test_a_staff_member_with_the_panel_role_is_known_by_address(service: Service):
    await service.with_projects("f1")
    await service.with_panel("Ada")
    async with service.client("panel", subject="ADA@panel.example") as ada:
        assert "Project of f1" in (await ada.get("/awards/")).text
    async with service.client("panel", subject="eve@panel.example") as eve:
        assert (await eve.get("/awards/")).status_code == 404


async def test_the_first_page_lists_what_waits(service: Service):
    await service.hear(accepted("f9"))
    made = await service.with_projects("f1", "f2")
    judges = await service.with_panel("Ada", "Ben")
    async with service.client("read_only") as office:
        page = (await office.get("/awards/")).text
        assert "1 Fellow has not registered a project" in page
        assert "Add panellists from KBS" in page
        assert "Register the method" in page
        await service.opened()
        await service.lock_all((project, judges["Ada"]) for project in made.values())
        page = (await office.get("/awards/")).text
        assert "Ben: 2 sheets to lock" in page
        assert "Ada:" not in page
        await service.lock_all((project, judges["Ben"]) for project in made.values())
        assert "stage the decision" in (await office.get("/awards/")).text


async def test_read_only_staff_look_and_change_nothing(service: Service):
    made = await service.with_projects("f1")
    async with service.client("read_only") as reader:
        page = await reader.get(f"/awards/projects/{made['f1']}")
        assert (page.status_code, "Take out" in page.text) == (200, False)
        for path in ("scoring/method", "result/stage", f"projects/{made['f1']}/remove"):
            assert (await reader.post(f"/awards/{path}")).status_code == 403


async def test_a_form_without_its_token_is_refused(service: Service):
    async with service.client("office") as office:
        del office.headers["x-csrf-token"]
        assert (await office.post("/awards/scoring/method")).status_code == 403
    assert (await service.judging()).scoring.method is None


async def test_lists_filter_sort_and_export(service: Service):
    await service.with_projects("f1", "f2")
    await service.hear(accepted("f3"))
    async with service.client("office") as office:
        page = (await office.get("/awards/projects?q=fellow+f2")).text
        assert ("Project of f2" in page, "Project of f1" in page) == (True, False)
        page = (await office.get("/awards/projects?sort=-title")).text
        assert page.index("Project of f2") < page.index("Project of f1")
        found = rows(await office.get("/awards/projects?format=csv&state=submitted"))
        assert [row["title"] for row in found] == ["Project of f1", "Project of f2"]
        found = rows(await office.get("/awards/projects/missing?format=csv"))
        assert [row["name"] for row in found] == ["Fellow f3"]


async def test_the_office_acts_on_behalf_of_fellows_only_with_a_reason(service: Service):
    await service.hear(accepted("f1"))
    async with service.client("office") as office:
        data = PROJECT | {"authors": ["f1"]}
        answer = await office.post("/awards/projects/new", data=data)
        assert (answer.status_code, "Say why" in answer.text) == (422, True)
        page = await office.post("/awards/projects/new", data=data | {"reason": "No access"})
        key = page.url.path.rsplit("/", 1)[1]
        here = f"/awards/projects/{key}"
        assert (await office.post(f"{here}/submit")).status_code == 409
        for act in ("submit", "give-back", "submit", "remove", "restore"):
            answer = await office.post(f"{here}/{act}", data={"reason": "By phone"})
            assert answer.status_code == 200
    assert (await service.panel()).projects[key].state == "submitted"


async def test_conflicts_are_confirmed_and_dismissed_from_their_page(service: Service):
    made = await service.with_projects("f1", "f2", trust="Same")
    judges = await service.with_panel("Ada", trust="Same")
    async with service.client("office") as office:
        assert "Confirm all 2" in (await office.get("/awards/conflicts")).text
        data = {"project_id": made["f1"], "panellist_id": judges["Ada"], "kind": "same_trust"}
        await office.post("/awards/conflicts", data=data | {"decision": "clear"})
        await office.post("/awards/conflicts/confirm")
        found = rows(await office.get("/awards/conflicts?format=csv"))
    assert {row["project_id"]: row["recused"] for row in found} == {
        made["f1"]: "no",
        made["f2"]: "yes",
    }


async def test_what_is_not_there_answers_not_found(service: Service):
    async with service.client("office") as office:
        for path in ("projects/x", "panellists/x", "sheets/x/y", "projects/x/poster"):
            assert (await office.get(f"/awards/{path}")).status_code == 404
        for path in ("audit", "audit?format=csv", "dead-letters", "result", "scoring"):
            assert (await office.get(f"/awards/{path}")).status_code == 200
