"""What the office does to the place ledger out of the ordinary: one form each, with a reason."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions import overriding, store
from applications.admissions.act import UseCase, on
from applications.admissions.application import Application
from applications.admissions.place_ledger import Ledger
from applications.web.access import Office, hides_nothing
from applications.web.acting import applications_here, perform
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_web import Form, blank, flash, read_form, redirect, render
from nextstep_web.display import short_moment

router = APIRouter(
    prefix="/applications/ledger/change", tags=["pages"], dependencies=[Depends(hides_nothing)]
)

LEDGER = "/applications/ledger"
Reason = Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


class OtherNumber(BaseModel):
    """Another number of places."""

    places: Annotated[int, Field(title="Number of places", ge=1, le=10_000)]
    reason: Reason


class OtherTurn(BaseModel):
    """Another turn on the waiting list."""

    application_id: Annotated[str, Field(title="Applicant")]
    position: Annotated[int, Field(title="New position", ge=1)]
    reason: Reason


class LaterEnd(BaseModel):
    """A later end of an offer."""

    application_id: Annotated[str, Field(title="Applicant")]
    until: Annotated[date, Field(title="Last day")]
    reason: Reason


class OfferToNext(BaseModel):
    """An offer to whom the form showed as the next in line."""

    application_id: Annotated[str, Field(title="Next in line")]
    reason: Reason


class EarlyClose(BaseModel):
    """Applications are closed before the deadline, or open again."""

    reason: Reason


@dataclass(frozen=True)
class OverrideForm:
    """One kind of override: what its page says and asks, and what it does."""

    title: str
    about: str
    button: str
    done: str
    form: type[BaseModel]
    do: Callable[[Any], UseCase[object]]
    """What is done about a filled form."""


OVERRIDES: dict[str, OverrideForm] = {
    "places": OverrideForm(
        "Change the number of places",
        "New places are offered to the waiting list at once while places are still offered"
        " automatically. The number cannot go below the places that are taken or on offer.",
        "Change the number",
        "The number of places is changed.",
        OtherNumber,
        lambda said: lambda act: overriding.change_places(act, said.places, said.reason),
    ),
    "order": OverrideForm(
        "Change the order of the waiting list",
        "The others keep their order among themselves.",
        "Change the order",
        "The order is changed.",
        OtherTurn,
        lambda said: on(said.application_id, overriding.move_in_line, said.position, said.reason),
    ),
    "longer": OverrideForm(
        "Extend an open offer",
        "The offer then holds until the end of the day that you choose, and the applicant is"
        " sent the new date.",
        "Extend the offer",
        "The offer is extended.",
        LaterEnd,
        lambda said: on(said.application_id, overriding.extend_offer, said.until, said.reason),
    ),
    "next": OverrideForm(
        "Offer a free place to the next in line",
        "The first on the waiting list is sent the offer. To offer out of order, go to the"
        " applicant's own page.",
        "Offer the place",
        "The place is offered.",
        OfferToNext,
        lambda said: lambda act: overriding.offer_next(act, said.application_id, said.reason),
    ),
    "close": OverrideForm(
        "Close applications before the deadline",
        "The public page then says that applications are closed, as all places have been taken."
        " Close the form itself as well. What comes all the same is kept and waits behind the"
        " others; whoever sent it is told so in the first email.",
        "Close applications",
        "Applications are closed. Close the form as well.",
        EarlyClose,
        lambda said: lambda act: overriding.close_early(act, said.reason),
    ),
    "reopen": OverrideForm(
        "Open applications again",
        "The public page then says again what there is: a place, or the waiting list.",
        "Open applications again",
        "Applications are open again.",
        EarlyClose,
        lambda said: lambda act: overriding.reopen(act, said.reason),
    ),
}


@router.get("/{kind}")
async def before(request: Request, _: Office, kind: str) -> Response:
    """Ask what to change, and why."""
    asked = request.query_params.get("application")
    return await _page(request, kind, blank(application_id=asked))


@router.post("/{kind}")
async def change(request: Request, office: Office, kind: str) -> Response:
    """Do it; a refusal by the ledger stands above the form."""
    wanted = _override(kind)
    form = await read_form(request, wanted.form)
    if form.valid:
        try:
            changed = await perform(request, office, wanted.do(form.data))
        except (AlreadySo, NoSuch):
            raise
        except Refused as no:
            form.refuse("", no.message)
    if not form.valid:
        return await _page(request, kind, form, status=422)
    about = f"{_named(changed)}: " if isinstance(changed, Application) else ""
    flash(request, about + wanted.done)
    return redirect(LEDGER)


def _override(kind: str) -> OverrideForm:
    if kind not in OVERRIDES:
        raise NoSuch("There is no such change.")
    return OVERRIDES[kind]


async def _page(request: Request, kind: str, form: Form[Any], *, status: int = 200) -> Response:
    here = applications_here(request)
    wanted = _override(kind)
    held = await store.load_ledger(here.db.read, here.cohort)
    return render(
        request,
        "applications/override.html",
        status,
        change=wanted,
        kind=kind,
        held=held,
        people=await _people(request, kind, held),
        next_in_line=await _next(request, held) if kind == "next" else None,
        form=form,
    )


async def _next(request: Request, held: Ledger) -> Application | None:
    """Who is first on the waiting list."""
    found = await store.load_applications(applications_here(request).db.read, held.waiting[:1])
    return found[0] if found else None


async def _people(request: Request, kind: str, held: Ledger) -> list[dict[str, str]]:
    """Whom this change can be about, in the order of the ledger."""
    about = {
        "order": {one: f"{n}. " for n, one in enumerate(held.waiting, start=1)},
        "longer": {o.application_id: "" for o in held.offers},
    }.get(kind, {})
    zone = applications_here(request).cohort.zone
    until = {o.application_id: f", until {short_moment(o.expires_at, zone)}" for o in held.offers}
    people = await store.applications_by_id(applications_here(request).db.read, about)
    return [
        {"value": one, "text": f"{before}{_named(people[one])}{until.get(one, '')}"}
        for one, before in about.items()
    ]


def _named(person: Application) -> str:
    return f"{person.answers.name} ({person.reference})"
