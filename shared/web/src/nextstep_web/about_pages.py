"""The pages that the law asks for, below `/<service>/about/`: for everybody, without a cookie."""

from typing import Any, Final

from fastapi import APIRouter, Request, Response

from nextstep_contracts import NoSuch
from nextstep_programme import LegalPages
from nextstep_programme.legal_pages import PRIVACY_NOTICES
from nextstep_web.footer import about_path
from nextstep_web.markdown import html_of
from nextstep_web.pages import render

_NONE: Final = "There is no such page."


def about_pages(service: str, legal: LegalPages) -> APIRouter:
    """Build the pages of one service, so that they are there whichever other service is down."""
    router = APIRouter(prefix=f"/{service}/about", tags=["pages"])

    @router.get("/privacy")
    async def privacy(request: Request) -> Response:
        today = request.app.state.pages.today()
        notices = [text for page in PRIVACY_NOTICES if (text := legal.in_force(page, today))]
        if not notices:
            raise NoSuch(_NONE)
        links = [{"href": about_path(service, t.page), "text": t.title} for t in notices]
        return render(request, "nextstep/privacy.html", notices=links)

    @router.get("/{page}")
    async def about(request: Request, page: str) -> Response:
        """One page: the version in force, or the one asked for."""
        today, version = request.app.state.pages.today(), request.query_params.get("version", "")
        known = [text for text in legal.texts if text.page == page and text.in_force_from <= today]
        known.sort(key=lambda text: text.in_force_from, reverse=True)
        shown = next((text for text in known if version in ("", text.version)), None)
        if shown is None:
            raise NoSuch(_NONE)
        others: list[dict[str, Any]] = [
            {
                "href": f"{about_path(service, page)}?version={text.version}",
                "version": text.version,
                "since": text.in_force_from,
            }
            for text in known
            if text is not shown
        ]
        return render(
            request,
            "nextstep/about.html",
            text=shown,
            body=html_of(shown.markdown),
            in_force=shown is known[0],
            others=others,
        )

    return router
