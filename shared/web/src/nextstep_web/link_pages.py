"""The page behind an emailed link.

Mail scanners follow links, so following one changes nothing: the page shows a button, and only
pressing it starts a session. Who is signed in already is asked first: a member of staff who opens
a Fellow's link keeps their own session beside it, or leaves it.
"""

import time
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response

from nextstep_messaging import Messaging
from nextstep_web import access_ended, rates, sessions, staff_sessions
from nextstep_web.links import LinkClaims, LinkError, LinkOverError, read_link
from nextstep_web.pages import Pages, redirect, render
from nextstep_web.principal import Principal
from nextstep_web.request_state import web_state

RolesOf = Callable[[str], Awaitable[frozenset[str]]]
"""The PERSON_ROLES that the service knows somebody, by id, to hold now."""


async def nobody_known(_person_id: str) -> frozenset[str]:
    """Of a service that has no pages of its own for people."""
    return frozenset()


def link_routes(messaging: Messaging, roles_of: RolesOf) -> APIRouter:
    """The page `/<service>/link/{token}`."""
    service = messaging.service
    router = APIRouter(prefix=f"/{service}", include_in_schema=False)

    async def claims_of(request: Request, token: str) -> LinkClaims:
        pages: Pages = request.app.state.pages
        try:
            claims = read_link(pages.settings, service, token, pages.now())
        except LinkOverError as error:
            rates.failed(request, error.claims.person_id)
            raise
        except LinkError:
            rates.failed(request, None)
            raise
        over = await access_ended.why_closed(messaging.db.read, claims.person_id, claims.opened)
        if over is not None:
            rates.failed(request, claims.person_id)
            raise LinkOverError(access_ended.WORDS[over], claims)
        return claims

    @router.get("/link/{token}")
    async def look(request: Request, token: str) -> Response:
        try:
            claims = await claims_of(request, token)
        except LinkError as error:
            return _refused(request, error)
        others = [one for one in web_state(request).principals if one.subject != claims.person_id]
        return render(
            request,
            "nextstep/link.html",
            claims=claims,
            action=request.url.path,
            staff=next((one for one in others if one.is_staff), None),
            other=next((one for one in others if not one.is_staff), None),
        )

    @router.post("/link/{token}")
    async def enter(request: Request, token: str) -> Response:
        try:
            claims = await claims_of(request, token)
        except LinkError as error:
            return _refused(request, error)
        form, state = await request.form(), web_state(request)
        staff = next((one for one in state.principals if one.is_staff), None)
        if staff is not None and form.get("leave") == "yes":
            await staff_sessions.end(request, staff, staff, "signed_out")
            state.leave_out(staff)
        rates.succeeded(request, claims.person_id)
        roles = claims.roles | await roles_of(claims.person_id)
        state.set_session = Principal(
            subject=claims.person_id,
            name=claims.name,
            roles=roles,
            person_id=claims.person_id,
            session_id=sessions.new_session_id(),
            began=int(time.time()),
            link=claims.opened,
        )
        return redirect(claims.next)

    return router


def _refused(request: Request, error: LinkError) -> Response:
    token: Any = request.path_params["token"] if isinstance(error, LinkOverError) else None
    return render(request, "nextstep/link_refused.html", 403, reason=str(error), token=token)
