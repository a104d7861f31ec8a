"""The page behind an emailed link.

Mail scanners follow links, so following one changes nothing: the page shows a button, and only
pressing it starts a session.
"""

from fastapi import APIRouter, Request, Response

from nextstep_web import sessions
from nextstep_web.links import LinkError, read_link
from nextstep_web.pages import Pages, redirect, render
from nextstep_web.principal import Principal
from nextstep_web.request_state import web_state


def link_routes(service: str) -> APIRouter:
    """The page `/<service>/link/{token}`."""
    router = APIRouter(prefix=f"/{service}", include_in_schema=False)

    @router.get("/link/{token}")
    async def look(request: Request, token: str) -> Response:
        pages: Pages = request.app.state.pages
        try:
            claims = read_link(pages.settings, service, token, pages.now())
        except LinkError as error:
            return _refused(request, error)
        return render(request, "nextstep/link.html", claims=claims, action=request.url.path)

    @router.post("/link/{token}")
    async def enter(request: Request, token: str) -> Response:
        pages: Pages = request.app.state.pages
        try:
            claims = read_link(pages.settings, service, token, pages.now())
        except LinkError as error:
            return _refused(request, error)
        web_state(request).set_session = Principal(
            subject=claims.person_id,
            name=claims.name,
            roles=claims.roles,
            person_id=claims.person_id,
            session_id=sessions.new_session_id(),
            purpose=claims.purpose,
        )
        return redirect(claims.next)

    return router


def _refused(request: Request, error: LinkError) -> Response:
    return render(request, "nextstep/link_refused.html", 403, reason=str(error))
