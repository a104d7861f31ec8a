"""What the web layer knows about the request in hand, filled in by the middleware."""

from dataclasses import dataclass, field
from uuid import UUID

from fastapi import Request
from starlette.types import Scope

from nextstep_web import sessions
from nextstep_web.principal import Principal
from nextstep_web.settings import WebSettings

SCOPE_KEY = "nextstep_web"


@dataclass
class RequestState:
    """One request's session, notices and correlation id, and the cookies its answer will set."""

    settings: WebSettings
    correlation_id: UUID
    principal: Principal | None
    pre_session_id: str | None
    """Stands in for a session id until somebody is signed in."""
    notices: list[str]
    """One-time messages that the previous answer left for this page."""
    new_notices: list[str] = field(default_factory=list)
    notices_shown: bool = False
    set_pre_session: bool = False
    set_session: Principal | None = None
    end_session: bool = False

    @property
    def known_session_id(self) -> str | None:
        """The session a form must belong to; None when the browser has none at all."""
        return self.principal.session_id if self.principal else self.pre_session_id

    def session_id(self) -> str:
        """As `known_session_id`, but starts a pre-session when there is none."""
        if self.known_session_id is None:
            self.pre_session_id = sessions.new_session_id()
            self.set_pre_session = True
        return self.known_session_id or ""


def web_state(request: Request) -> RequestState:
    """The state of `request`."""
    state: RequestState = request.scope[SCOPE_KEY]
    return state


def is_machine(scope: Scope) -> bool:
    """Whether the route that matched is one for machines: it is tagged "machine"."""
    return "machine" in (getattr(scope.get("route"), "tags", None) or ())


def correlation_id(request: Request) -> UUID:
    """The id that ties together everything that follows from this request."""
    return web_state(request).correlation_id
