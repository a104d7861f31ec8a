"""What a table says, and what it says is missing."""

import pytest
from fastapi import APIRouter, FastAPI
from starlette.staticfiles import StaticFiles

from nextstep_contracts.catalogue import SERVICES
from nextstep_local.authorization.document import PAGE, document
from nextstep_local.authorization.routes import routes_of
from nextstep_local.authorization.table import (
    Asked,
    Kind,
    Route,
    Row,
    TableError,
    forgotten,
    table_of,
)

PEOPLE = {
    "nobody": Kind(about="Not signed in"),
    "office": Kind(about="Programme office"),
    "judging": Kind(about="Of the office, and a judge", like="office"),
    "fellow": Kind(about="A Fellow"),
}


def asked(method: str = "GET", **row: object) -> Asked:
    hidden_from = {"hidden": ["judging"]}
    return Asked(Route(method, "/awards/x/{key}"), Row(about="x", **row), PEOPLE, hidden_from)


def test_who_is_not_named_is_refused_and_nobody_is_led_to_sign_in():
    row = asked(may={"office": 200})
    assert [row.status(who, "own") for who in PEOPLE] == [303, 200, 200, 403]
    assert asked(may={"office": 200}, refused=401).status("nobody", "own") == 401


def test_what_is_unknown_or_of_another_cohort_is_not_there_unless_nobody_gets_that_far():
    row = asked(may={"office": 200, "judging": 403})
    assert [row.status("office", case) for case in ("own", "unknown", "other cohort")] == [
        200,
        404,
        404,
    ]
    assert row.status("judging", "unknown") == 403


def test_a_thing_that_the_row_does_not_speak_of_is_asked_for():
    row = asked(may={"office": 200, "judging": {"own": 200}}, thing="project")
    with pytest.raises(TableError, match="say what judging is answered about project: removed"):
        row.status("judging", "removed")


def test_what_is_hidden_from_somebody_is_to_them_what_does_not_exist():
    row = asked(may={"office": 200})
    assert (row.status("office", "hidden"), row.status("judging", "hidden")) == (200, 404)
    row = asked(may={"office": {"own": 200, "hidden": 409, "unknown": 422}})
    assert (row.status("office", "hidden"), row.status("judging", "hidden")) == (409, 422)


def test_who_may_see_a_thing_but_not_act_is_told_what_there_is_and_no_more():
    row = asked("POST", may={"fellow": 303}, seen_by=["office"])
    cases = ("own", "hidden", "unknown")
    assert [row.status("office", case) for case in cases] == [403, 403, 404]
    assert [row.status("judging", case) for case in cases] == [403, 404, 404]


def test_a_route_that_nobody_wrote_down_is_named_with_the_row_to_add():
    table = table_of("scheduling")
    served = [*table.rows, Route("POST", "/scheduling/fellows/{person_id}/expel")]
    (missing,) = forgotten(table, served)
    assert "services/scheduling/tests/authorization.yaml" in missing
    assert "  POST /scheduling/fellows/{person_id}/expel:\n    about: …" in missing
    (gone,) = forgotten(table, served[1:-1])
    assert f"{served[0]} is in" in gone
    assert "does not serve it" in gone
    (twice,) = forgotten(table, [*table.rows, served[0]])
    assert f"{served[0]} is served by two routes" in twice


def test_routes_are_read_from_routers_in_routers_and_from_mounts(tmp_path):
    inner, outer, app = APIRouter(prefix="/in"), APIRouter(prefix="/out"), FastAPI(openapi_url=None)
    inner.add_api_route("/{key:path}", lambda key: key, methods=["POST", "GET"])
    outer.include_router(inner)
    app.include_router(outer)
    below = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    below.add_api_route("/deep", lambda: 1, methods=["DELETE"])
    app.mount("/sub", below)
    app.mount("/static", StaticFiles(directory=tmp_path))
    assert [str(route) for route in routes_of(app)] == [
        "GET /out/in/{key}",
        "POST /out/in/{key}",
        "DELETE /sub/deep",
        "GET /static/{path}",
    ]


def test_a_kind_of_route_that_cannot_be_read_is_not_overlooked():
    app = FastAPI()
    app.add_api_websocket_route("/live", lambda websocket: websocket)
    with pytest.raises(TypeError, match="cannot read"):
        routes_of(app)


@pytest.mark.parametrize("service", SERVICES)
def test_every_table_can_be_read(service):
    table = table_of(service)
    assert len(table.own) >= 10
    assert {"nobody", "office", "read_only", "fellow"} <= set(table.people)


def test_the_page_is_what_the_tables_say():
    assert PAGE.read_text("utf-8") == document(), "run `make docs`"
