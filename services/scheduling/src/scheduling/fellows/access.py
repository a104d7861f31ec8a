"""Who may open which page, and how a page runs a use case for whoever opened it."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from nextstep_web import Principal, actor_of, correlation_id, here, here_of, require
from scheduling.fellows.act import Act, Scheduling
from scheduling.fellows.store import find_fellow

T = TypeVar("T")

Staff = Annotated[Principal, Depends(require("office", "facilitator", "read_only"))]
"""Everybody who works on the programme: registers and sets."""
Reader = Annotated[Principal, Depends(require("office", "read_only"))]
"""Who may see the standing of Fellows."""
Office = Annotated[Principal, Depends(require("office"))]
"""Who may change the programme."""
RegisterTaker = Annotated[Principal, Depends(require("office", "facilitator"))]
"""Who may fill in a register."""
OwnPage = Annotated[Principal, Depends(require("fellow"))]
"""A Fellow who came by an emailed link."""


Here = Annotated[Scheduling, Depends(here)]
"""What a page reads from."""


async def perform(
    request: Request, principal: Principal, use_case: Callable[[Act], Awaitable[T]]
) -> T:
    """Run a use case for a member of staff, who is named in the audit trail.

    Raises:
        Refused: a rule says no; nothing is changed.

    """
    scheduling: Scheduling = here_of(request)
    actor = actor_of(request, principal)
    return await scheduling.perform(use_case, actor, correlation_id(request))


async def roles_of(scheduling: Scheduling, person_id: str) -> frozenset[str]:
    """What somebody is here, which says what pages an emailed link opens: a Fellow, or nobody."""
    fellow = await find_fellow(scheduling.read, scheduling.cohort.id, person_id)
    return frozenset({"fellow"} if fellow is not None and fellow.active else ())
