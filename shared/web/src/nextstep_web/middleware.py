"""What happens around every request: its id, its session, its cookies, its headers, its log line.

Plain ASGI: Starlette's BaseHTTPMiddleware would buffer streams and cancel background tasks.
"""

import time
from uuid import UUID, uuid4

import structlog
from prometheus_client import Histogram
from starlette.datastructures import Headers
from starlette.requests import cookie_parser
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nextstep_web import sessions
from nextstep_web.downloads import downloaded_table, record_download
from nextstep_web.notices import pack_notices, unpack_notices
from nextstep_web.request_state import PRE, SCOPE_KEY, RequestState, is_machine, is_public
from nextstep_web.security_headers import security_headers
from nextstep_web.session_cookies import cookie_changes
from nextstep_web.settings import WebSettings

CORRELATION_HEADER = "X-Correlation-Id"
_STATICS = "(static)"
_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})
"""Named in metrics; a stranger's invention would otherwise make a new series each time."""

log = structlog.get_logger("nextstep_web.access")
_SECONDS = Histogram(
    "nextstep_http_request_seconds",
    "Time to answer a request",
    ["service", "method", "route", "status"],
)


class RequestContext:
    """Gives each request its state, and each answer its headers and cookies."""

    def __init__(self, app: ASGIApp, *, service: str, settings: WebSettings) -> None:
        self.app = app
        self.service = service
        self.settings = settings
        self.headers = security_headers(secure=settings.secure_cookies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = self._state(Headers(scope=scope))
        if scope["method"] == "HEAD":
            # a GET whose body nobody sees: routes are written for GET, which changes nothing
            scope, send, state.head = {**scope, "method": "GET"}, _without_body(send), True
        scope[SCOPE_KEY] = state
        answer = _Answer()

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer.status = message["status"]
                name = downloaded_table(answer.status, Headers(raw=message["headers"]))
                if name is not None and not state.head:
                    await record_download(scope, state, name)
                self._finish_headers(message, state, scope)
            elif message["type"] == "http.response.body":
                answer.complete = not message.get("more_body", False)
            await send(message)

        with structlog.contextvars.bound_contextvars(correlation_id=str(state.correlation_id)):
            try:
                await self.app(scope, receive, send_with_headers)
            except Exception:
                log.exception("request_failed", route=route_of(scope))
                if not answer.complete:
                    raise  # the server must cut the connection: the answer is not whole
            finally:
                self._account(scope, answer)

    def _state(self, headers: Headers) -> RequestState:
        cookies = cookie_parser(headers.get("cookie", ""))
        said = {
            kind: cookies.get(sessions.cookie_name(self.settings, kind))
            for kind in (*sessions.KINDS, "form", "notice")
        }
        return RequestState(
            settings=self.settings,
            correlation_id=_correlation(headers.get(CORRELATION_HEADER)),
            sessions=sessions.read_all(self.settings, [said[kind] for kind in sessions.KINDS]),
            pre_session_id=_pre_session(said["form"]),
            notices=unpack_notices(self.settings, said["notice"]),
        )

    def _finish_headers(self, message: Message, state: RequestState, scope: Scope) -> None:
        headers: list[tuple[bytes, bytes]] = list(message["headers"])
        # a route may have a policy of its own, as for a mail shown in a sandboxed frame
        own = {name for name, _ in headers}
        headers += [header for header in self.headers if header[0] not in own]
        headers.append((CORRELATION_HEADER.lower().encode(), str(state.correlation_id).encode()))
        # a page can hold personal data or a form's token: nothing keeps it unless it says so
        if not any(name == b"cache-control" for name, _ in headers):
            headers.append((b"cache-control", b"no-store"))
        if not is_public(scope):
            notices = pack_notices(self.settings, state)
            for cookie in cookie_changes(self.settings, state, notices):
                headers.append((b"set-cookie", cookie.encode("latin-1")))
        message["headers"] = headers

    def _account(self, scope: Scope, answer: "_Answer") -> None:
        route = route_of(scope)
        method = scope["method"] if scope["method"] in _METHODS else "other"
        seconds = time.perf_counter() - answer.started
        _SECONDS.labels(self.service, method, route, answer.status).observe(seconds)
        # machines and style sheets are asked for often: a line each only where they fail
        often = route == _STATICS or is_machine(scope)
        if often and answer.status < 400:  # noqa: PLR2004 - where HTTP's errors begin
            return
        log.info(
            "request",
            method=method,
            route=route,
            status=answer.status,
            milliseconds=round(seconds * 1000, 1),
        )


def _pre_session(cookie: str | None) -> str | None:
    return cookie if cookie and cookie.startswith(PRE) else None


def _without_body(send: Send) -> Send:
    """Send the head of an answer, and of its body only the end."""

    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return send_head


class _Answer:
    """What became of a request."""

    def __init__(self) -> None:
        self.started = time.perf_counter()
        self.status = 500
        self.complete = False


def route_of(scope: Scope) -> str:
    """The pattern of the route that matched: a path itself can hold a link's token or an id."""
    route = scope.get("route")
    if route is None and scope["path"].split("/")[2:3] == ["static"]:
        return _STATICS
    return str(getattr(route, "path", "(none)"))


def _correlation(given: str | None) -> UUID:
    try:
        return UUID(given) if given else uuid4()
    except ValueError:
        return uuid4()
