"""What the web layer knows about the request in hand, filled in by the middleware."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from fastapi import Request
from starlette.types import Scope

from nextstep_web import sessions
from nextstep_web.principal import Principal
from nextstep_web.sessions import Session
from nextstep_web.settings import WebSettings

SCOPE_KEY = "nextstep_web"
PRE = "pre."
"""Begins the id of a pre-session, and of no session: neither's form is good for the other."""


@dataclass
class RequestState:
    """One request's sessions, notices and correlation id, and the cookies its answer will set."""

    settings: WebSettings
    correlation_id: UUID
    sessions: list[Session]
    """At most one of staff and one of a person, the newest first."""
    pre_session_id: str | None
    """Stands in for a session id until somebody is signed in."""
    notices: list[str]
    """One-time messages that the previous answer left for this page."""
    head: bool = False
    """Whether HEAD was asked, which the routes see as GET."""
    principal: Principal | None = None
    """Whose page this is: of two sessions the newer, unless the route asks for the other's role."""
    new_notices: list[str] = field(default_factory=list)
    notices_shown: bool = False
    set_pre_session: bool = False
    set_session: Principal | None = None
    ended_kinds: set[str] = field(default_factory=set)
    """Of the cookies whose session ends with this answer."""
    _acts_in: str | None = None

    def __post_init__(self) -> None:
        """Let the newest session be the one, until a route says otherwise."""
        self.principal = self.principals[0] if self.sessions else None

    @property
    def principals(self) -> Sequence[Principal]:
        """Whose sessions this browser has, the newest first."""
        return [session.principal for session in self.sessions]

    @property
    def known_session_ids(self) -> list[str]:
        """The sessions a form may belong to; before anybody is signed in, the pre-session."""
        known = [one.session_id for one in self.principals]
        return known or ([self.pre_session_id] if self.pre_session_id else [])

    def holding(self, *roles: str) -> Principal | None:
        """Whose session holds one of `roles`; without roles, or if none does, whose page this is.

        What is sent is done in the session that its form was shown to, and in no other.
        """
        for one in self.principals:
            if one.has(*roles) and self._acts_in in (None, one.session_id):
                self.principal = one
                break
        return self.principal

    def act_in(self, session_id: str) -> None:
        """A form proved to be this session's."""
        self._acts_in = session_id
        for one in self.principals:
            if one.session_id == session_id:
                self.principal = one

    def leave_out(self, principal: Principal) -> None:
        """A session that ended: it is no longer there, and its cookie goes."""
        self.sessions = [one for one in self.sessions if one.principal is not principal]
        self.ended_kinds.add(sessions.kind_of(principal))
        if self.principal is principal:
            self.principal = self.principals[0] if self.sessions else None

    def session_id(self) -> str:
        """The session that a form of this page belongs to; without one, a pre-session starts."""
        if self.principal is not None:
            return self.principal.session_id
        if self.pre_session_id is None:
            self.pre_session_id = PRE + sessions.new_session_id()
            self.set_pre_session = True
        return self.pre_session_id

    def to_write(self) -> Iterator[Principal]:
        """The sessions whose cookies this answer sets: a new one, and those in use for a while."""
        if self.set_session is not None:
            yield self.set_session
        new_kind = sessions.kind_of(self.set_session) if self.set_session else None
        for principal, written in self.sessions:
            kind = sessions.kind_of(principal)
            old = time.time() - written >= sessions.RENEWED_AFTER
            # a person's session is not shortened by idling, so there is nothing to renew
            if old and principal.is_staff and kind not in self.ended_kinds and kind != new_kind:
                yield principal


def web_state(request: Request) -> RequestState:
    """The state of `request`."""
    state: RequestState = request.scope[SCOPE_KEY]
    return state


def is_machine(scope: Scope) -> bool:
    """Whether the route that matched is one for machines: it is tagged "machine"."""
    return "machine" in (getattr(scope.get("route"), "tags", None) or ())


def is_public(scope: Scope) -> bool:
    """Whether the route that matched is the same for everybody: it is tagged "public".

    Whoever asks is nobody there and is given no cookie, so caches may keep the answer.
    """
    return "public" in (getattr(scope.get("route"), "tags", None) or ())


def correlation_id(request: Request) -> UUID:
    """The id that ties together everything that follows from this request."""
    return web_state(request).correlation_id
