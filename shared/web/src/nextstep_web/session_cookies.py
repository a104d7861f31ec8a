"""The Set-Cookie lines of an answer."""

from collections.abc import Iterator
from http.cookies import SimpleCookie

from nextstep_web import sessions
from nextstep_web.request_state import RequestState
from nextstep_web.settings import WebSettings

PRE_SESSION_SECONDS = 60 * 60
"""How long a sign-in or link page may stay open before its button stops working."""
NOTICE_SECONDS = 300
"""A notice is for the page that follows at once."""


def cookie_changes(settings: WebSettings, state: RequestState, notices: str) -> Iterator[str]:
    """Yield the cookies to set. `notices` is the packed new notices, "" when there are none."""
    written = [(sessions.kind_of(one), one) for one in state.to_write()]
    for kind in sorted(state.ended_kinds.difference(kind for kind, _ in written)):
        yield _cookie(settings, kind, "", 0)
    for kind, principal in written:
        seconds = sessions.seconds_left(settings, principal)
        yield _cookie(settings, kind, sessions.issue(settings, principal), seconds)
    if state.set_session is not None:
        if state.pre_session_id:
            yield _cookie(settings, "form", "", 0)
    elif state.set_pre_session:
        yield _cookie(settings, "form", state.pre_session_id or "", PRE_SESSION_SECONDS)
    if notices:
        yield _cookie(settings, "notice", notices, NOTICE_SECONDS)
    elif state.notices and state.notices_shown:
        yield _cookie(settings, "notice", "", 0)


def _cookie(settings: WebSettings, kind: str, value: str, seconds: int) -> str:
    """Lax, not Strict: a person arrives from a link in an email and must find their session."""
    name = sessions.cookie_name(settings, kind)
    jar: SimpleCookie = SimpleCookie({name: value})
    for attribute, setting in (("path", "/"), ("max-age", seconds), ("samesite", "Lax")):
        jar[name][attribute] = str(setting)
    jar[name]["httponly"] = True
    if settings.secure_cookies:
        jar[name]["secure"] = True
    return jar[name].OutputString()
