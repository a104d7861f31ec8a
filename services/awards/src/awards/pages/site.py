"""What every page needs: who is there, the board, and a way to act in one transaction."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

from fastapi import Depends, FastAPI, Request, Response

from awards import store
from awards.board import Board
from awards.commands.act import Act
from awards.panel import Panellist
from awards.records import same_text
from awards.terms import Terms
from nextstep_contracts import NoSuch, Refused
from nextstep_messaging import Messaging, StaleDocument, UnitOfWork
from nextstep_messaging.operating.audit import Actor
from nextstep_web import Form, Principal, correlation_id, require
from nextstep_web.problems import Problem, answer

T = TypeVar("T")

Office = Annotated[Principal, Depends(require("office"))]
Viewer = Annotated[Principal, Depends(require("office", "read_only"))]
Judge = Annotated[Principal, Depends(require("panellist", "panel"))]
FellowHere = Annotated[Principal, Depends(require("fellow"))]


@dataclass(frozen=True)
class Site:
    """What the composition root gives the pages."""

    terms: Terms
    messaging: Messaging

    async def board(self) -> Board:
        """Everything about the cohort's judging, as it is now."""
        return await store.load_board(self.messaging.db.read, self.terms)


def site(request: Request) -> Site:
    """The site that `request` came to."""
    found: Site = request.app.state.awards
    return found


def install(app: FastAPI, here: Site) -> None:
    """Attach the site to the application, and say how its refusals are answered."""
    app.state.awards = here

    @app.exception_handler(StaleDocument)
    async def overtaken(request: Request, _: StaleDocument) -> Response:
        return answer(request, Problem.of(409, "Somebody else changed this at the same moment."))


async def perform(
    request: Request, principal: Principal, use_case: Callable[[Act], Awaitable[T]]
) -> T:
    """Run a use case for the person who sent `request`, in one transaction."""
    here = site(request)
    actor = Actor(
        "staff" if principal.is_staff else "person",
        who=principal.person_id or principal.subject,
        where=request.client.host if request.client else "",
    )

    async def work(uow: UnitOfWork) -> T:
        return await use_case(Act(uow, here.terms, actor))

    # every act adds to the one audit chain, so within a process they queue instead of colliding
    return await here.messaging.transact(
        work, correlation_id=correlation_id(request), one_at_a_time="audit"
    )


async def judge_of(request: Request, principal: Principal) -> Panellist:
    """The panellist who is there: by their link, or by the address they signed in with.

    Raises:
        NoSuch: they are not on this cohort's panel.

    """
    here = site(request)
    cohort = {"cohort": here.terms.cohort.id}
    if principal.has("panellist") and principal.person_id:
        cohort["_id"] = principal.person_id
    return judge_among(await store.find(here.messaging.db.read, Panellist, cohort), principal)


def judge_among(panel: Iterable[Panellist], principal: Principal) -> Panellist:
    """The panellist who is there, as `judge_of` finds them, where the panel is at hand."""
    for one in panel:
        by_link = principal.has("panellist") and one.id == principal.person_id
        by_address = principal.has("panel") and same_text(one.email, principal.subject)
        if one.judges and (by_link or by_address):
            return one
    raise NoSuch("You are not on the panel of this cohort.")


def person_of(principal: Principal) -> str:
    """The person id behind an emailed link.

    Raises:
        NoSuch: the session belongs to nobody in particular.

    """
    if principal.person_id is None:
        raise NoSuch("Open this page by the link in your email.")
    return principal.person_id


def refused_form(typed: dict[str, Any], refusal: Refused) -> Form[Any]:
    """The form as it was sent, with what a rule found wrong beside its fields."""
    form: Form[Any] = Form(
        {k: v if isinstance(v, list) else [v] for k, v in typed.items()}, None, {}
    )
    form.show(refusal)
    return form


def column(key: str, label: str, *, sort: bool = True, numeric: bool = False) -> dict[str, Any]:
    """A column of a table."""
    return {"key": key, "label": label, "sort": sort, "numeric": numeric}


def options(pairs: Sequence[tuple[str, str]], prompt: str = "") -> list[dict[str, str]]:
    """The items of a select or of radios, with a prompt first if given."""
    first = [{"value": "", "text": prompt}] if prompt else []
    return first + [{"value": value, "text": text} for value, text in pairs]
