"""The web application of a service: its pages, with everything around them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from fastapi import APIRouter, Depends, FastAPI
from fastapi.responses import HTMLResponse
from fastapi.routing import iter_route_contexts
from jinja2 import BaseLoader
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from nextstep_messaging import Check, Messaging
from nextstep_programme import LegalPages
from nextstep_web import problems
from nextstep_web.about_pages import about_pages
from nextstep_web.answers import MACHINE_ANSWERS, PAGE_ANSWERS
from nextstep_web.audit_page import AuditTrail, audit_page
from nextstep_web.bodies import BodyGuard, Rooms
from nextstep_web.conflicts import PeopleAt, nobody_at
from nextstep_web.csrf import csrf_protected
from nextstep_web.dead_letter_pages import dead_letter_pages
from nextstep_web.display import LONDON
from nextstep_web.event_pages import event_pages
from nextstep_web.fresh_link_pages import KeptFrom, fresh_link_routes, nobody_kept_from
from nextstep_web.link_pages import RolesOf, link_routes, nobody_known
from nextstep_web.machine_routes import machine_routes
from nextstep_web.middleware import RequestContext
from nextstep_web.openid.way import OpenIdSignIn
from nextstep_web.pages import Pages
from nextstep_web.session_check import ACCESS_COLLECTIONS, without_ended_sessions
from nextstep_web.session_keys import checkpoint_keys
from nextstep_web.session_pages import session_pages
from nextstep_web.settings import WebSettings
from nextstep_web.sign_in import EitherWay, LocalSignIn, NoSignIn, SignIn, sign_in_routes
from nextstep_web.too_large import TooLargeAnswer


class _Site(FastAPI):
    """A FastAPI application whose every answer, even a failure's, passes RequestContext."""

    def __init__(self, *, pages: Pages, **options: Any) -> None:
        super().__init__(**options)
        self.state.pages = pages

    def build_middleware_stack(self) -> ASGIApp:
        """Put the request context outside the handler of unexpected errors."""
        pages: Pages = self.state.pages
        stack = BodyGuard(TooLargeAnswer(super().build_middleware_stack()), self.state.rooms)
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
    legal: LegalPages | None = None,
    checks: Callable[[], Iterable[Check]] = tuple,
    sign_in: SignIn | None = None,
    roles_of: RolesOf = nobody_known,
    kept_from: KeptFrom = nobody_kept_from,
    people_at: PeopleAt = nobody_at,
    dead_letter_guards: Sequence[Any] = (),
    rooms: Rooms | None = None,
) -> FastAPI:
    """Build the application of a service around its messaging, which runs as long as it does.

    The service's name is the first segment of its pages' paths, but for public ones, and its own
    templates lie in a folder of that name; `parts.html` there holds the links to its parts.

    Args:
        messaging: the service's bus, database and clock; its dead letters, its audit trail and
            its events have their pages without further work.
        here: what all pages find in `nextstep_web.here`.
        title: the service's name on the page, for example "Awards".
        settings: the service's settings.
        routers: its routes. Unsafe methods need a CSRF token unless tagged "machine". A router
            tagged "public" holds what is the same for everybody, to read alone.
        audit: how the entries of its audit trail are told.
        templates: packages that hold a folder `templates`, for example "awards.pages", or loaders.
        zone: where the cohort is: pages write every moment on the clocks there.
        legal: the pages that the law asks for, to which every page's footer leads.
        checks: what `/readyz` asks for beside what messaging needs.
        sign_in: how staff prove who they are; by default what the settings say.
        roles_of: what somebody, by person id, is to the service now: an old link of an applicant
            opens the pages of the Fellow they became, and the office may email a fresh one.
        kept_from: whether a conflict of interest hides a person from a member of staff.
        people_at: who takes part in the programme, by mailbox: closed to themselves where they
            sign in as staff.
        dead_letter_guards: `Depends` that refuse readers from whom something is hidden: a dead
            letter is shown whole, whatever it is about.
        rooms: what bodies may take up, where the service works on large ones beside its requests.
    """
    service = messaging.service
    legal = legal or LegalPages()
    pages = Pages(
        service=service,
        title=title,
        settings=settings,
        templates=templates,
        now=messaging.clock.now,
        zone=zone,
        legal=legal,
    )
    app = _Site(
        pages=pages,
        title=f"Next Step: {title}",
        lifespan=messaging.lifespan,
        docs_url=None,
        redoc_url=None,
        # Starlette would redirect to whatever host a request names
        redirect_slashes=False,
        max_body_size=settings.page_body_limit,
    )
    app.state.here = here
    app.state.messaging = messaging
    app.state.people_at = people_at
    app.state.limiters = {}
    app.state.rooms = rooms or Rooms.of(settings)
    messaging.add_collections(ACCESS_COLLECTIONS)
    messaging.sign_checkpoints(
        checkpoint_keys(settings.own_session_key, settings.trusted_session_keys)
    )
    way = sign_in or sign_in_of(service, settings)
    shared = (
        machine_routes(messaging, checks, settings),
        sign_in_routes(service, way),
        link_routes(messaging, roles_of),
        fresh_link_routes(messaging, roles_of, kept_from),
        session_pages(messaging),
        audit_page(messaging, audit),
        dead_letter_pages(messaging, dead_letter_guards),
        event_pages(messaging),
        about_pages(service, legal),
    )
    _include(app, (*routers, *shared))
    # compressed here and nowhere else: a compressed page would leak its CSRF token (BREACH)
    app.mount(f"/{service}/static", GZipMiddleware(pages.statics), name="static")
    return app


def sign_in_of(service: str, settings: WebSettings) -> SignIn:
    """How staff prove who they are: at the provider, by the local way, by either or not at all."""
    if not settings.oidc_issuer:
        return LocalSignIn() if settings.local_sign_in else NoSignIn()
    account = OpenIdSignIn(service, settings)
    if not settings.local_sign_in:
        return account
    return EitherWay(LocalSignIn(settings.oidc_provider_name), account)


def _include(app: FastAPI, routers: Sequence[APIRouter]) -> None:
    """Add the routes, each with what its askers need: machines, or people with forms."""
    # machines come first: they ask most often, and routes are tried in order
    ordered = sorted(routers, key=lambda router: not _all(router, "machine"))
    for router in ordered:
        app.router.routes.extend(_with_needs(router, app.max_body_size))
    for one in iter_route_contexts(app.routes):
        own = getattr(one.original_route, "max_body_size", None) or 0
        if getattr(one.original_route, "body_field", None) and own > (app.max_body_size or 0):
            # FastAPI reads a declared body before it asks who sends it
            raise ValueError(f"{one.original_route}: read files in the route, by request.form()")
    problems.install(app, [one.original_route for one in iter_route_contexts(app.routes)])


def _with_needs(router: APIRouter, largest_body: int | None) -> list[BaseRoute]:
    """The routes of `router` with what their askers need: machines, or people with forms.

    Kept with the router: to work out what each route takes is most of what an application costs,
    and a process that makes many, as tests do, would do it again for every one.
    """
    kept: dict[int | None, list[BaseRoute]] = router.__dict__.setdefault("nextstep_kept", {})
    if largest_body not in kept:
        around = APIRouter(max_body_size=largest_body)
        if _all(router, "public"):
            around.include_router(
                router, responses=PAGE_ANSWERS, default_response_class=HTMLResponse
            )
        elif _all(router, "machine"):
            around.include_router(router, responses=MACHINE_ANSWERS)
        else:
            around.include_router(
                router,
                dependencies=[Depends(without_ended_sessions), Depends(csrf_protected)],
                responses=PAGE_ANSWERS,
                default_response_class=HTMLResponse,
            )
        kept[largest_body] = around.routes
    return kept[largest_body]


def _all(router: APIRouter, tag: str) -> bool:
    return all(tag in (getattr(route, "tags", None) or ()) for route in router.routes)
