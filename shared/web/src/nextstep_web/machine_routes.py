"""The routes for machines: health, readiness, metrics and the description of the interface."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Annotated, Protocol

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from nextstep_web.pages import redirect, render


class Check(Protocol):
    """One thing that a service needs in order to work."""

    @property
    def name(self) -> str:
        """What is needed, for example "database"."""

    @property
    def ok(self) -> bool:
        """Whether it is there."""

    @property
    def detail(self) -> str:
        """What is the matter, when it is not."""


Readiness = Callable[[], Awaitable[Sequence[Check]]]
Refresh = Callable[[Collection[str]], Awaitable[None]]
"""Brings the gauges of these names up to date before they are read; all, if none is named."""


def machine_routes(service: str, readiness: Readiness, metrics: Refresh | None) -> APIRouter:
    """Build the routes at the root of a service."""
    router = APIRouter(tags=["machine"])

    @router.get("/healthz", response_class=PlainTextResponse)
    async def health() -> str:
        """Whether the process answers; says nothing about what it depends on."""
        return "ok"

    @router.get("/readyz")
    async def ready() -> Response:
        """Whether everything that the service needs is there; 503 names what is missing."""
        checks = await readiness()
        missing = [check.name for check in checks if not check.ok]
        document = {
            "ready": not missing,
            "missing": missing,
            "checks": [
                {"name": check.name, "ok": check.ok, "detail": check.detail} for check in checks
            ],
        }
        return JSONResponse(document, 503 if missing else 200)

    @router.get("/metrics", response_class=PlainTextResponse)
    async def scrape(
        names: Annotated[list[str] | None, Query(alias="name[]")] = None,
    ) -> Response:
        """Prometheus metrics, with the gauges refreshed first; `name[]` asks for some only."""
        if metrics is not None:
            await metrics(names or ())
        wanted = REGISTRY.restricted_registry(names) if names else REGISTRY
        return Response(generate_latest(wanted), media_type=CONTENT_TYPE_LATEST)

    @router.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> Response:
        return render(request, "nextstep/docs.html")

    @router.get("/", include_in_schema=False)
    async def start() -> Response:
        return redirect(f"/{service}/")

    return router
