"""A small service with one of everything, served to an HTTP client and to a browser."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Literal

import httpx
import pytest
import pytest_asyncio
from fastapi import APIRouter, Depends, FastAPI, Form, Request, Response, UploadFile
from fastapi.responses import JSONResponse
from jinja2 import FileSystemLoader
from joserfc.jwk import OKPKey
from pydantic import BaseModel, Field

from nextstep_contracts import Refused
from nextstep_local.testing import serving
from nextstep_web import (
    WebSettings,
    blank,
    create_app,
    csv_response,
    flash,
    listing,
    read_form,
    redirect,
    render,
    require,
)
from nextstep_web.charts import bar_chart
from nextstep_web.testing import signed_in

NOW = datetime(2024, 9, 2, 12, tzinfo=UTC)
COLOURS = {"Registered": "grey", "Submitted": "blue", "Scored": "green"}
OFFICE = Depends(require("office", "read_only"))


@dataclass(frozen=True)
class Project:
    number: int
    title: str
    fellow: str
    state: str
    score: float | None


TITLES = ("Shorter waits in the frailty clinic", "Safer handover at night", "Fewer lost referrals")
FELLOWS = ("Dr Amara Okafor", "Dr Siân Ó Dálaigh", "Dr José Núñez", "Dr Wei Zhang")
PROJECTS = [
    Project(
        number,
        f"{TITLES[number % 3]} ({number})",
        FELLOWS[number % 4],
        list(COLOURS)[number % 3],
        round(50 + number * 7 % 50 + number / 10, 1) if number % 3 == 2 else None,
    )
    for number in range(70)
]


class Withdrawal(BaseModel):
    reason: Annotated[str, Field(title="Reason", min_length=5)]
    kind: Annotated[Literal["illness", "other"], Field(title="Kind of reason")]
    agreed: Annotated[list[str], Field(title="Agreement", min_length=1)]


pages = APIRouter(prefix="/awards")
hooks = APIRouter(tags=["machine"])


@pages.get("/", dependencies=[OFFICE])
async def home(request: Request) -> Response:
    chart = bar_chart("Projects by state", [(s, _count(s)) for s in COLOURS], "projects")
    return render(request, "home.html", chart=chart, total=len(PROJECTS))


@pages.get("/projects", dependencies=[OFFICE])
async def projects(request: Request, q: str = "", state: str = "") -> Response:
    chosen = [p for p in PROJECTS if q.lower() in p.title.lower() and state in ("", p.state)]
    if request.query_params.get("format") == "csv":
        return csv_response("projects.csv", ["Title"], [[p.title] for p in chosen])
    keys = {"title": lambda p: p.title, "fellow": lambda p: p.fellow, "score": lambda p: p.score}
    found = listing(request, chosen, keys, "-score", per_page=10)
    return render(request, "projects.html", found=found, rows=[_row(p) for p in found.rows])


@pages.get("/withdraw", dependencies=[OFFICE])
async def ask(request: Request) -> Response:
    return render(request, "withdraw.html", form=blank(kind="other"))


@pages.post("/withdraw", dependencies=[OFFICE])
async def withdraw(request: Request) -> Response:
    form = await read_form(request, Withdrawal)
    if not form.valid:
        return render(request, "withdraw.html", 422, form=form)
    flash(request, "The project is withdrawn.")
    return redirect("/awards/projects")


@pages.get("/me", dependencies=[Depends(require("fellow"))])
async def me(request: Request) -> Response:
    return render(request, "me.html")


@pages.post("/upload", dependencies=[OFFICE])
async def upload(file: UploadFile, count: Annotated[int, Form()]) -> Response:
    return JSONResponse({"count": count, "bytes": len(await file.read())})


@pages.post("/small", dependencies=[OFFICE], max_body_size=100)
async def small(request: Request) -> Response:
    return JSONResponse({"bytes": len(await request.body())})


@pages.get("/full")
async def full() -> Response:
    raise Refused("All 70 places are taken.")


@pages.get("/broken")
async def broken() -> Response:
    raise ZeroDivisionError("a secret that must not be shown")


@hooks.post("/webhooks/{source}")
async def hook(request: Request, source: str) -> dict[str, object]:
    return {"source": source, "bytes": len(await request.body())}


def _count(state: str) -> int:
    return sum(project.state == state for project in PROJECTS)


def _row(project: Project) -> dict[str, object]:
    return {
        "title": {"text": project.title, "href": f"/awards/projects/{project.number}"},
        "fellow": project.fellow,
        "state": {"tag": project.state, "colour": COLOURS[project.state]},
        "score": project.score,
    }


@dataclass
class Check:
    name: str
    ok: bool
    detail: str = ""


@pytest.fixture(scope="session")
def link_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519")


@pytest.fixture(scope="session")
def settings(link_key: OKPKey) -> WebSettings:
    return WebSettings(
        environment="local",
        session_secret="a session secret that only tests use",
        link_public_key=json.dumps(link_key.as_dict(private=False)),
        local_sign_in=True,
        secure_cookies=False,
    )


@pytest.fixture
def checks() -> list[Check]:
    """What the example needs: a test may say that something is missing."""
    return [Check("database", ok=True), Check("broker", ok=True)]


@pytest.fixture
def make_app(settings: WebSettings, checks: list[Check]) -> Callable[..., FastAPI]:
    """Builds the example; keywords replace its parts."""

    async def readiness() -> list[Check]:
        return checks

    def make(**given: object) -> FastAPI:
        parts: dict[str, object] = {
            "service": "awards",
            "title": "Awards",
            "settings": settings,
            "routers": [pages, hooks],
            "templates": [FileSystemLoader(Path(__file__).parent / "templates")],
            "readiness": readiness,
            "now": lambda: NOW,
        }
        return create_app(**(parts | given))  # type: ignore[arg-type]

    return make


@pytest_asyncio.fixture
async def client(make_app: Callable[..., FastAPI]) -> AsyncIterator[httpx.AsyncClient]:
    """A browser without script and without a session."""
    transport = httpx.ASGITransport(make_app())
    async with httpx.AsyncClient(
        transport=transport, base_url="http://test", headers={"accept": "text/html"}
    ) as one:
        yield one


@pytest.fixture
def office(client: httpx.AsyncClient, settings: WebSettings) -> httpx.AsyncClient:
    """The same, as somebody of the programme office."""
    session = signed_in(settings, "office", name="Olive Office")
    client.cookies.update(session.cookies)
    client.headers.update(session.headers)
    return client


@pytest_asyncio.fixture
async def site(make_app: Callable[..., FastAPI]) -> AsyncIterator[str]:
    """The address of the example, served over HTTP."""
    async with serving(make_app()) as url:
        yield url
