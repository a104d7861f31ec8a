"""Who of the staff may see the office's pages, and in whose name the office acts."""

from collections.abc import Awaitable, Callable
from typing import Annotated, TypeVar

from fastapi import Depends, Request

from nextstep_web import Principal, actor_of, correlation_id, here_of, require
from notifications.hearing.act import Act, Notifications

T = TypeVar("T")

Office = Annotated[Principal, Depends(require("office"))]
Reader = Annotated[Principal, Depends(require("office", "read_only"))]


def notifications_of(request: Request) -> Notifications:
    """What the process holds that this request came to."""
    here: Notifications = here_of(request)
    return here


async def perform(
    request: Request, principal: Principal, use_case: Callable[[Act], Awaitable[T]]
) -> T:
    """Run a use case in one transaction, in the name of whoever asks.

    Raises:
        Refused: a rule says no; nothing is changed.

    """
    return await notifications_of(request).perform(
        use_case, actor_of(request, principal), correlation_id(request)
    )
