"""Sign-ins that have begun and not come back yet: one signed cookie each.

The cookie stands for memory: any instance of the service can finish what another began, and
two tabs do not get in each other's way. The answer of the provider names the attempt by `state`;
an answer that this browser did not ask for has no cookie.
"""

import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Final, Self

from fastapi import Request, Response

from nextstep_web import sessions
from nextstep_web.openid.standard import new_verifier
from nextstep_web.request_state import web_state
from nextstep_web.settings import WebSettings

ATTEMPT_SECONDS: Final = 600
MOST_ATTEMPTS: Final = 5
"""In one browser: of more, the oldest are given up. Without a bound, somebody who opens the page
again and again would send a request too large to be answered."""
LONGEST_COOKIE: Final = 3_500
"""Characters: browsers drop a cookie of more than 4,096 bytes."""
_AUDIENCE: Final = "sign-in"


@dataclass(frozen=True)
class Attempt:
    """One sign-in of one browser tab."""

    state: str
    nonce: str
    verifier: str
    next_path: str

    @classmethod
    def towards(cls, next_path: str) -> Self:
        """A new one, by somebody who wants to reach `next_path`."""
        return cls(secrets.token_urlsafe(24), secrets.token_urlsafe(24), new_verifier(), next_path)


def keep(request: Request, response: Response, attempt: Attempt) -> None:
    """Let the browser remember `attempt`; a path too long to remember is left out."""
    settings = web_state(request).settings
    value = _packed(settings, attempt)
    if len(value) > LONGEST_COOKIE:
        shorter = Attempt(attempt.state, attempt.nonce, attempt.verifier, "")
        value = _packed(settings, shorter)
    for name in _surplus(request, settings):
        _set(response, settings, name, "", 0)
    _set(response, settings, _cookie(settings, attempt.state), value, ATTEMPT_SECONDS)


def read(request: Request, state: str) -> Attempt | None:
    """The attempt that this browser knows by `state`; None when it began none, or long ago."""
    settings = web_state(request).settings
    value = request.cookies.get(_cookie(settings, state), "")
    claims = sessions.verify(settings, _AUDIENCE, value) if value else None
    if claims is None or claims["state"] != state:
        return None
    return Attempt(state, claims["nonce"], claims["verifier"], claims["next_path"])


def forget(request: Request, response: Response, state: str) -> None:
    """Let the browser forget an attempt: its answer came, whatever it was."""
    settings = web_state(request).settings
    name = _cookie(settings, state)
    if name in request.cookies:
        _set(response, settings, name, "", 0)


def _packed(settings: WebSettings, attempt: Attempt) -> str:
    return sessions.sign(settings, _AUDIENCE, asdict(attempt), seconds=ATTEMPT_SECONDS)


def _cookie(settings: WebSettings, state: str) -> str:
    """A name of letters and digits, whatever `state` is."""
    return (
        sessions.cookie_name(settings, _AUDIENCE)
        + "-"
        + hashlib.sha256(state.encode()).hexdigest()[:16]
    )


def _surplus(request: Request, settings: WebSettings) -> Iterator[str]:
    """The cookies of attempts that must go for one more: those no longer valid, then the oldest."""
    beginning = sessions.cookie_name(settings, _AUDIENCE) + "-"
    begun = {
        name: (sessions.verify(settings, _AUDIENCE, value) or {}).get("iat", 0)
        for name, value in request.cookies.items()
        if name.startswith(beginning)
    }
    newest_first = sorted(begun, key=begun.__getitem__, reverse=True)
    yield from newest_first[MOST_ATTEMPTS - 1 :]


def _set(response: Response, settings: WebSettings, name: str, value: str, seconds: int) -> None:
    """Lax: the browser comes back from another site, and must bring it."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=settings.secure_cookies,
        httponly=True,
        samesite="lax",
    )
