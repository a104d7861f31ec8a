"""How a page reaches what the process holds, and runs a use case for whoever is there."""

from typing import TypeVar

from fastapi import Request

from awards.fellows.act import Act, Awards, UseCase
from nextstep_web import Principal, actor_of, correlation_id, here_of

T = TypeVar("T")


def awards_of(request: Request) -> Awards:
    """The service that `request` came to."""
    found: Awards = here_of(request)
    return found


async def perform(request: Request, principal: Principal, use_case: UseCase[T]) -> T:
    """Run a use case for the person who sent `request`, in one transaction."""
    here = awards_of(request)
    actor = actor_of(request, principal)
    # every act adds to the one audit chain, so within a process they queue instead of colliding
    return await here.messaging.transact(
        lambda uow: Act(uow, here, actor).doing(use_case),
        correlation_id=correlation_id(request),
        one_at_a_time="audit",
    )
