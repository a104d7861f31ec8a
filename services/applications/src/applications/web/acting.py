"""What the pages share: who may see them, how a person acts, and how a rule's "no" is shown."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request

from applications.admissions.act import Desk, Doer, NoSuchApplicationError
from applications.admissions.perform import Admissions
from applications.admissions.place_ledger import PlaceRefusedError
from applications.admissions.states import STATES, NotAllowedError, State
from applications.intake.worker import IntakeWorker
from applications.office.list.card_index import CardIndex
from applications.review.sheets import ReviewRefusedError
from nextstep_messaging import Conflict, Database, Messaging
from nextstep_messaging.operating.audit import Actor
from nextstep_programme import Cohort, LoadedCohort
from nextstep_web import NotFound, Principal, Refusal, correlation_id, require

T = TypeVar("T")

Office = Annotated[Principal, Depends(require("office"))]
Reader = Annotated[Principal, Depends(require("office", "read_only"))]
Person = Annotated[Principal, Depends(require("applicant", "fellow"))]

COLOURS: dict[State, str] = {
    "received": "grey",
    "documents_needed": "yellow",
    "referred": "orange",
    "eligible": "aqua-green",
    "waitlisted": "purple",
    "offered": "blue",
    "accepted": "green",
    "declined": "grey",
    "lapsed": "grey",
    "rejected": "red",
    "withdrawn": "grey",
}


class FieldRefusal(Refusal):
    """A rule said no to some entries of a form; a page without that form shows the message."""

    def __init__(self, refused: ReviewRefusedError) -> None:
        super().__init__(str(refused))
        self.fields = refused.fields


@dataclass(frozen=True)
class Site:
    """What the pages read from and act on."""

    messaging: Messaging
    admissions: Admissions
    loaded: LoadedCohort
    intake: IntakeWorker
    cards: CardIndex = field(default_factory=CardIndex)

    @property
    def db(self) -> Database:
        """The service's database, for reading."""
        return self.messaging.db

    @property
    def cohort(self) -> Cohort:
        """The cohort that these admissions are for."""
        return self.loaded.cohort


def site(request: Request) -> Site:
    """The site that this request is for."""
    found: Site = request.app.state.site
    return found


def doer(request: Request, principal: Principal) -> Doer:
    """The person behind a request, as the history and the audit trail remember them."""
    where = request.client.host if request.client else ""
    staff = principal.is_staff
    return Doer(
        "office" if staff else "applicant",
        principal.name if staff else "Applicant",
        Actor(principal.subject, where),
    )


async def act(request: Request, use_case: Callable[[Desk], Awaitable[T]]) -> T:
    """Run a use case for a request; a rule's "no" becomes a page that says it."""
    with told():
        return await site(request).admissions.perform(
            use_case, correlation_id=correlation_id(request)
        )


async def attempt(here: Site, use_case: Callable[[Desk], Awaitable[object]]) -> bool:
    """Do one of many, in a transaction of its own; False if its state no longer allows it."""
    try:
        await here.admissions.perform(use_case)
    except NotAllowedError:
        return False
    return True


@contextmanager
def told() -> Iterator[None]:
    """Turn what the rules refuse into refusals that a page can show."""
    try:
        yield
    except (NotAllowedError, PlaceRefusedError) as no:
        raise Refusal(str(no)) from no
    except ReviewRefusedError as no:
        raise FieldRefusal(no) from no
    except NoSuchApplicationError as missing:
        raise NotFound("There is no such application.") from missing
    except Conflict as busy:
        raise Refusal("Too many people are changing this at once. Try again.", 503) from busy


def state_tag(state: State) -> dict[str, Any]:
    """A state as a table cell."""
    return {"tag": STATES[state].office, "colour": COLOURS[state]}


def application_path(application_id: str) -> str:
    """Where the office finds an application."""
    return f"/applications/application/{application_id}"


def column(key: str, label: str, *, sort: bool = False, numeric: bool = False) -> dict[str, Any]:
    """A column of a table."""
    return {"key": key, "label": label, "sort": sort, "numeric": numeric}


def size(count: int) -> str:
    """A number of bytes for a person."""
    if count < 1024:  # noqa: PLR2004 -- a kilobyte
        return f"{count} bytes"
    return f"{count / 1024:,.0f} KB"
