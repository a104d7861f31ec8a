"""The comparison of two worlds: it finds each way to tell them apart, and what was not asked."""

import pytest
from fastapi import APIRouter, FastAPI, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from nextstep_local.two_worlds import (
    NOBODY,
    FurtherValues,
    Post,
    World,
    assert_alike,
    told_apart,
    tour,
)

LIST = """<a href="?sort=name">Name</a> <a href="/thing/a">A</a> <a href="//far.example/">far</a>
<form><input type="search" name="q" value=""><select name="state"><option value="new">New</option>
</select></form>"""
ASKED = FurtherValues(values={"key": ["a", "b"]}, words=["Ada"])


def site(secret, id_of_b="b"):
    """A service that gives its secret away as `secret` says: where, and what."""
    router = APIRouter(prefix="/thing")

    def told(where):
        return secret.get(where, "")

    @router.get("")
    async def things(request: Request) -> HTMLResponse:
        asked = request.query_params
        found = told("search") if asked.get("q") == "Ada" else ""
        found += told("sort") if asked.get("sort") == "name" else ""
        found += told("filter") if asked.get("state") == "new" else ""
        found += told("odd") if asked.get("page") == "99999" else ""
        return HTMLResponse(LIST + found + f'<input name="csrf_token" value="{id(asked)}">')

    @router.get("/{key}")
    async def thing(key: str, request: Request) -> Response:
        if key not in {"a", id_of_b}:
            return Response(told("unknown"), 404)
        if key == "a":
            return Response(key, headers={"etag": f'"{told("etag")}"'})
        body = HTMLResponse(f"{key} {told('page')}", int(told("status") or 200))
        if told("cookie"):
            body.set_cookie(told("cookie"), str(id(request)))
        return body

    @router.head("/{key}")
    async def length(key: str) -> Response:
        return Response(headers={"content-length": str(len(key + told("head")))})

    @router.post("/{key}")
    async def change(key: str) -> Response:
        if key == "a":
            return Response(told("refusal"), 409)
        return RedirectResponse("/thing/after", 303)

    app = FastAPI(openapi_url=None)
    app.include_router(router, prefix="/site")
    return app


@pytest.mark.parametrize(
    ("where", "request_that_tells"),
    [
        ("page", "GET /site/thing/b"),
        ("search", "GET /site/thing?q=Ada&state=new"),
        ("sort", "GET /site/thing?sort=name"),
        ("odd", "GET /site/thing?page=99999"),
        ("unknown", "GET /site/thing/nobody-knows-this-id"),
        ("etag", "GET /site/thing/a"),
        ("cookie", "GET /site/thing/b"),
        ("head", "HEAD /site/thing/a"),
        ("refusal", "POST /site/thing/a {'data': {'points': '4'}, 'files': None}"),
    ],
)
async def test_each_way_to_tell_is_found(where, request_that_tells):
    asked = FurtherValues(
        ASKED.values, words=ASKED.words, posts=[Post("/site/thing/a", {"points": "4"})]
    )
    worlds = World(site({where: "secret"})), World(site({where: "other!"}))
    same = World(site({where: "secret"})), World(site({where: "secret"}))
    assert (await assert_alike(same, NOBODY, asked)).differences == []
    assert request_that_tells in await told_apart(
        (worlds[0], World(site({where: "longer secret"}))), NOBODY, asked
    )
    if where == "page":
        with pytest.raises(AssertionError, match=r"-b secret\n.*\+b other!"):
            await assert_alike(worlds, NOBODY, asked)


async def test_a_status_tells_and_a_failure_in_both_worlds_is_one():
    one, other = World(site({"status": "200"})), World(site({"status": "404"}))
    assert await told_apart((one, other), NOBODY, ASKED) == ["GET /site/thing/b"]
    broken = World(site({"status": "500"}))
    assert await told_apart((broken, broken), NOBODY, ASKED) == ["GET /site/thing/b"]


async def test_ids_that_differ_by_chance_have_one_name_in_both():
    one, other = World(site({}, "x17"), {"x17": "b"}), World(site({}, "y42"), {"y42": "b"})
    found = await assert_alike((one, other), NOBODY, ASKED)
    assert found.statuses["/site/thing/b"] == 200
    assert "/site/thing/b" in str(await tour((one, World(other.app)), NOBODY, ASKED))


async def test_what_is_not_asked_is_named_unless_a_reason_leaves_it_out():
    app = site({})

    @app.get("/other/{number}")
    async def other(number: int, depth: int = Query(alias="how-deep", default=1)) -> Response:
        return Response(f"{number} {depth}")

    world = World(app)
    found = await tour((world, world), NOBODY, ASKED)
    assert found.unasked == ["/other/{number}?how-deep="]
    with pytest.raises(AssertionError, match="not asked, and no reason given: /other"):
        await assert_alike((world, world), NOBODY, ASKED)
    named = FurtherValues(ASKED.values, queries={"/other/{number}": ["how-deep=2"]})
    assert (await assert_alike((world, world), NOBODY, named)).unasked == []
    left = FurtherValues(ASKED.values, left_out={"/other/{number}": "numbers are everybody's"})
    asked = (await assert_alike((world, world), NOBODY, left)).statuses
    assert not [address for address in asked if address.startswith("/other")]
    stale = FurtherValues(ASKED.values, left_out=left.left_out | {"/gone": "it was machine talk"})
    assert (
        "/gone (left out, and no longer there)"
        in (await tour((world, world), NOBODY, stale)).unasked
    )


async def test_too_much_to_ask_fails_instead_of_being_cut():
    world = World(site({}))
    with pytest.raises(AssertionError, match="More than 3 addresses"):
        await tour((world, world), NOBODY, FurtherValues(ASKED.values, most=3))
