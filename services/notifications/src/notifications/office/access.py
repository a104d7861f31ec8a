"""Who of the staff may see the office's pages, and in whose name the office acts."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from nextstep_messaging import Actor
from nextstep_web import Principal, correlation_id, require
from notifications.hearing.act import Act, notifications_of

T = TypeVar("T")

Office = Annotated[Principal, Depends(require("office"))]
Reader = Annotated[Principal, Depends(require("office", "read_only"))]


async def perform(
    request: Request, principal: Principal, use_case: Callable[[Act], Awaitable[T]]
) -> T:
    """Run a use case in one transaction, in the name of whoever asks.

    Raises:
        Refused: a rule says no; nothing is changed.

    """
    where = request.client.host if request.client else ""
    actor = Actor("staff", principal.subject, principal.name, where)
    return await notifications_of(request).perform(use_case, actor, correlation_id(request))
