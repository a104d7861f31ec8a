"""What the pages share: who may see them, how a person acts, and how a rule's "no" is shown."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal, TypeVar

from fastapi import Depends, Request

from applications.admissions.act import Act, Applications
from applications.admissions.states import STATES, State
from applications.office.list.card_index import CardIndex
from nextstep_contracts import Refused
from nextstep_messaging import Actor, Database, Messaging, StaleDocument
from nextstep_programme import Cohort, LoadedCohort
from nextstep_web import NotServed, Principal, correlation_id, require

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


@dataclass(frozen=True)
class Site:
    """What the pages read from and act on."""

    applications: Applications
    cards: CardIndex = field(default_factory=CardIndex)

    @property
    def messaging(self) -> Messaging:
        """The service's messaging."""
        return self.applications.messaging

    @property
    def loaded(self) -> LoadedCohort:
        """The cohort as it was read from its file."""
        return self.applications.loaded

    @property
    def db(self) -> Database:
        """The service's database, for reading."""
        return self.applications.db

    @property
    def cohort(self) -> Cohort:
        """The cohort that these applications are for."""
        return self.applications.cohort


def site(request: Request) -> Site:
    """The site that this request is for."""
    found: Site = request.app.state.site
    return found


def actor(request: Request, principal: Principal) -> Actor:
    """The person behind a request, as the history and the audit trail remember them."""
    where = request.client.host if request.client else ""
    kind: Literal["staff", "person"] = "staff" if principal.is_staff else "person"
    name = principal.name if principal.is_staff else "Applicant"
    return Actor(kind, principal.subject, name, where)


async def perform(
    request: Request, principal: Principal, use_case: Callable[[Act], Awaitable[T]]
) -> T:
    """Run a use case for a request; a rule's "no" becomes a page that says it."""
    with told():
        return await site(request).applications.perform(
            use_case, actor(request, principal), correlation_id=correlation_id(request)
        )


async def attempt(
    request: Request, principal: Principal, use_case: Callable[[Act], Awaitable[object]]
) -> bool:
    """Do one of many, in a transaction of its own; False if its state no longer allows it."""
    try:
        await site(request).applications.perform(use_case, actor(request, principal))
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
