"""Who may open the pages of a review, and what each of them may compare."""

from typing import Annotated, Any

from fastapi import Depends, Request

from applications.admissions.act import Applications
from applications.review.blindness import closed
from applications.review.case import Selection
from applications.review.conflicts import same_person
from applications.review.store import load_reviewers, load_selection
from applications.web.access import Reader, hidden_ids
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


async def seen_selection(request: Request, principal: Principal, **part: Any) -> Selection:
    """The selection, or a part of it (see `load_selection`), as whoever asks sees it."""
    here = applications_here(request)
    whole = await load_selection(here.db.read, here.cohort, **part)
    hidden = await hidden_ids(request, principal)
    return whole.seen_by(email_of(principal), hidden)


async def comparing(request: Request, principal: Principal) -> Selection:
    """The selection for somebody who may compare scores now.

    Raises:
        NotServed: this person takes no part in comparing, or not yet.

    """
    if why := await closed_here(request, principal):
        raise NotServed(why, 403)
    return await seen_selection(request, principal)


async def closed_here(request: Request, principal: Principal) -> str | None:
    """Why whoever asks takes no part in comparing; see `blindness.closed`."""
    here, email = applications_here(request), email_of(principal)
    hidden = await hidden_ids(request, principal)
    reviewers = await load_reviewers(here.db.read, here.cohort)
    for one in same_person(reviewers, email) or [email]:
        own = await load_selection(here.db.read, here.cohort, reviewer=one)
        if why := closed(own, one, hidden):
            return why
    return None


async def compares(request: Request, reader: Reader) -> None:
    """Let what shows everything about an applicant exist for who takes part in comparing.

    Raises:
        NotServed: this person takes no part in comparing, or not yet.

    """
    if why := await closed_here(request, reader):
        raise NotServed(why, 403)


def reviews_only(here: Applications, person: Principal) -> bool:
    """Whether somebody has nothing to do in this service but to review."""
    reviewed = here.cohort.selection.mode == "reviewed"
    return reviewed and person.has("panel") and not person.has("office", "read_only")
