"""How a page reaches what the process holds, and runs a use case for whoever is there."""

from typing import TypeVar

from fastapi import Request

from awards.fellows.act import Act, Awards, UseCase
from nextstep_messaging import Actor
from nextstep_web import Principal, actor_of, correlation_id, here_of
from nextstep_web.request_state import web_state

T = TypeVar("T")


def awards_of(request: Request) -> Awards:
    """The service that `request` came to."""
    found: Awards = here_of(request)
    return found


def people_here(request: Request) -> tuple[Actor, ...]:
    """Whoever `request` may come from, by the sessions that this browser has.

    At most somebody of the staff and a person by their emailed link, who may be the same.
    """
    return tuple(actor_of(request, one) for one in web_state(request).principals)


async def perform(request: Request, principal: Principal, use_case: UseCase[T]) -> T:
    """Run a use case for the person who sent `request`, in one transaction."""
    here = awards_of(request)
    actor, people = actor_of(request, principal), people_here(request)
    return await here.messaging.transact(
        lambda uow: Act(uow, here, actor, people).doing(use_case),
        correlation_id=correlation_id(request),
    )
