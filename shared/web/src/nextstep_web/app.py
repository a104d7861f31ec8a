"""The web application of a service: its pages, with everything around them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import HTMLResponse
from jinja2 import BaseLoader
from starlette.middleware.gzip import GZipMiddleware
from starlette.types import ASGIApp

from nextstep_messaging import Check, Messaging
from nextstep_web import problems
from nextstep_web.answers import MACHINE_ANSWERS, PAGE_ANSWERS
from nextstep_web.audit_page import AuditTrail, audit_page
from nextstep_web.csrf import csrf_protected
from nextstep_web.dead_letter_pages import dead_letter_pages
from nextstep_web.display import LONDON
from nextstep_web.event_pages import event_pages
from nextstep_web.link_pages import link_routes
from nextstep_web.machine_routes import machine_routes
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
    messaging: Messaging,
    here: object,
    title: str,
    settings: WebSettings,
    routers: Sequence[APIRouter],
    audit: AuditTrail,
    templates: Sequence[str | BaseLoader] = (),
    zone: str = LONDON,
    checks: Callable[[], Iterable[Check]] = tuple,
    sign_in: SignIn | None = None,
) -> FastAPI:
    """Build the application of a service around its messaging, which runs as long as it does.

    The service's name is the first segment of its pages' paths, and its own templates lie in a
    folder of that name; `parts.html` there holds the links to its parts.

    Args:
        messaging: the service's bus, database and clock; its dead letters, its audit trail and
            its events have their pages without further work.
        here: what all pages find in `nextstep_web.here`.
        title: the service's name on the page, for example "Awards".
        settings: the service's settings.
        routers: its routes. Unsafe methods need a CSRF token unless tagged "machine".
        audit: how the entries of its audit trail are told.
        templates: packages that hold a folder `templates`, for example "awards.pages", or loaders.
        zone: where the cohort is: pages write every moment on the clocks there.
        checks: what `/readyz` asks for beside what messaging needs.
        sign_in: how staff prove who they are; by default the local way where settings allow it.
    """
    service, now = messaging.service, messaging.clock.now
    pages = Pages(
        service=service, title=title, settings=settings, templates=templates, now=now, zone=zone
    )
    app = _Site(
        pages=pages,
        title=f"Next Step: {title}",
        lifespan=messaging.lifespan,
        docs_url=None,
        redoc_url=None,
        max_body_size=settings.page_body_limit,
    )
    app.state.here = here
    way = sign_in or (LocalSignIn() if settings.local_sign_in else NoSignIn())
    shared = (
        machine_routes(messaging, checks),
        sign_in_routes(service, way),
        link_routes(service),
        audit_page(messaging, audit),
        dead_letter_pages(messaging),
        event_pages(messaging),
    )
    _include(app, (*routers, *shared))
    # compressed here and nowhere else: a compressed page would leak its CSRF token (BREACH)
    app.mount(f"/{service}/static", GZipMiddleware(pages.statics), name="static")
    return app


def _include(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Add the routes, each with what its askers need: machines, or people with forms."""
    # machines come first: they ask most often, and routes are tried in order
    ordered = sorted(routers, key=_has_pages)
    for router in ordered:
        if _has_pages(router):
            app.include_router(
                router,
                dependencies=[Depends(csrf_protected)],
                responses=PAGE_ANSWERS,
                default_response_class=HTMLResponse,
            )
        else:
            app.include_router(router, responses=MACHINE_ANSWERS)
    problems.install(app, [route for router in ordered for route in router.routes])


def _has_pages(router: APIRouter) -> bool:
    return not all("machine" in (getattr(route, "tags", None) or ()) for route in router.routes)
