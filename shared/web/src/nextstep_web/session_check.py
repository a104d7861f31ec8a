"""Before every page: a session that is over, though its cookie still lives, is none."""

from fastapi import Request

from nextstep_web import access_ended, kept_conflicts, link_requests, staff_sessions
from nextstep_web.notices import flash
from nextstep_web.request_state import web_state

ACCESS_COLLECTIONS = (
    *access_ended.COLLECTIONS,
    *staff_sessions.COLLECTIONS,
    *link_requests.COLLECTIONS,
    *kept_conflicts.COLLECTIONS,
)
"""What every service keeps of who may come in, and of whom they must learn nothing."""


async def without_ended_sessions(request: Request) -> None:
    """Dependency: leave out the sessions that ended, and say why."""
    state, read = web_state(request), request.app.state.messaging.db.read
    for principal in state.principals:
        over = await access_ended.why_over(read, principal)
        if over is not None:
            state.leave_out(principal)
            flash(request, access_ended.WORDS[over])
