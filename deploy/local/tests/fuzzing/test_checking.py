"""Drawn requests find what they are there to find: here in a small application with one form."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse
from pymongo import MongoClient
from schemathesis.core.failures import FailureGroup

from nextstep_local.authorization.table import Asked, Kind, Route, Row, Table
from nextstep_local.authorization.world import Person, Thing, World
from nextstep_local.fuzzing.checking import check_drawn_requests
from nextstep_local.fuzzing.description import describe

pytestmark = pytest.mark.stack
PEOPLE = {name: Kind(about=name) for name in ("nobody", "office")}
SHOW, SAVE = Route("GET", "/toy/{key}"), Route("POST", "/toy/{key}")
FORM = """<form method="post" action="/toy/p1"><input name="seen" type="hidden" value="3">
<input name="on" type="date" value="2024-09-01"><textarea name="reason">Because</textarea></form>"""
TABLE = Table(
    "toy",
    PEOPLE,
    {
        SHOW: Row(about="x", thing="project", may={"office": 200}),
        SAVE: Row(about="x", thing="project", may={"office": 200}),
    },
    frozenset({SHOW, SAVE}),
    head_as_get=False,
)


@pytest.fixture
def world(mongo_url, mongo_database):
    """One project, which the office may change by a form that the description says nothing of."""
    with MongoClient[dict[str, Any]](mongo_url, tz_aware=True) as client:
        database = client[mongo_database]
        database["projects"].insert_one({"_id": "p1", "reason": "none"})
        app = FastAPI()
        app.state.pages = SimpleNamespace(service="toy")
        app.state.limiters = {}
        people = {name: Person({"who": name}) for name in PEOPLE}
        things = {"project": {"there": Thing({"key": "p1"})}}
        yield World(app, database, people, things)


def serve(world, saved) -> None:
    """The page with the form, and what is to happen when it is sent by the office."""

    async def show(request: Request, key: str) -> Response:
        del key
        allowed = request.cookies["who"] == "office"
        return HTMLResponse(FORM if allowed else "Sign in", 200 if allowed else 401)

    async def save(request: Request, key: str) -> Response:
        if request.cookies["who"] != "office":
            return HTMLResponse("Sign in", 401)
        return saved(key, {name: str(value) for name, value in (await request.form()).items()})

    answers: Any = {status: {"content": {"text/html": {}}} for status in (401, 404, 422)}
    for route, endpoint in ((SHOW, show), (SAVE, save)):
        world.app.add_api_route(
            route.path,
            endpoint,
            methods=[route.method],
            response_class=HTMLResponse,
            responses=answers,
        )


@pytest.fixture(autouse=True)
def enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """More requests than a service's route gets: these few routes have to be come through."""
    monkeypatch.setattr("nextstep_local.fuzzing.checking.FEW", 20)


async def asked(world, route=SAVE) -> list[int]:
    """Everything that is drawn for a route, sent."""
    description = await describe(world, TABLE)
    row = Asked(route, TABLE.rows[route], PEOPLE)
    return await check_drawn_requests(world, TABLE, row, description)


def careful(key: str, sent: dict[str, str]) -> Response:
    if key != "p1":
        return HTMLResponse("No", 404)
    try:
        int(sent["seen"]), date.fromisoformat(sent["on"])
    except (KeyError, ValueError):
        return HTMLResponse("No", 422)
    return HTMLResponse("Saved")


async def test_what_breaks_nothing_passes_and_comes_as_far_as_the_act(world):
    serve(world, careful)
    statuses = await asked(world)
    assert {200, 401} <= set(statuses)
    assert await asked(world, SHOW)


async def test_the_same_is_drawn_each_time(world):
    serve(world, careful)
    assert await asked(world) == await asked(world)


@pytest.mark.parametrize("missing", ["seen", "on", "reason"])
async def test_a_field_that_is_believed_to_be_there_is_found(world, missing):
    serve(world, lambda _, sent: HTMLResponse(sent[missing]))
    with pytest.raises(KeyError) as found:
        await asked(world)
    assert "POST /toy/{key} as office, sent" in found.value.__notes__[0]


async def test_a_failure_that_is_answered_is_found(world):
    def failing(_, sent):
        return HTMLResponse("", 500 if sent.get("reason") != "Because" else 200)

    serve(world, failing)
    with pytest.raises(AssertionError, match="is answered 500"):
        await asked(world)


async def test_an_answer_of_another_type_than_described_is_found(world):
    def other(*_):
        return Response("{}", 200, media_type="application/json")

    serve(world, other)
    with pytest.raises(FailureGroup, match="Undocumented Content-Type"):
        await asked(world)


async def test_a_status_that_is_not_described_is_found(world):
    serve(world, lambda *_: HTMLResponse("", 418))
    with pytest.raises(FailureGroup, match="Undocumented status code"):
        await asked(world)


async def test_what_a_request_has_changed_is_put_back(world):
    def changing(*_):
        before = world.database["projects"].find_one({"_id": "p1"})["reason"]
        world.database["projects"].update_one({"_id": "p1"}, {"$set": {"reason": "changed"}})
        return HTMLResponse("Saved", 200 if before == "none" else 500)

    serve(world, changing)
    assert 200 in await asked(world)
    assert world.database["projects"].find_one({"_id": "p1"})["reason"] == "none"
