"""A service's events, described from our own host and tried in the local stack only."""

import json
from collections.abc import AsyncIterator, Callable
from typing import Any

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from playwright.async_api import Page

from nextstep_contracts import EVENTS, PersonErased, PlaceAccepted
from nextstep_contracts.catalogue import CONSUMERS, SERVICES
from nextstep_contracts.documents import publishers
from nextstep_local.testing import assert_readable, serving
from nextstep_messaging import EventRouter, Messaging, MessagingSettings
from nextstep_messaging.bus.asyncapi import document
from nextstep_web import WebSettings
from nextstep_web.event_descriptions import descriptions, example
from nextstep_web.event_pages import prefers_json
from nextstep_web.testing import signed_in


def router_of(service: str) -> EventRouter:
    router = EventRouter(service)

    async def handle(event: Any) -> None: ...

    for event, known in CONSUMERS.items():
        if service in known:
            router.hears(event)(handle)
    return router


def messaging(environment: str, mongo_url: str = "mongodb://localhost") -> Messaging:
    """Nothing of it is started; pages look into the database for sessions that ended."""
    settings = MessagingSettings(
        environment=environment,
        amqp_url="amqp://nobody@localhost",
        mongo_url=mongo_url,
        mongo_database="x",
    )
    return Messaging(router_of("awards"), settings)


@pytest_asyncio.fixture(params=["local"])
async def events(
    request: pytest.FixtureRequest,
    make_app: Callable[..., FastAPI],
    settings: WebSettings,
    mongo_url: str,
) -> AsyncIterator[httpx.AsyncClient]:
    app = make_app(messaging(request.param, mongo_url))
    transport = httpx.ASGITransport(app)
    session = signed_in(settings, "office", name="Olive Office")
    async with httpx.AsyncClient(
        transport=transport,
        base_url="http://test",
        headers={"accept": "text/html", **session.headers},
        cookies=session.cookies,
    ) as one:
        yield one


async def test_the_page_names_every_event_its_queue_and_its_data(events: httpx.AsyncClient):
    page = await events.get("/asyncapi")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    for event, known in CONSUMERS.items():
        if "awards" in known:
            assert f"awards.{event.event_name}" in page.text
    for event in EVENTS:
        if "awards" in publishers(event):
            assert event.type_for("awards") in page.text
    assert "list of LeaveNeed" not in page.text  # of another service
    assert "//" not in page.text.replace("<!DOCTYPE", "").split("<main", 1)[1].split("</main>")[0]


async def test_machines_are_given_the_document_itself(events: httpx.AsyncClient):
    document_ = document(router_of("awards"))
    assert (await events.get("/asyncapi.json")).json() == document_
    asked = await events.get("/asyncapi", headers={"accept": "application/json"})
    assert asked.json() == document_


@pytest.mark.parametrize(
    ("accept", "wants"),
    [
        ("application/json", True),
        ("application/vnd.aai.asyncapi+json;version=3.0.0", True),
        ("text/html,application/xhtml+xml,application/json;q=0.9", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_a_browser_is_given_the_page(accept: str, wants: bool):
    assert prefers_json(accept) is wants


@pytest.mark.parametrize("service", SERVICES)
def test_the_sample_of_every_event_fits_it(service: str):
    described = document(router_of(service))
    for event in CONSUMERS:
        schema = described["components"]["schemas"].get(event.event_name)
        if schema is not None:
            event.model_validate(example(described, schema))


def test_what_is_heard_is_told_in_words():
    told = {one["name"]: one for one in descriptions(document(router_of("awards")))}
    accepted = told["PlaceAccepted"]
    assert accepted["does"] == "hears"
    assert accepted["where"] == "awards.PlaceAccepted"
    assert accepted["key"] == "applications.PlaceAccepted.*"
    assert [field["name"] for field in accepted["fields"]] == [*PlaceAccepted.model_fields]
    assert accepted["fields"][3] == {
        "name": "person",
        "kind": "Person",
        "needed": "yes",
        "means": "",
    }


async def test_a_sample_is_offered_and_what_does_not_fit_is_refused(events: httpx.AsyncClient):
    page = await events.get("/asyncapi/try?event=PersonErased")
    assert page.status_code == 200
    assert "person_id" in page.text
    assert (await events.get("/asyncapi/try?event=ProjectScored")).status_code == 404
    wrong = {"event": "PersonErased", "body": json.dumps({"person_id": "p1"})}
    answer = await events.post("/asyncapi/try", data=wrong)
    assert answer.status_code == 422
    assert f"The data does not fit {PersonErased.event_name}: erased_at" in answer.text


@pytest.mark.parametrize("events", ["production"], indirect=True)
async def test_nothing_can_be_tried_where_the_programme_runs(events: httpx.AsyncClient):
    assert "/asyncapi/try" not in (await events.get("/asyncapi")).text
    assert (await events.get("/asyncapi/try?event=PersonErased")).status_code == 403
    sample = {"event": "PersonErased", "body": "{}"}
    assert (await events.post("/asyncapi/try", data=sample)).status_code == 403


@pytest.mark.browser
async def test_the_pages_are_readable_and_accessible(
    browser_page: Page, make_app: Callable[..., FastAPI]
):
    app = make_app(messaging("local"))
    async with serving(app) as site:
        for path in ("/asyncapi", "/asyncapi/try?event=PersonErased"):
            await browser_page.goto(site + path)
            await assert_readable(browser_page, path)
