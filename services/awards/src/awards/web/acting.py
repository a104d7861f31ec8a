"""How a page reaches what the process holds, and runs a use case for whoever is there."""

from typing import TypeVar

from fastapi import FastAPI, Request, Response

from awards.fellows.act import Awards, UseCase, in_one_act
from nextstep_messaging import Actor, StaleDocument
from nextstep_web import Principal, correlation_id
from nextstep_web.problems import Problem, answer

T = TypeVar("T")


def awards_of(request: Request) -> Awards:
    """The service that `request` came to."""
    found: Awards = request.app.state.awards
    return found


def install(app: FastAPI, here: Awards) -> None:
    """Attach the service to the application, and say how a rival's change is answered."""
    app.state.awards = here

    @app.exception_handler(StaleDocument)
    async def overtaken(request: Request, _: StaleDocument) -> Response:
        return answer(request, Problem.of(409, "Somebody else changed this at the same moment."))


async def perform(request: Request, principal: Principal, use_case: UseCase[T]) -> T:
    """Run a use case for the person who sent `request`, in one transaction."""
    here = awards_of(request)
    actor = Actor(
        "staff" if principal.is_staff else "person",
        who=principal.person_id or principal.subject,
        where=request.client.host if request.client else "",
    )
    # every act adds to the one audit chain, so within a process they queue instead of colliding
    return await here.messaging.transact(
        lambda uow: in_one_act(uow, here, actor, use_case),
        correlation_id=correlation_id(request),
        one_at_a_time="audit",
    )
