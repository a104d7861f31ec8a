import asyncio
from collections.abc import Callable, Collection

import httpx
import pytest
from fastapi import FastAPI
from prometheus_client import Gauge
from structlog.testing import capture_logs

DEPTH = Gauge("example_depth", "What a test refreshes")


async def test_the_first_page_is_found_from_the_root(client: httpx.AsyncClient):
    answer = await client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/awards/")


async def test_health_says_only_that_the_process_answers(client: httpx.AsyncClient, checks: list):
    checks[0].ok = False
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


async def test_a_service_that_has_everything_is_ready(client: httpx.AsyncClient):
    answer = await client.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True


async def test_a_service_that_is_not_ready_names_what_is_missing(
    client: httpx.AsyncClient, checks: list
):
    checks[1].ok, checks[1].detail = False, "no connection to the broker"
    answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json() == {
        "ready": False,
        "missing": ["broker"],
        "checks": [
            {"name": "database", "ok": True, "detail": ""},
            {"name": "broker", "ok": False, "detail": "no connection to the broker"},
        ],
    }


async def test_gauges_are_fresh_when_metrics_are_read(make_app: Callable[..., FastAPI]):
    asked = []

    async def refresh(names: Collection[str]) -> None:
        asked.append(list(names))
        DEPTH.set(7)

    transport = httpx.ASGITransport(make_app(metrics=refresh))
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        text = (await client.get("/metrics")).text
        only = (await client.get("/metrics?name[]=example_depth")).text
    assert "example_depth 7.0" in text
    assert [line for line in only.splitlines() if line[0] != "#"] == ["example_depth 7.0"]
    assert asked == [[], ["example_depth"]]


async def test_requests_are_counted_by_route_and_not_by_path(client: httpx.AsyncClient):
    await client.get("/awards/link/one")
    await client.get("/awards/link/two")
    await client.request("BREW", "/awards/full")
    text = (await client.get("/metrics")).text
    assert 'method="GET",route="/awards/link/{token}",service="awards",status="403"' in text
    assert 'method="other"' in text
    assert "BREW" not in text


async def test_machines_that_ask_often_do_not_fill_the_log(client: httpx.AsyncClient, checks: list):
    with capture_logs() as logs:
        await client.get("/healthz")
        await client.get("/readyz")
        await client.get("/metrics")
        await client.post("/webhooks/form", content=b"{}")
        await client.get("/awards/static/page.css")
        checks[0].ok = False
        await client.get("/readyz")
    assert [(line["route"], line["status"]) for line in logs] == [("/readyz", 503)]


async def test_the_interface_is_described_from_our_own_host(client: httpx.AsyncClient):
    page = await client.get("/docs")
    assert page.status_code == 200
    assert "http" not in page.text.replace("http-equiv", "")
    described = (await client.get("/openapi.json")).json()
    assert "/webhooks/{source}" in described["paths"]
    assert "/awards/sign-in" not in described["paths"]


@pytest.mark.parametrize("path", ["/awards/static/page.css", "/awards/static/page.js"])
async def test_a_built_file_may_be_kept_for_a_year_under_its_digest(
    client: httpx.AsyncClient, path: str
):
    page = (await client.get("/awards/sign-in")).text
    versioned = page.split(path + "?v=")[1].split('"')[0]
    kept = await client.get(f"{path}?v={versioned}")
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-encoding"] == "gzip"
    asked_again = await client.get(path)
    assert asked_again.headers["cache-control"] == "no-cache"
    not_modified = await client.get(path, headers={"if-none-match": asked_again.headers["etag"]})
    assert not_modified.status_code == 304


async def test_each_request_has_its_own_session_and_id(client: httpx.AsyncClient):
    answers = await asyncio.gather(*(client.get("/awards/sign-in") for _ in range(20)))
    assert len({answer.headers["x-correlation-id"] for answer in answers}) == 20
