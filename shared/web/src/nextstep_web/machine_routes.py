"""The routes for machines: health, readiness, metrics and the description of the interface."""

import hmac
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest

from nextstep_messaging import Check, Messaging
from nextstep_web.answers import Answers
from nextstep_web.pages import redirect, render
from nextstep_web.settings import WebSettings

NOT_READY: Final[dict[str, Any]] = {
    "description": "Not ready; the document names what is missing",
    "content": {"application/json": {}},
}
FOR_SCRAPERS: Final[Answers] = {
    401: {"description": "Without the token of the metrics", "content": {"text/plain": {}}},
    403: {"description": "No token is set, and so nobody has it", "content": {"text/plain": {}}},
}


def machine_routes(
    messaging: Messaging, checks: Callable[[], Iterable[Check]], settings: WebSettings
) -> APIRouter:
    """Build the routes at the root of a service; `checks` are asked beside messaging's own."""
    router = APIRouter(tags=["machine"])

    @router.get("/healthz", response_class=PlainTextResponse)
    async def health() -> str:
        """Whether the process answers; says nothing about what it depends on."""
        return "ok"

    @router.get("/readyz", responses={503: NOT_READY})
    async def ready() -> Response:
        """Whether everything that the service needs is there; 503 names what is missing."""
        found = [*await messaging.readiness(), *checks()]
        missing = [check.name for check in found if not check.ok]
        document = {
            "ready": not missing,
            "missing": missing,
            "checks": [asdict(check) for check in found],
        }
        return JSONResponse(document, 503 if missing else 200)

    @router.get("/metrics", response_class=PlainTextResponse, responses=FOR_SCRAPERS)
    async def scrape(
        request: Request,
        names: Annotated[list[str] | None, Query(alias="name[]")] = None,
    ) -> Response:
        """Prometheus metrics, with the gauges refreshed first; `name[]` asks for some only."""
        if refused := refuse_scraper(settings, request.headers.get("authorization", "")):
            return refused
        await messaging.measure(names or ())
        wanted = REGISTRY.restricted_registry(names) if names else REGISTRY
        return Response(generate_latest(wanted), media_type=CONTENT_TYPE_LATEST)

    @router.get("/docs", include_in_schema=False)
    async def docs(request: Request) -> Response:
        return render(request, "nextstep/docs.html")

    @router.get("/", include_in_schema=False)
    @router.get(f"/{messaging.service}", include_in_schema=False)
    async def start() -> Response:
        return redirect(f"/{messaging.service}/")

    return router


def refuse_scraper(settings: WebSettings, authorization: str) -> Response | None:
    """What a scraper without the metrics' token is answered (RFC 6750), or None.

    Where no token is set, the local stack asks for none, and production shows nothing.
    """
    if settings.metrics_token is None:
        if settings.environment == "local":
            return None
        return PlainTextResponse("Set metrics_token to have metrics.\n", 403)
    expected = f"Bearer {settings.metrics_token.get_secret_value()}"
    if hmac.compare_digest(authorization.encode(), expected.encode()):
        return None
    said = "Metrics are for who sends the token: Authorization: Bearer …\n"
    return PlainTextResponse(said, 401, {"WWW-Authenticate": 'Bearer realm="metrics"'})
