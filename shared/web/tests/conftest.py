"""A small service with one of everything, served to an HTTP client and to a browser."""

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal

import httpx
import pytest
import pytest_asyncio
from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.responses import JSONResponse
from jinja2 import FileSystemLoader
from joserfc.jwk import OKPKey
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile

from nextstep_contracts import AlreadySo, ConflictChanged, PersonErased, Refused
from nextstep_local.testing import serving, session_keys
from nextstep_messaging import (
    Check,
    DatabaseUnavailableError,
    EventRouter,
    FixedClock,
    Messaging,
    MessagingSettings,
    StaleDocument,
    Unit,
    UnitOfWork,
)
from nextstep_web import (
    About,
    AuditTrail,
    Principal,
    Telling,
    WebSettings,
    actor_of,
    blank,
    create_app,
    csv_response,
    flash,
    here,
    here_of,
    listing,
    read_form,
    redirect,
    render,
    require,
    sessions,
)
from nextstep_web.access_ended import close_for_erased
from nextstep_web.access_handlers import hear_access
from nextstep_web.charts import bar_chart
from nextstep_web.conflicts import hear_conflicts
from nextstep_web.session_check import ACCESS_COLLECTIONS
from nextstep_web.testing import signed_in

NOW = datetime(2024, 9, 2, 12, tzinfo=UTC)


async def nobody_known(_uow: UnitOfWork, _person_id: str) -> None:
    """Whose a person is, where none is known."""


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


@pages.get("/leave", dependencies=[Depends(require("fellow", doing="decide"))])
async def before_leaving(request: Request) -> Response:
    return render(request, "withdraw.html", form=blank(kind="other"))


@pages.post("/leave", dependencies=[Depends(require("fellow", doing="decide"))])
async def leave() -> Response:
    return redirect("/awards/me")


@pages.get("/me", dependencies=[Depends(require("fellow"))])
async def me(request: Request) -> Response:
    return render(request, "me.html")


@pages.post("/upload", dependencies=[OFFICE])
async def upload(request: Request) -> Response:
    sent = await request.form()
    file = sent["file"]
    assert isinstance(file, UploadFile)
    if sent.get("refuse"):
        raise Refused("Not this one.")
    return JSONResponse({"count": int(str(sent["count"])), "bytes": len(await file.read())})


@pages.get("/counted", dependencies=[OFFICE])
async def counted(count: int) -> Response:
    return JSONResponse({"count": count})


@pages.post("/small", dependencies=[OFFICE], max_body_size=100)
async def small(request: Request) -> Response:
    return JSONResponse({"bytes": len(await request.body())})


@pages.get("/full")
async def full() -> Response:
    raise Refused("All 70 places are taken.")


@pages.post("/projects", dependencies=[OFFICE])
@pages.post("/graduate", dependencies=[OFFICE])
@pages.post("/projects/accept", dependencies=[OFFICE])
async def accept_again() -> Response:
    raise AlreadySo("You have accepted the place already.")


@pages.get("/moment", dependencies=[OFFICE])
async def moment(request: Request) -> Response:
    return render(request, "moment.html", at=NOW, starts=time(11, 30), ends=time(12))


@pages.get("/here", dependencies=[OFFICE])
async def held(
    request: Request, by_dependency: Annotated[dict[str, object], Depends(here)]
) -> Response:
    return JSONResponse([list(by_dependency), here_of(request) is by_dependency])


@pages.post("/act")
async def act(request: Request, who: Annotated[Principal, Depends(require())]) -> Response:
    return JSONResponse(asdict(actor_of(request, who)))


@pages.get("/broken")
async def broken() -> Response:
    raise ZeroDivisionError("a secret that must not be shown")


@pages.post("/overtaken", dependencies=[OFFICE])
async def overtaken() -> Response:
    raise StaleDocument("projects 7")


@pages.get("/away", dependencies=[OFFICE])
async def away() -> Response:
    raise DatabaseUnavailableError("a server that must not be named")


@hooks.post("/webhooks/overtaken")
async def hook_overtaken() -> Response:
    raise StaleDocument("receipts 7")


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


async def telling(request: Request, reader: Principal) -> Telling:
    """The second project is hidden from whoever may only read."""
    del request
    hidden = frozenset() if reader.has("office") else frozenset({"2"})
    return Telling(
        about=lambda entry: About(f"“{entry['about']}”", f"/awards/projects/{entry['about']}"),
        who=lambda known: known.partition("@")[0],
        hidden=hidden,
    )


@pytest.fixture(scope="session")
def link_key() -> OKPKey:
    return OKPKey.generate_key("Ed25519")


@pytest.fixture(scope="session")
def settings(link_key: OKPKey) -> WebSettings:
    return WebSettings(
        environment="local",
        session_key=session_keys().of("awards"),
        session_public_keys=session_keys().public,
        link_public_key=json.dumps(link_key.as_dict(private=False)),
        local_sign_in=True,
        secure_cookies=False,
    )


@pytest.fixture
def checks() -> list[Check]:
    """What the example needs beside its messaging: a test may say that something is missing."""
    return [Check("mailbox", ok=True)]


@pytest.fixture
def make_app(settings: WebSettings, checks: list[Check], kept: Messaging) -> Callable[..., FastAPI]:
    """Builds the example; keywords replace its parts."""

    def make(messaging: Messaging | None = None, **given: object) -> FastAPI:
        parts: dict[str, object] = {
            "messaging": messaging or kept,
            "here": {"projects": PROJECTS},
            "title": "Awards",
            "settings": settings,
            "routers": [pages, hooks],
            "audit": AuditTrail(telling),
            "templates": [FileSystemLoader(Path(__file__).parent / "templates")],
            "checks": lambda: checks,
        }
        return create_app(**(parts | given))  # type: ignore[arg-type]

    return make


def unstarted(
    service: str = "awards", mongo_url: str = "mongodb://127.0.0.1:1", database: str = "unused"
) -> Messaging:
    """Messaging without a broker, whose database is connected to when it is first used."""
    nowhere = MessagingSettings(
        amqp_url="amqp://127.0.0.1:1",  # type: ignore[arg-type] - pydantic makes it a secret
        mongo_url=mongo_url,  # type: ignore[arg-type]
        mongo_database=database,
    )
    return Messaging(EventRouter(service), nowhere, clock=FixedClock(NOW))


@pytest_asyncio.fixture(scope="session")
async def kept(mongo_url: str) -> AsyncIterator[Messaging]:
    """A database for all tests that only sign in: sessions have ids of their own."""
    made = unstarted(mongo_url=mongo_url, database="test_web")
    made.add_collections(ACCESS_COLLECTIONS)
    async with made.opened():
        yield made


@pytest_asyncio.fixture
async def messaging(
    emptied_vhost_url: str, mongo_url: str, mongo_database: str
) -> AsyncIterator[Messaging]:
    """The example's own bus and database, started."""
    real = MessagingSettings(
        amqp_url=emptied_vhost_url,  # type: ignore[arg-type]
        mongo_url=mongo_url,  # type: ignore[arg-type]
        mongo_database=mongo_database,
        environment="local",
    )
    router = EventRouter("awards")
    hear_access(router, nobody_known)
    hear_conflicts(router, ConflictChanged)

    @router.hears(PersonErased)
    async def erased(event: PersonErased, uow: Unit) -> None:
        await close_for_erased(uow, event.person_id)

    made = Messaging(router, real, clock=FixedClock(NOW))
    made.add_collections(ACCESS_COLLECTIONS)
    await made.start()
    yield made
    await made.stop()


def browser_of(app: FastAPI) -> httpx.AsyncClient:
    """A browser without script and without a session."""
    transport = httpx.ASGITransport(app)
    return httpx.AsyncClient(
        transport=transport, base_url="http://test", headers={"accept": "text/html"}
    )


@pytest_asyncio.fixture
async def client(make_app: Callable[..., FastAPI]) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the example, which needs no database as long as nobody asks for it."""
    async with browser_of(make_app()) as one:
        yield one


@pytest_asyncio.fixture
async def running(
    make_app: Callable[..., FastAPI], messaging: Messaging
) -> AsyncIterator[httpx.AsyncClient]:
    """A browser at the example with its bus and its database."""
    async with browser_of(make_app(messaging)) as one:
        yield one


@pytest_asyncio.fixture
async def running_with_ada(
    make_app: Callable[..., FastAPI], messaging: Messaging
) -> AsyncIterator[httpx.AsyncClient]:
    """The same, of a service that knows one Fellow."""

    async def roles_of(person_id: str) -> frozenset[str]:
        return frozenset({"fellow"} if person_id == "p-9" else ())

    async with browser_of(make_app(messaging, roles_of=roles_of)) as one:
        yield one


def enter(client: httpx.AsyncClient, settings: WebSettings, *roles: str, **who: Any) -> None:
    """Let a browser be somebody's who is signed in."""
    session = signed_in(settings, *roles, **who)
    client.cookies.update(session.cookies)
    client.headers.update(session.headers)


@pytest.fixture
def office(client: httpx.AsyncClient, settings: WebSettings) -> httpx.AsyncClient:
    """The same, as somebody of the programme office."""
    enter(client, settings, "office", name="Olive Office")
    return client


@pytest_asyncio.fixture
async def site(make_app: Callable[..., FastAPI]) -> AsyncIterator[str]:
    """The address of the example, served over HTTP."""
    async with serving(make_app()) as url:
        yield url


def who_is_in(client: httpx.AsyncClient, settings: WebSettings) -> list[Principal]:
    """Whose sessions a browser has, the newest first."""
    kept = [client.cookies.get(sessions.cookie_name(settings, kind)) for kind in sessions.KINDS]
    return [session.principal for session in sessions.read_all(settings, kept)]
