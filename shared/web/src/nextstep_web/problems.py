"""What goes wrong, told to whoever asked: a page for a person, RFC 9457 for a machine."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.routing import BaseRoute, Route

from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_messaging import DatabaseUnavailableError, StaleDocument
from nextstep_web.notices import flash
from nextstep_web.pages import redirect, render
from nextstep_web.refusals import FreshLinkNeeded, NotServed, SignInRequired
from nextstep_web.request_state import correlation_id, is_machine, is_public
from nextstep_web.session_check import without_ended_sessions

log = structlog.get_logger()

ADVICE: Final = {
    400: ("The request could not be read", "Go back, reload the page and try again."),
    401: ("Sign in first", "Sign in, or open the link in your email again."),
    403: ("You cannot do this", "If you think you should be able to, ask the programme office."),
    404: ("Page not found", "Check the address, or start again from the first page."),
    405: ("This cannot be done here", "Go back and use the buttons on the page."),
    408: ("It took too long", "Check your connection, then send it again."),
    409: ("This is not possible now", "Go back, reload the page and look at its present state."),
    413: ("What you sent is too large", "Send a smaller file, or less text."),
    415: ("This kind of file is not accepted", "Send one of the kinds that the page names."),
    422: ("There is a problem with what you sent", "Go back, put it right and send it again."),
    429: ("Too many requests", "Wait a minute, then try again."),
    500: ("Something went wrong on our side", "Try again in a few minutes."),
    503: ("The service is not ready", "Try again in a few minutes."),
}
"""For each status: what happened, and what to do about it."""


OVERTAKEN: Final = (
    "Somebody else changed this at the same moment, and what you sent was not saved. "
    "Go back, reload the page and look at what is there now."
)
DATABASE_AWAY: Final = (
    "What this service keeps cannot be reached just now. If you sent something, look whether it "
    "was saved before you send it again."
)


@dataclass(frozen=True)
class Problem:
    """One thing that went wrong."""

    status: int
    detail: str
    title: str
    advice: str
    errors: tuple[dict[str, str], ...] = ()

    @classmethod
    def of(
        cls,
        status: int,
        detail: str = "",
        *,
        title: str | None = None,
        errors: Sequence[dict[str, str]] = (),
    ) -> "Problem":
        """Describe a status, with what is known about this case."""
        usual, advice = ADVICE.get(status, (_phrase(status), ADVICE[400][1]))
        return cls(status, detail, title or usual, advice, tuple(errors))


def wants_page(request: Request) -> bool:
    """Whether a person's browser is asking, rather than a machine."""
    if is_machine(request.scope):
        return False
    accept = request.headers.get("accept", "*/*")
    if "text/html" in accept:
        return True
    pages = f"/{request.app.state.pages.service}/"
    path = request.url.path
    ours = is_public(request.scope) or path.startswith(pages)
    return ours and "json" not in accept and not path.endswith(".json")


def answer(request: Request, problem: Problem, headers: Any = None) -> Response:
    """Answer with `problem` in the form that the asker understands."""
    if wants_page(request):
        page = render(request, "nextstep/problem.html", problem.status, problem=problem)
        page.headers.update(headers or {})
        return page
    return problem_json(request, problem, headers)


def problem_json(request: Request, problem: Problem, headers: Any = None) -> JSONResponse:
    """Answer with a problem document (RFC 9457)."""
    document: dict[str, Any] = {
        "type": "about:blank",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail or problem.advice,
        "instance": f"urn:uuid:{correlation_id(request)}",
    }
    if problem.errors:
        document["errors"] = list(problem.errors)
    return JSONResponse(
        document, problem.status, headers=headers, media_type="application/problem+json"
    )


def install(app: FastAPI, routes: Sequence[BaseRoute] = ()) -> None:
    """Answer every error of `app` in this way; `routes` are asked what a path allows."""
    _install_refusals(app, routes)

    @app.exception_handler(DatabaseUnavailableError)
    async def database_away(request: Request, error: DatabaseUnavailableError) -> Response:
        log.warning("database_away", error=str(error))
        return answer(request, Problem.of(503, DATABASE_AWAY))

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        if error.status_code == HTTPStatus.NOT_FOUND and wants_page(request):
            # no route matched, so nothing has asked yet whether the sessions shown are over
            with suppress(DatabaseUnavailableError):
                await without_ended_sessions(request)
        detail = "" if error.detail == _phrase(error.status_code) else str(error.detail)
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(_allowed(routes, request.url.path)) or headers["Allow"]
        return answer(request, Problem.of(error.status_code, detail), headers)

    @app.exception_handler(Exception)
    async def failed(request: Request, _: Exception) -> Response:
        return answer(request, Problem.of(500))


def _install_refusals(app: FastAPI, routes: Sequence[BaseRoute]) -> None:
    """Answer what the asker can do something about."""

    @app.exception_handler(Refused)
    async def refused(request: Request, refusal: Refused) -> Response:
        headers = refusal.headers if isinstance(refusal, NotServed) else None
        return answer(request, _problem(refusal), headers)

    @app.exception_handler(AlreadySo)
    async def already(request: Request, refusal: AlreadySo) -> Response:
        """The nearest page above the act's own shows how it stands."""
        if not wants_page(request):
            return answer(request, _problem(refusal))
        flash(request, refusal.message)
        return redirect(_page_above(routes, request.url.path))

    @app.exception_handler(StaleDocument)
    async def overtaken(request: Request, _: StaleDocument) -> Response:
        # a machine that is told 409 would give up what it need only send again
        return answer(request, Problem.of(409 if wants_page(request) else 503, OVERTAKEN))

    @app.exception_handler(FreshLinkNeeded)
    async def fresh_link(request: Request, refusal: FreshLinkNeeded) -> Response:
        problem = _problem(refusal)
        if not wants_page(request):
            return answer(request, problem)
        return render(request, "nextstep/fresh_link_needed.html", problem.status, problem=problem)

    @app.exception_handler(SignInRequired)
    async def sign_in(request: Request, refusal: SignInRequired) -> Response:
        if not wants_page(request):
            return answer(request, Problem.of(refusal.status, refusal.message))
        service = request.app.state.pages.service
        seen = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        after = seen if request.method == "GET" else f"/{service}/"
        return redirect(f"/{service}/sign-in?next={quote(after, safe='/')}")

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [
            {"field": ".".join(str(part) for part in found["loc"][1:]), "message": found["msg"]}
            for found in error.errors()
        ]
        return answer(request, Problem.of(422, errors=errors))


def _problem(refusal: Refused) -> Problem:
    """A rule's "no" conflicts with how things stand, or says that there is no such thing."""
    if isinstance(refusal, NotServed):
        return Problem.of(refusal.status, refusal.message, title=refusal.title)
    errors = [{"field": name, "message": text} for name, text in refusal.fields.items()]
    status = 404 if isinstance(refusal, NoSuch) else 409
    return Problem.of(status, refusal.message, errors=errors)


def _page_above(routes: Sequence[BaseRoute], path: str) -> str:
    """The nearest address above this one that a browser can look at.

    Where there is none: this one, if it has a page as well, or the service's first page.
    """
    above = path.rpartition("/")[0]
    while above.count("/") > 1 and "GET" not in _allowed(routes, above):
        above = above.rpartition("/")[0]
    if above.count("/") > 1:
        return above
    return path if "GET" in _allowed(routes, path) else f"{above}/"


def _allowed(routes: Sequence[BaseRoute], path: str) -> list[str]:
    """The methods of every route with this path: the one that refused knows only its own.

    Of routes that match, the most literal ones count: `/views/new` is not a `/views/{view_id}`.
    """
    here = [r for r in routes if isinstance(r, Route) and r.path_regex.match(path)]
    fewest = min((len(route.param_convertors) for route in here), default=0)
    exact = [route for route in here if len(route.param_convertors) == fewest]
    methods = {method for route in exact for method in route.methods or ()}
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
