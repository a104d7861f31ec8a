"""What goes wrong, told to whoever asked: a page for a person, RFC 9457 for a machine."""

from collections.abc import Sequence
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

from nextstep_contracts import NoSuch, Refused
from nextstep_messaging import DatabaseUnavailableError, StaleDocument
from nextstep_web.pages import redirect, render
from nextstep_web.refusals import NotServed, SignInRequired
from nextstep_web.request_state import correlation_id, is_machine

log = structlog.get_logger()

ADVICE: Final = {
    400: ("The request could not be read", "Go back, reload the page and try again."),
    401: ("Sign in first", "Sign in, or open the link in your email again."),
    403: ("You cannot do this", "If you think you should be able to, ask the programme office."),
    404: ("Page not found", "Check the address, or start again from the first page."),
    405: ("This cannot be done here", "Go back and use the buttons on the page."),
    409: ("This is not possible now", "Go back, reload the page and look at its present state."),
    413: ("What you sent is too large", "Send a smaller file, or less text."),
    415: ("This kind of file is not accepted", "Send one of the kinds that the page names."),
    422: ("There is a problem with what you sent", "Go back, put it right and send it again."),
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
    return "json" not in accept and request.url.path.startswith(pages)


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

    @app.exception_handler(Refused)
    async def refused(request: Request, refusal: Refused) -> Response:
        return answer(request, _problem(refusal))

    @app.exception_handler(StaleDocument)
    async def overtaken(request: Request, _: StaleDocument) -> Response:
        # a machine that is told 409 would give up what it need only send again
        return answer(request, Problem.of(409 if wants_page(request) else 503, OVERTAKEN))

    @app.exception_handler(DatabaseUnavailableError)
    async def database_away(request: Request, error: DatabaseUnavailableError) -> Response:
        log.warning("database_away", error=str(error))
        return answer(request, Problem.of(503, DATABASE_AWAY))

    @app.exception_handler(SignInRequired)
    async def sign_in(request: Request, refusal: SignInRequired) -> Response:
        if not wants_page(request):
            return answer(request, Problem.of(refusal.status, refusal.message))
        service = request.app.state.pages.service
        seen = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        after = seen if request.method == "GET" else f"/{service}/"
        return redirect(f"/{service}/sign-in?next={quote(after, safe='/')}")

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Response:
        detail = "" if error.detail == _phrase(error.status_code) else str(error.detail)
        headers = dict(error.headers or {})
        if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            headers["Allow"] = ", ".join(_allowed(routes, request.url.path)) or headers["Allow"]
        return answer(request, Problem.of(error.status_code, detail), headers)

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Response:
        errors = [
            {"field": ".".join(str(part) for part in found["loc"][1:]), "message": found["msg"]}
            for found in error.errors()
        ]
        return answer(request, Problem.of(422, errors=errors))

    @app.exception_handler(Exception)
    async def failed(request: Request, _: Exception) -> Response:
        return answer(request, Problem.of(500))


def _problem(refusal: Refused) -> Problem:
    """A rule's "no" conflicts with how things stand, or says that there is no such thing."""
    if isinstance(refusal, NotServed):
        return Problem.of(refusal.status, refusal.message, title=refusal.title)
    errors = [{"field": name, "message": text} for name, text in refusal.fields.items()]
    status = 404 if isinstance(refusal, NoSuch) else 409
    return Problem.of(status, refusal.message, errors=errors)


def _allowed(routes: Sequence[BaseRoute], path: str) -> list[str]:
    """The methods of every route with this path: the one that refused knows only its own.

    Of routes that match, the most literal ones count: `/views/new` is not a `/views/{view_id}`.
    """
    here = [r for r in routes if isinstance(r, Route) and r.path_regex.match(path)]
    fewest = min((len(route.param_convertors) for route in here), default=0)
    exact = [route for route in here if len(route.param_convertors) == fewest]
    return sorted({method for route in exact for method in route.methods or ()})


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Error"
