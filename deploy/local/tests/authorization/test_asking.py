"""The matrix finds what it is there to find: here in a small application that does it all wrong."""

from types import SimpleNamespace
from typing import Any

import pytest
from fastapi import FastAPI, Request, Response
from pymongo import MongoClient

from nextstep_local.authorization.asking import (
    check_answers,
    check_extra_fields,
    check_head,
    check_methods,
    check_token,
)
from nextstep_local.authorization.table import Asked, Kind, Route, Row, Table
from nextstep_local.authorization.world import Person, Thing, World

pytestmark = pytest.mark.stack
PEOPLE = {name: Kind(about=name) for name in ("nobody", "office", "fellow")}
OWN, HIDDEN = "p1", "p2"


@pytest.fixture
def world(mongo_url, mongo_database):
    """Two projects, of which one is hidden from the Fellow."""
    with MongoClient[dict[str, Any]](mongo_url, tz_aware=True) as client:
        database = client[mongo_database]
        database["projects"].insert_many(
            [{"_id": OWN, "title": "Fewer falls"}, {"_id": HIDDEN, "title": "Aardvark study"}]
        )
        app = FastAPI()
        app.state.pages = SimpleNamespace(service="toy")
        app.state.limiters = {}
        people = {name: Person({"who": name}) for name in PEOPLE}
        things = {
            "own": Thing({"key": OWN}, ("Fewer falls",)),
            "hidden": Thing({"key": HIDDEN}, ("Aardvark study",)),
            "unknown": Thing({"key": "p9"}),
        }
        yield World(app, database, people, {"project": things}, {"intruded": "intruder"})


def row(world: World, endpoint: Any, method: str = "GET", **given: Any) -> Asked:
    """Serve an endpoint that takes `who`, and a row for it."""

    async def serve(request: Request, key: str) -> Response:
        sent = {name: str(value) for name, value in (await request.form()).items()}
        status, text = endpoint(request.cookies["who"], key, sent)
        return Response(text, status)

    world.app.add_api_route("/toy/{key}", serve, methods=[method])
    may = {"office": 200, "fellow": {"own": 200, "hidden": 404}}
    defaults = {"about": "x", "thing": "project", "may": may, "refused": 401}
    hidden_from = {"hidden": ["fellow"]}
    return Asked(Route(method, "/toy/{key}"), Row(**{**defaults, **given}), PEOPLE, hidden_from)


def table(asked: Asked) -> Table:
    return Table(
        "toy", PEOPLE, {asked.route: asked.row}, frozenset({asked.route}), head_as_get=False
    )


def right(who: str, key: str, _: Any = None) -> tuple[int, str]:
    """What the row says."""
    if who == "nobody":
        return 401, "Sign in"
    if key == OWN or (key == HIDDEN and who == "office"):
        return 200, "Fewer falls" if key == OWN else "Aardvark study"
    return 404, "There is no such project."


async def test_a_true_row_passes(world):
    asked = row(world, right)
    await check_answers(world, table(asked), asked)


async def test_an_answer_that_the_row_does_not_say_is_found(world):
    asked = row(world, lambda *_: (200, "Come in"))
    with pytest.raises(AssertionError, match="as nobody about own is answered 200; the table"):
        await check_answers(world, table(asked), asked)


async def test_a_refusal_that_shows_what_it_refuses_is_found(world):
    def talkative(who, key, _):
        status, text = right(who, key)
        return status, text if status == 200 else f"You may not see Aardvark study. {text}"

    asked = row(world, talkative)
    with pytest.raises(AssertionError, match="shows Aardvark study"):
        await check_answers(world, table(asked), asked)


async def test_an_answer_with_what_somebody_must_never_see_is_found(world):
    world.people["fellow"] = Person({"who": "fellow"}, never=("falls",))
    asked = row(world, right)
    with pytest.raises(AssertionError, match="as fellow about own is answered 200 and shows falls"):
        await check_answers(world, table(asked), asked)


async def test_a_refusal_that_tells_hidden_from_unknown_is_found(world):
    def telling(who, key, _):
        status, text = right(who, key)
        return status, "Not for you." if (who, key) == ("fellow", HIDDEN) else text

    asked = row(world, telling)
    with pytest.raises(AssertionError, match="tells fellow hidden from unknown"):
        await check_answers(world, table(asked), asked)


async def test_a_refusal_that_acts_first_is_found_and_put_back(world):
    def hasty(who, key, _):
        world.database["projects"].update_one({"_id": key}, {"$set": {"title": "Gone"}})
        return right(who, key)

    asked = row(world, hasty, "POST")
    with pytest.raises(AssertionError, match=r"A refusal by POST /toy/\{key\} changes"):
        await check_answers(world, table(asked), asked)
    titles = {one["title"] for one in world.database["projects"].find()}
    assert titles == {"Fewer falls", "Aardvark study"}


async def test_a_look_that_changes_something_is_found_unless_the_row_says_why(world):
    def counting(who, key, _):
        answer = right(who, key)
        if answer[0] == 200:
            world.database["looks"].insert_one({"key": key})
        return answer

    asked = row(world, counting)
    with pytest.raises(AssertionError, match="Looking at GET"):
        await check_answers(world, table(asked), asked)
    said = Asked(asked.route, asked.row.model_copy(update={"effect": "Looks are counted"}), PEOPLE)
    await check_answers(world, table(said), said)


async def test_a_form_that_needs_no_token_is_found(world):
    asked = row(world, right, "POST")
    with pytest.raises(AssertionError, match="without the form's token is answered"):
        await check_token(world, table(asked), asked)


async def test_a_field_that_a_form_does_not_show_is_found_when_it_is_kept(world):
    def believing(who, key, sent):
        answer = right(who, key)
        if answer[0] == 200:
            change = {"title": sent["title"], "owner": sent.get("owner", who)}
            world.database["projects"].update_one({"_id": key}, {"$set": change})
        return answer

    asked = row(world, believing, "POST", send={"title": "Other"})
    with pytest.raises(AssertionError, match="with fields it does not show, changes"):
        await check_extra_fields(world, table(asked), asked)


async def test_a_method_that_no_row_names_is_found(world):
    asked = row(world, right)
    row(world, right, "DELETE")
    with pytest.raises(AssertionError, match=r"DELETE /toy/\{key\} is answered 200"):
        await check_methods(world, table(asked), "/toy/{key}")


async def test_a_head_that_is_answered_otherwise_than_get_is_found(world):
    asked = row(world, right)
    with pytest.raises(
        AssertionError, match=r"HEAD /toy/\{key\} as nobody is answered 405, GET 401"
    ):
        await check_head(world, table(asked), asked)
