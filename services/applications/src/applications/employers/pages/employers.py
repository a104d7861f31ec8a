"""The office's list of employers, one of them, and what people wrote that is nobody's yet."""

from collections.abc import Awaitable, Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions.act import Act
from applications.employers.employer_list import EmployerDetails, EmployerList, Entry
from applications.employers.keeping import (
    add_employer,
    change_employer,
    merge_employers,
    separate_employers,
)
from applications.employers.pages.who_is_meant import HOME, everything, others_follow
from applications.employers.store import load_employers
from applications.employers.waiting_spellings import (
    Written,
    by_employer,
    likely_kind,
    unknown,
)
from applications.web.access import Office, Reader, hides_nothing
from applications.web.acting import applications_here, perform
from applications.web.cells import application_path, state_tag
from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_programme.employers import KIND_NAMES, EmployerKind, spelling
from nextstep_programme.searching import says
from nextstep_web import (
    Form,
    Principal,
    asks_for_file,
    blank,
    column,
    flash,
    listing,
    options,
    read_form,
    redirect,
    render,
    table_file,
)
from nextstep_web.answers import TABLE_FILES

router = APIRouter(
    # how many people are where tells of all of them
    prefix=HOME,
    tags=["pages"],
    dependencies=[Depends(hides_nothing)],
)
COLUMNS = [
    column("name", "Employer", sort=True),
    column("kind", "Kind", sort=True),
    column("ods_code", "ODS code", sort=True),
    column("fellows", "Fellows", sort=True, numeric=True),
    column("applicants", "All who applied", sort=True, numeric=True),
]
HEADER = (
    *("name", "kind", "ods_code", "spellings", "was_before", "leave_contact"),
    *("fellows", "applicants", "employer_id"),
)
PEOPLE = [
    column("name", "Person"),
    column("written", "As they wrote it"),
    column("state", "State"),
]
LONGEST_FIELD = 15_000
"""Characters of all spellings of one employer, as they are typed."""


class EmployerForm(BaseModel):
    """What the office says of an employer."""

    name: Annotated[str, Field(title="Name", max_length=1000)]
    kind: Annotated[EmployerKind, Field(title="Kind")]
    ods_code: Annotated[str, Field(title="ODS code", max_length=40)] = ""
    spellings: Annotated[str, Field(title="Also called", max_length=LONGEST_FIELD)] = ""
    leave_contact: Annotated[str, Field(title="Study leave contact", max_length=1000)] = ""
    was: Annotated[str, Field(title="Former name", max_length=1000)] = ""
    """The name that the page showed: it stays a spelling, however often the form is sent."""

    @property
    def details(self) -> EmployerDetails:
        """The same for the rules."""
        given = self.model_dump(exclude={"spellings", "was"})
        return EmployerDetails(**given, spellings=(*self.spellings.splitlines(), self.was))


class Merger(BaseModel):
    """The employer that another one is part of."""

    into: Annotated[str, Field(title="Part of", max_length=100)]


@router.get("", responses=TABLE_FILES)
async def employers(request: Request, reader: Reader) -> Response:
    """All employers there are now."""
    known, written = await everything(request)
    there = by_employer(known, written)
    q, kind = request.query_params.get("q", ""), request.query_params.get("kind", "")
    found = [
        one
        for one in known.current
        if kind in ("", one.kind) and says(q, *_every_name(known, one), one.ods_code or "")
    ]
    if asks_for_file(request):
        lines = [_plain(known, one, there.get(one.id, [])) for one in found]
        return await table_file(request, "employers", HEADER, lines)
    keys: dict[str, Callable[[Entry], Any]] = {
        "name": lambda one: spelling(one.name),
        "kind": lambda one: KIND_NAMES[one.kind],
        "ods_code": lambda one: one.ods_code,
        "fellows": lambda one: _fellows(there.get(one.id, [])),
        "applicants": lambda one: _people(there.get(one.id, [])),
    }
    shown = listing(request, found, keys, "name", 100)
    return render(
        request,
        "applications/employers.html",
        found=shown,
        columns=COLUMNS,
        rows=[_cells(one, there.get(one.id, [])) for one in shown.rows],
        download=HEADER,
        kinds=list(KIND_NAMES.items()),
        waiting=len(unknown(known, written)),
        office=reader.has("office"),
    )


@router.get("/new")
async def before_adding(request: Request, _: Office) -> Response:
    """The form for an employer, with what somebody wrote if one comes from there."""
    name = request.query_params.get("name", "")[:1000]
    return _form(request, blank(name=name, kind=likely_kind(name) if name else None))


@router.post("")
async def add(request: Request, office: Office) -> Response:
    """Add an employer."""
    form = await read_form(request, EmployerForm)
    if not form.valid:
        return _form(request, form, status=422)
    details = form.data.details
    try:
        await perform(request, office, lambda act: add_employer(act, details))
    except AlreadySo:
        raise
    except Refused as no:
        form.show(no)
        return _form(request, form, status=422)
    return _done(request, f"{' '.join(details.name.split())} is on the list.", form)


@router.get("/{employer_id}")
async def one(request: Request, reader: Reader, employer_id: str) -> Response:
    """One employer: what is known of it, who is there, what it was merged with."""
    return await _one(request, reader, employer_id)


@router.post("/{employer_id}")
async def change(request: Request, office: Office, employer_id: str) -> Response:
    """Change what is said of an employer."""
    form = await read_form(request, EmployerForm)
    if not form.valid:
        return await _one(request, office, employer_id, form, status=422)
    details = form.data.details
    return await _changed(
        request, office, employer_id, form, lambda act: change_employer(act, employer_id, details)
    )


@router.post("/{employer_id}/merge")
async def merge(request: Request, office: Office, employer_id: str) -> Response:
    """Make it part of another employer."""
    form = await read_form(request, Merger)
    if not form.valid:
        form = blank(into="")
        form.refuse("into", "Choose the employer that this one is part of")
        return await _one(request, office, employer_id, merging=form, status=422)
    into = form.data.into
    try:
        await perform(request, office, lambda act: merge_employers(act, employer_id, into))
    except (AlreadySo, NoSuch):
        raise
    except Refused as no:
        form.show(no)
        return await _one(request, office, employer_id, merging=form, status=422)
    others_follow(request)
    known = await load_employers(applications_here(request).db.read)
    merged = known.entry(employer_id)
    flash(request, f"Whoever is at {merged.name} is at {known.now(merged).name} now.")
    return redirect(f"{HOME}/{known.now(merged).id}")


@router.post("/{employer_id}/separate")
async def separate(request: Request, office: Office, employer_id: str) -> Response:
    """Take a merger back."""
    await perform(request, office, lambda act: separate_employers(act, employer_id))
    others_follow(request)
    flash(request, "They are two employers again.")
    return redirect(f"{HOME}/{employer_id}")


def _done(request: Request, said: str, form: Form[Any]) -> Response:
    others_follow(request)
    flash(request, said)
    return redirect(f"{HOME}/waiting" if form.value("back") == "waiting" else HOME)


async def _changed(
    request: Request,
    office: Principal,
    employer_id: str,
    form: Form[Any],
    use_case: Callable[[Act], Awaitable[None]],
) -> Response:
    try:
        await perform(request, office, use_case)
    except (AlreadySo, NoSuch):
        raise
    except Refused as no:
        form.show(no)
        return await _one(request, office, employer_id, form, status=422)
    others_follow(request)
    flash(request, "The employer is changed.")
    return redirect(f"{HOME}/{employer_id}")


def _form(request: Request, form: Form[Any], *, status: int = 200) -> Response:
    return render(
        request,
        "applications/employer_new.html",
        status,
        form=form,
        kinds=options(list(KIND_NAMES.items())),
    )


async def _one(
    request: Request,
    reader: Principal,
    employer_id: str,
    form: Form[Any] | None = None,
    merging: Form[Any] | None = None,
    *,
    status: int = 200,
) -> Response:
    known, written = await everything(request)
    entry = known.entry(employer_id)
    there = by_employer(known, written).get(entry.id, [])
    others = [(one.id, one.name) for one in known.current if one.id != entry.id]
    return render(
        request,
        "applications/employer.html",
        status,
        entry=entry,
        kind=KIND_NAMES[entry.kind],
        now=known.now(entry) if entry.successor else None,
        before=known.predecessors(entry),
        columns=PEOPLE,
        rows=[_person(one) for one in there],
        form=form
        or blank(
            name=entry.name,
            was=entry.name,
            kind=entry.kind,
            ods_code=entry.ods_code,
            spellings="\n".join(entry.spellings),
            leave_contact=entry.leave_contact,
        ),
        merging=merging or blank(),
        kinds=options(list(KIND_NAMES.items())),
        others=options(others, "Choose an employer"),
        office=reader.has("office"),
    )


def _every_name(known: EmployerList, entry: Entry) -> tuple[str, ...]:
    return known.employers.names(entry.name)


def _people(there: list[Written]) -> int:
    return len({one.application_id for one in there})


def _fellows(there: list[Written]) -> int:
    return len({one.application_id for one in there if one.state == "accepted"})


def _cells(entry: Entry, there: list[Written]) -> dict[str, Any]:
    return {
        "name": {"text": entry.name, "href": f"{HOME}/{entry.id}"},
        "kind": KIND_NAMES[entry.kind],
        "ods_code": entry.ods_code,
        "fellows": _fellows(there),
        "applicants": _people(there),
    }


def _plain(known: EmployerList, entry: Entry, there: list[Written]) -> tuple[Any, ...]:
    return (
        entry.name,
        KIND_NAMES[entry.kind],
        entry.ods_code,
        "; ".join(entry.spellings),
        "; ".join(one.name for one in known.predecessors(entry)),
        entry.leave_contact,
        _fellows(there),
        _people(there),
        entry.id,
    )


def _person(one: Written) -> dict[str, Any]:
    return {
        "name": {
            "text": f"{one.name} ({one.reference})",
            "href": application_path(one.application_id),
        },
        "written": one.employer,
        "state": state_tag(one.state),
    }
