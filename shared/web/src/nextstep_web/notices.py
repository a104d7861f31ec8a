"""One-time notices: "Offer made", shown on the page that follows a redirect."""

from fastapi import Request

from nextstep_web import sessions
from nextstep_web.request_state import RequestState, web_state
from nextstep_web.session_cookies import NOTICE_SECONDS
from nextstep_web.settings import WebSettings

LONGEST = 400
"""Characters of one notice: a cookie holds 4,096 bytes in all."""
MOST = 3


def flash(request: Request, message: str) -> None:
    """Leave `message` for the next page that this browser shows."""
    web_state(request).new_notices.append(message[:LONGEST])


def take_notices(request: Request) -> list[str]:
    """The notices for this page; they will not be shown again."""
    state = web_state(request)
    state.notices_shown = True
    return state.notices


def pack_notices(settings: WebSettings, state: RequestState) -> str:
    """The signed cookie value that holds the new notices and those not yet shown."""
    if not state.new_notices:
        return ""
    kept = [] if state.notices_shown else state.notices
    notices = [*kept, *state.new_notices][-MOST:]
    return sessions.sign(settings, "notice", {"notices": notices}, seconds=NOTICE_SECONDS)


def unpack_notices(settings: WebSettings, value: str | None) -> list[str]:
    """The notices in a cookie value; none when it is missing, altered or old."""
    claims = sessions.verify(settings, "notice", value) if value else None
    return list(claims["notices"]) if claims else []
