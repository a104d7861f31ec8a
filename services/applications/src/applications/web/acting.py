"""How a page reaches what the process holds, and runs a use case for whoever is there."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, TypeVar

from fastapi import Request

from applications.admissions.act import Applications, UseCase
from applications.admissions.application import Application
from applications.admissions.store import find_application
from nextstep_contracts import NoSuch, Refused
from nextstep_messaging import Actor, StaleDocument
from nextstep_web import NotServed, Principal, correlation_id

T = TypeVar("T")


def applications_here(request: Request) -> Applications:
    """What the process that a request came to holds of this service."""
    here: Applications = request.app.state.here
    return here


def actor(request: Request, principal: Principal) -> Actor:
    """The person behind a request, as the history and the audit trail remember them."""
    where = request.client.host if request.client else ""
    kind: Literal["staff", "person"] = "staff" if principal.is_staff else "person"
    name = principal.name if principal.is_staff else "Applicant"
    return Actor(kind, principal.subject, name, where)


async def find_application_here(request: Request, application_id: str) -> Application:
    """An application that a page is about.

    Raises:
        NoSuch: there is none with that id.

    """
    found = await find_application(applications_here(request).db.read, application_id)
    if found is None:
        raise NoSuch("There is no such application.")
    return found


async def perform(request: Request, principal: Principal, use_case: UseCase[T]) -> T:
    """Run a use case for a request; a rule's "no" becomes a page that says it."""
    with told():
        return await applications_here(request).perform(
            use_case, actor(request, principal), correlation_id=correlation_id(request)
        )


async def attempt(request: Request, principal: Principal, use_case: UseCase[object]) -> bool:
    """Do one of many, in a transaction of its own; False if its state no longer allows it."""
    try:
        await applications_here(request).perform(use_case, actor(request, principal))
    except Refused:
        return False
    return True


@contextmanager
def told() -> Iterator[None]:
    """Turn what the rules refuse into refusals that a page can show."""
    try:
        yield
    except StaleDocument as busy:
        raise NotServed("Too many people are changing this at once. Try again.", 503) from busy
