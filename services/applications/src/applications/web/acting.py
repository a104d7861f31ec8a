"""How a page reaches what the process holds, and runs a use case for whoever is there."""

from dataclasses import replace
from typing import TypeVar

from fastapi import Request

from applications.admissions.act import Applications, UseCase
from applications.admissions.application import Application
from applications.admissions.store import find_application
from nextstep_contracts import NoSuch, Refused
from nextstep_messaging import Actor
from nextstep_web import Principal, actor_of, correlation_id, here_of

T = TypeVar("T")


def applications_here(request: Request) -> Applications:
    """What the process that a request came to holds of this service."""
    here: Applications = here_of(request)
    return here


async def find_application_here(request: Request, application_id: str) -> Application:
    """An application of this cohort that a page is about.

    Raises:
        NoSuch: there is none with that id.

    """
    here = applications_here(request)
    found = await find_application(here.db.read, application_id)
    if found is None or found.cohort != here.cohort.id:
        raise NoSuch("There is no such application.")
    return found


def actor(request: Request, principal: Principal) -> Actor:
    """The person behind a request, as the history and the audit trail remember them."""
    who = actor_of(request, principal)
    return who if principal.is_staff else replace(who, name="Applicant")


async def perform(request: Request, principal: Principal, use_case: UseCase[T]) -> T:
    """Run a use case for a request, in one transaction.

    Raises:
        Refused: a rule says no; nothing is changed.

    """
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
