"""Who may open which page, and which applications a member of staff may not see."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from applications.web.acting import find_application_here
from nextstep_contracts import NoSuch
from nextstep_web import NotServed, Principal, require

Office = Annotated[Principal, Depends(require("office"))]
Reader = Annotated[Principal, Depends(require("office", "read_only"))]
Person = Annotated[Principal, Depends(require("applicant", "fellow"))]
Deciding = Annotated[Principal, Depends(require("applicant", "fellow", doing="decide"))]
"""A person who does what cannot be undone."""
Evidencing = Annotated[Principal, Depends(require("applicant", "fellow", doing="evidence"))]
"""A person who sees and sends evidence of their leave."""
Staff = Annotated[Principal, Depends(require("office", "read_only", "panel"))]
"""Everybody who works on a selection."""

HiddenFrom = Callable[[str], Awaitable[frozenset[str]]]
"""Which applications a member of staff, named by the address signed in with, may not see."""


async def hidden_ids(request: Request, principal: Principal) -> frozenset[str]:
    """Applications that a conflict of interest hides from somebody, everywhere."""
    hidden_from: HiddenFrom = request.app.state.hidden_from
    return await hidden_from(principal.subject)


async def conflict_free(request: Request, reader: Reader) -> None:
    """Let a hidden application look like none at all, at every address below its own.

    One that does not exist is refused here, too: before it is asked whether somebody may do what
    they ask for, so that the answer to that never tells the one from the other.
    """
    wanted = request.path_params.get("application_id")
    if wanted is None:
        return
    await find_application_here(request, wanted)
    if wanted in await hidden_ids(request, reader):
        raise NoSuch("There is no such application.")


async def hides_nothing(request: Request, reader: Reader) -> None:
    """Let what shows or changes all applications exist for those who may see all of them."""
    if await hidden_ids(request, reader):
        raise NotServed(
            "You have a conflict of interest with an application of this cohort, or applied "
            "yourself. This is about all of them: ask a colleague without one.",
            403,
        )
