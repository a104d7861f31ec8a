"""The application of whoever opened an emailed link."""

from fastapi import Request

from applications.admissions.act import Applications
from applications.admissions.application import Application
from applications.admissions.choosing_a_version import confirm_address
from applications.admissions.states import Action, next_state
from applications.admissions.store import application_of_person
from applications.web.access import hidden_ids
from applications.web.acting import applications_here
from nextstep_contracts import NoSuch
from nextstep_web import Principal

HOME = "/applications/me"
"""Where an applicant, or a Fellow, finds everything of their own."""


async def own_application(request: Request, person: Principal) -> Application:
    """The application of whoever opened the link.

    Raises:
        NoSuch: there is none in this cohort.

    """
    here = applications_here(request)
    found = await application_of_person(here.db.read, here.cohort, person.person_id)
    if found is None or found.erased:
        raise NoSuch("We have no application of yours.")
    await confirm_address(here.db, found, here.messaging.clock.now())
    return found


async def roles_of(here: Applications, person_id: str) -> frozenset[str]:
    """What somebody is here: an applicant, a Fellow as well, or unknown."""
    found = await application_of_person(here.db.read, here.cohort, person_id)
    if found is None or found.erased:
        return frozenset()
    return frozenset({"applicant", "fellow"} if found.state == "accepted" else {"applicant"})


async def kept_from(request: Request, staff: Principal, person_id: str) -> bool:
    """Whether a conflict of interest hides the person's application from a member of staff."""
    here = applications_here(request)
    found = await application_of_person(here.db.read, here.cohort, person_id)
    return found is not None and found.id in await hidden_ids(request, staff)


def must_be_allowed(application: Application, action: Action, reason: str = "") -> None:
    """Refuse what the state forbids before anybody waits in line for the ledger.

    Only a look ahead: the use case decides, on the state of its own transaction.
    """
    next_state(application.state, action, "applicant", reason)
