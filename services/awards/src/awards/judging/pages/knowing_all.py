"""What is about everything at once: for who may know everything."""

from fastapi import Request

from awards.judging.store import known_judging
from awards.web.acting import awards_of, people_here
from nextstep_web import NotServed
from nextstep_web.conflicts import ABOUT_ALL

ON_THE_PANEL = (
    "You are on the panel. What is about all projects opens for you once you have locked all your "
    "sheets, if no conflict of interest keeps a project from you: ask a colleague."
)


async def knows_all(request: Request) -> None:
    """Let what shows everything whole exist for those from whom nothing is kept.

    Raises:
        NotServed: something is kept from whoever asks.

    """
    here = awards_of(request)
    judging = await known_judging(here.read, here, people_here(request))
    if not judging.whole:
        raise NotServed(ON_THE_PANEL if judging.panel.reader else ABOUT_ALL, 403)
