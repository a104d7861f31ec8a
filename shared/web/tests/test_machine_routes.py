import asyncio
from collections.abc import Callable

import httpx
import pytest
from fastapi import FastAPI
from pydantic import SecretStr, ValidationError
from structlog.testing import capture_logs

from nextstep_messaging import Check, Messaging
from nextstep_web import WebSettings

from .conftest import browser_of, unstarted

TOKEN = "a-token-of-the-scraper"


async def test_the_first_page_is_found_from_the_root(client: httpx.AsyncClient):
    answer = await client.get("/")
    assert (answer.status_code, answer.headers["location"]) == (303, "/awards/")


async def test_health_says_only_that_the_process_answers(client: httpx.AsyncClient, checks: list):
    checks[0] = Check("mailbox", ok=False)
    answer = await client.get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok")


@pytest.mark.stack
async def test_a_service_that_has_everything_is_ready(running: httpx.AsyncClient):
    answer = await running.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["ready"] is True
    names = {check["name"] for check in answer.json()["checks"]}
    assert names >= {"database", "broker", "relay", "timers", "mailbox"}


@pytest.mark.stack
async def test_a_service_that_is_not_ready_names_what_is_missing(
    running: httpx.AsyncClient, checks: list
):
    checks[0] = Check("mailbox", ok=False, detail="no password is set")
    answer = await running.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["missing"] == ["mailbox"]
    said = {"name": "mailbox", "ok": False, "detail": "no password is set"}
    assert said in answer.json()["checks"]


async def test_a_service_without_its_database_says_so(make_app: Callable[..., FastAPI]):
    async with browser_of(make_app(unstarted())) as client:
        answer = await client.get("/readyz")
    assert answer.status_code == 503
    assert {"database", "broker", "relay", "timers"} <= set(answer.json()["missing"])


@pytest.mark.stack
async def test_gauges_are_fresh_when_metrics_are_read(
    running: httpx.AsyncClient, messaging: Messaging
):
    asked = []

    async def count() -> int:
        asked.append("counted")
        return 7

    messaging.pending("example", count)
    text = (await running.get("/metrics")).text
    only = (await running.get("/metrics?name[]=nextstep_work_pending")).text
    others = (await running.get("/metrics?name[]=nextstep_outbox_depth")).text
    fresh = 'nextstep_work_pending{kind="example"} 7.0'
    assert fresh in text
    lines = [line for line in only.splitlines() if line[0] != "#"]
    assert fresh in lines
    assert {line.partition("{")[0] for line in lines} == {"nextstep_work_pending"}
    assert "nextstep_outbox_depth" in others
    assert asked == ["counted"] * 2


async def test_requests_are_counted_by_route_and_not_by_path(client: httpx.AsyncClient):
    await client.get("/awards/link/one")
    await client.get("/awards/link/two")
    await client.request("BREW", "/awards/full")
    text = (await client.get("/metrics")).text
    assert 'method="GET",route="/awards/link/{token}",service="awards",status="403"' in text
    assert 'method="other"' in text
    assert "BREW" not in text


@pytest.mark.stack
async def test_machines_that_ask_often_do_not_fill_the_log(
    running: httpx.AsyncClient, checks: list
):
    with capture_logs() as logs:
        await running.get("/healthz")
        await running.get("/readyz")
        await running.get("/metrics")
        await running.post("/webhooks/form", content=b"{}")
        await running.get("/awards/static/page.css")
        checks[0] = Check("mailbox", ok=False)
        await running.get("/readyz")
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


@pytest.mark.parametrize(
    ("environment", "token", "sent", "status"),
    [
        ("production", None, "", 403),
        ("production", TOKEN, "", 401),
        ("production", TOKEN, f"Bearer {TOKEN}x", 401),
        ("production", TOKEN, f"Basic {TOKEN}", 401),
        ("production", TOKEN, "Bearer \xe9", 401),
        ("production", TOKEN, f"Bearer {TOKEN}", 200),
        ("local", TOKEN, "", 401),
        ("local", None, "", 200),
    ],
)
async def test_metrics_are_for_who_sends_their_token(
    make_app: Callable[..., FastAPI],
    settings: WebSettings,
    *,
    environment: str,
    token: str | None,
    sent: str,
    status: int,
):
    kept = {"environment": environment, "metrics_token": SecretStr(token) if token else None}
    app = make_app(unstarted(), settings=settings.model_copy(update=kept))
    async with browser_of(app) as scraper:
        answer = await scraper.get("/metrics", headers={"authorization": sent.encode("latin-1")})
    assert (answer.status_code, "nextstep_" in answer.text) == (status, status == 200)


def test_a_short_token_is_refused(settings: WebSettings):
    given = settings.model_dump() | {"metrics_token": "guess me"}
    with pytest.raises(ValidationError, match="at least 16"):
        WebSettings(**given)
