"""The web application of a service: its pages, with everything around them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import BaseLoader
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from nextstep_web import problems
from nextstep_web.answers import MACHINE_ANSWERS, PAGE_ANSWERS
from nextstep_web.csrf import csrf_protected
from nextstep_web.link_pages import link_routes
from nextstep_web.machine_routes import Readiness, Refresh, machine_routes
from nextstep_web.middleware import RequestContext
from nextstep_web.pages import Pages
from nextstep_web.settings import WebSettings
from nextstep_web.sign_in import LocalSignIn, NoSignIn, SignIn, sign_in_routes
from nextstep_web.too_large import TooLargeAnswer


class _Site(FastAPI):
    """A FastAPI application whose every answer, even a failure's, passes RequestContext."""

    def __init__(self, *, pages: Pages, **options: Any) -> None:
        super().__init__(**options)
        self.state.pages = pages

    def build_middleware_stack(self) -> ASGIApp:
        """Put the request context outside the handler of unexpected errors."""
        pages: Pages = self.state.pages
        stack = TooLargeAnswer(super().build_middleware_stack())
        return RequestContext(stack, service=pages.service, settings=pages.settings)


def create_app(
    *,
    service: str,
    title: str,
    settings: WebSettings,
    routers: Sequence[APIRouter],
    readiness: Readiness,
    templates: Sequence[str | BaseLoader] = (),
    lifespan: Any = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    metrics: Refresh | None = None,
    sign_in: SignIn | None = None,
) -> FastAPI:
    """Build the application.

    Args:
        service: its name and the first segment of its pages' paths, for example "awards".
        title: its name on the page, for example "Awards".
        settings: the service's settings.
        routers: its routes. Unsafe methods need a CSRF token unless tagged "machine".
        readiness: what the service needs, checked for `/readyz`.
        templates: packages that hold a folder `templates`, for example "awards.pages", or loaders.
        lifespan: starts and stops what the service runs.
        now: the programme's clock.
        metrics: refreshes gauges before `/metrics` is read.
        sign_in: how staff prove who they are; by default the local way where settings allow it.
    """
    pages = Pages(service=service, title=title, settings=settings, templates=templates, now=now)
    app = _Site(
        pages=pages,
        title=f"Next Step: {title}",
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        max_body_size=settings.page_body_limit,
    )
    way = sign_in or (LocalSignIn() if settings.local_sign_in else NoSignIn())
    own = (machine_routes(service, readiness, metrics), sign_in_routes(service, way))
    # machines come first: they ask most often, and routes are tried in order
    all_routers = sorted((*routers, *own, link_routes(service)), key=_has_pages)
    for router in all_routers:
        if _has_pages(router):
            app.include_router(
                router,
                dependencies=[Depends(csrf_protected)],
                responses=PAGE_ANSWERS,
                default_response_class=HTMLResponse,
            )
        else:
            app.include_router(router, responses=MACHINE_ANSWERS)
    # compressed here and nowhere else: a compressed page would leak its CSRF token (BREACH)
    app.mount(f"/{service}/static", GZipMiddleware(pages.statics), name="static")
    problems.install(app, [route for router in all_routers for route in router.routes])
    return app


def _has_pages(router: APIRouter) -> bool:
    return not all("machine" in (getattr(route, "tags", None) or ()) for route in router.routes)
