"""Who may open the pages of a review, and what each of them may compare."""

from typing import Annotated

from fastapi import Depends, Request

from applications.admissions.act import Applications
from applications.review.case import Selection
from applications.review.staging import blind
from applications.review.store import load_selection
from applications.web.acting import applications_here
from nextstep_contracts import NoSuch
from nextstep_web import NotServed, Principal, require

Panel = Annotated[Principal, Depends(require("office", "panel"))]


async def reviewed_only(request: Request) -> None:
    """Let a page exist only where places are filled after a review."""
    if applications_here(request).cohort.selection.mode != "reviewed":
        raise NoSuch("Places of this cohort go by order of arrival: there is no review.")


def email_of(principal: Principal) -> str:
    """The address under which a member of staff is a reviewer, if at all."""
    return principal.subject.casefold()


async def comparing(request: Request, principal: Principal) -> Selection:
    """The selection for somebody who may compare scores now.

    Raises:
        Refused: the person reviews and has sheets to lock first.

    """
    here = applications_here(request)
    selection = await load_selection(here.db.read, here.cohort)
    if blind(selection, principal.subject):
        raise NotServed(
            "You are a reviewer yourself and have not locked all your sheets. Comparisons and "
            "decisions open for you once they are locked: see “My reviews”.",
            403,
        )
    return selection


def reviews_only(here: Applications, person: Principal) -> bool:
    """Whether somebody has nothing to do in this service but to review."""
    reviewed = here.cohort.selection.mode == "reviewed"
    return reviewed and person.has("panel") and not person.has("office", "read_only")
