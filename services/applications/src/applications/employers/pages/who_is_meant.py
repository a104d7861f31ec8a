"""What people wrote of which nobody has said whom it means, and the click that says it."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions.states import STATES
from applications.employers.employer_list import EmployerList
from applications.employers.keeping import say_who_is_meant
from applications.employers.store import everything_written, load_employers
from applications.employers.waiting_spellings import Waiting, Written, waiting
from applications.web.access import Office, Reader, hides_nothing
from applications.web.acting import applications_here, perform
from applications.web.cells import application_path
from nextstep_contracts import Refused
from nextstep_programme.employers import KIND_NAMES, spelling
from nextstep_web import Principal, flash, listing, options, read_form, redirect, render
from nextstep_web.display import plural

HOME = "/applications/employers"
router = APIRouter(
    # how many people are where tells of all of them
    prefix=HOME,
    tags=["pages"],
    dependencies=[Depends(hides_nothing)],
)
CARDS_PER_PAGE = 20


class Meaning(BaseModel):
    """What people wrote who mean an employer."""

    written: Annotated[str, Field(title="What was written", max_length=2000)]


class ChosenMeaning(Meaning):
    """The same, chosen among all employers."""

    into: Annotated[str, Field(title="It is", max_length=100)]


@router.get("/waiting")
async def unknown_spellings(request: Request, reader: Reader) -> Response:
    """What people wrote of which nobody has said yet whom it means."""
    known, written = await everything(request)
    keys = {"people": lambda one: (-len(one.people), spelling(one.written))}
    shown = listing(request, waiting(known, written), keys, "people", CARDS_PER_PAGE)
    return render(
        request,
        "applications/employers_waiting.html",
        found=shown,
        cards=[_card(one) for one in shown.rows],
        every=options([(one.id, one.name) for one in known.current], "Choose an employer"),
        office=reader.has("office"),
    )


@router.post("/means")
async def means(request: Request, office: Office) -> Response:
    """Say which of all employers people mean who wrote something: chosen from a list."""
    form = await read_form(request, ChosenMeaning)
    if not form.valid:
        raise Refused("Choose the employer first. Go back to it.")
    return await _meant(request, office, form.data.into, form.data.written)


@router.post("/{employer_id}/means")
async def this_means(request: Request, office: Office, employer_id: str) -> Response:
    """Say that it is this one which people mean who wrote something."""
    form = await read_form(request, Meaning)
    if not form.valid:
        raise Refused("Say what was written. Go back to it.")
    return await _meant(request, office, employer_id, form.data.written)


async def everything(request: Request) -> tuple[EmployerList, list[Written]]:
    """The list, and what everybody wrote."""
    here = applications_here(request)
    written = await everything_written(here.db.read, here.cohort)
    return await load_employers(here.db.read), written


def others_follow(request: Request) -> None:
    """Who works at one employer may have a conflict of interest: it is looked for at once."""
    request.app.state.wake_conflicts()


async def _meant(request: Request, office: Principal, employer_id: str, written: str) -> Response:
    await perform(request, office, lambda act: say_who_is_meant(act, employer_id, written))
    others_follow(request)
    known = await load_employers(applications_here(request).db.read)
    name = known.now(known.entry(employer_id)).name
    flash(request, f"\u201c{written}\u201d is {name} from now on.")
    return redirect(f"{HOME}/waiting")


def _card(one: Waiting) -> dict[str, Any]:
    states = {STATES[person.state].office for person in one.people}
    return {
        "written": one.written,
        "people": [
            {
                "text": f"{person.name} ({person.reference})",
                "href": application_path(person.application_id),
            }
            for person in one.people[:3]
        ],
        "more": plural(len(one.people) - 3, "other") if len(one.people) > 3 else "",  # noqa: PLR2004 - enough to know who
        "states": sorted(states),
        "like": [{"id": entry.id, "name": entry.name} for entry in one.like],
        "kind": one.kind,
        "new": "Add it as new" if one.kind == "other" else f"Add it as new: {KIND_NAMES[one.kind]}",
    }
