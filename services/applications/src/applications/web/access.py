"""Who may open which page, and which applications a member of staff may not see."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from nextstep_contracts import NoSuch
from nextstep_web import NotServed, Principal, principal_of, require

Office = Annotated[Principal, Depends(require("office"))]
Reader = Annotated[Principal, Depends(require("office", "read_only"))]
Person = Annotated[Principal, Depends(require("applicant", "fellow"))]
SignedIn = Annotated[Principal, Depends(require())]

HiddenFrom = Callable[[str], Awaitable[frozenset[str]]]
"""Which applications a member of staff, named by the address signed in with, may not see."""


async def hidden_ids(request: Request, principal: Principal) -> frozenset[str]:
    """Applications that a conflict of interest hides from somebody, everywhere."""
    hidden_from: HiddenFrom = request.app.state.hidden_from
    return await hidden_from(principal.subject)


async def conflict_free(request: Request) -> None:
    """Let a hidden application look like none at all, at every address below its own."""
    principal = principal_of(request)
    wanted = request.path_params.get("application_id")
    if principal and wanted and wanted in await hidden_ids(request, principal):
        raise NoSuch("There is no such application.")


async def hides_nothing(request: Request) -> None:
    """Let a page that shows or changes all applications exist for those who may see all of them."""
    principal = principal_of(request)
    if principal and await hidden_ids(request, principal):
        raise NotServed(
            "You review applications of this cohort and have a conflict of interest with some. "
            "This page shows all of them: ask a colleague without one.",
            403,
        )
