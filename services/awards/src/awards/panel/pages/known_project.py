"""A project that a page of the office is about, if whoever opens it may know of it."""

from fastapi import Request

from awards.panel.store import known_panel
from awards.web.access import Viewer
from awards.web.acting import awards_of, people_here
from nextstep_contracts import NoSuch


async def known_project(request: Request, _: Viewer) -> None:
    """Let a page about a project exist only where its project does, for whoever asks.

    Depended on by the routers of such pages. Before the rest of a route is asked anything, so that
    a hidden project and none at all are refused in the same words whatever was sent.

    Raises:
        NoSuch: there is no such project for them, whatever the reason.

    """
    key = request.path_params.get("key")
    if key is None:
        return
    here = awards_of(request)
    panel = await known_panel(here.read, here, people_here(request))
    if key not in panel.projects:
        raise NoSuch("There is no such project.")
