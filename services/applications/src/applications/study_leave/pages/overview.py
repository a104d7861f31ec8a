"""Study leave for the office: who is missing what, and reminding them at once."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from applications.admissions.act import on
from applications.admissions.application import Application
from applications.documents.pages.document import standing_tags
from applications.employers.store import load_employers
from applications.study_leave.declaration import STATUSES
from applications.study_leave.leave_lines import LeaveFilter, LeaveLine, chosen, counts, lines
from applications.study_leave.missing_leave import NEEDS, Need, missing_of
from applications.study_leave.pages.evidence import evidence_link
from applications.study_leave.reminding import last_reminder, remind_now
from applications.study_leave.store import calendar_of, fellows
from applications.web.access import Office, Reader, hides_nothing
from applications.web.acting import applications_here, attempt
from applications.web.cells import application_path
from nextstep_programme import Cohort
from nextstep_web import (
    Form,
    asks_for_file,
    blank,
    column,
    flash,
    listing,
    read_form,
    redirect,
    render,
    table_file,
)
from nextstep_web.answers import TABLE_FILES
from nextstep_web.display import day, plural, short_day

router = APIRouter(
    prefix="/applications/study-leave", tags=["pages"], dependencies=[Depends(hides_nothing)]
)

PAGE = "/applications/study-leave"
COLOURS: dict[Need, str] = {
    "tell_trust": "red",
    "chase": "orange",
    "apply": "orange",
    "again": "yellow",
    "declare": "yellow",
}
COLUMNS = [
    column("name", "Fellow", sort=True),
    column("on", "Date", sort=True),
    column("trust", "Employer on that date", sort=True),
    column("leave", "Leave"),
    column("told", "Employer told"),
    column("need", "Missing", sort=True),
    column("evidence", "Evidence"),
    column("reminded", "Last reminded"),
]
SORTED_BY = {
    "name": lambda line: line.application.answers.name.casefold(),
    "on": lambda line: (line.session.on, line.application.reference),
    "trust": lambda line: (line.trust or "").casefold() or None,
    "need": lambda line: list(NEEDS).index(line.need) if line.need else None,
}
HEADER = (
    "reference",
    "name",
    "session",
    "on",
    "employer_on_date",
    "leave",
    "employer_told",
    "notified_on",
    "missing",
    "evidence_files",
    "reminded_at",
    "application_id",
)


class Reminding(BaseModel):
    """Why somebody is reminded now."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=1000)]


@router.get("", responses=TABLE_FILES)
async def overview(request: Request, reader: Reader) -> Response:
    """One line for each Fellow and date ahead."""
    here = applications_here(request)
    calendar = await calendar_of(here.db.read, here.cohort)
    employers = (await load_employers(here.db.read)).employers
    people = await fellows(here.db.read, here.cohort)
    everything = lines(people, calendar, here.messaging.clock.now(), employers)
    query = request.query_params
    wanted = LeaveFilter(query.get("show", "missing"), query.get("session", ""), query.get("q", ""))
    found = chosen(everything, wanted)
    if asks_for_file(request):
        return await table_file(request, "study-leave", HEADER, [_plain(line) for line in found])
    shown = listing(request, found, SORTED_BY, "on")
    return render(
        request,
        "applications/leave_overview.html",
        download=HEADER,
        filters=_filters(calendar),
        figures=_figures(everything),
        found=shown,
        columns=COLUMNS,
        rows=[_cells(line, office=reader.has("office")) for line in shown.rows],
        missing=len({line.application.id for line in everything if line.need}),
        office=reader.has("office"),
    )


@router.get("/remind")
async def before_reminding(request: Request, _: Office) -> Response:
    """Whom a reminder would go to, and about what, before anything is sent."""
    return await _confirm(request, blank())


@router.post("/remind")
async def remind(request: Request, office: Office) -> Response:
    """Remind one Fellow, or all who are missing something, at once."""
    form = await read_form(request, Reminding)
    if not form.valid:
        return await _confirm(request, form, status=422)
    count, reason = 0, form.data.reason
    shown = [value.partition("@")[::2] for value in form.values_of("fellow")]
    owing = {fellow.id for fellow in await _owing(request)}
    for fellow_id, known in shown:  # who has answered meanwhile is left in peace
        if fellow_id in owing:
            count += await attempt(request, office, on(fellow_id, remind_now, reason, known))
    flash(request, _sent(count, len(shown) - count))
    return redirect(PAGE)


def _sent(count: int, others: int) -> str:
    """What became of a press of the button."""
    said = f"{plural(count, 'Fellow')} will be sent a reminder." if count else ""
    left = (
        f"{plural(others, 'Fellow')} reminded already, or with nothing missing any more, will not."
    )
    return f"{said} {left}".strip() if others else said or "Nobody was to be reminded."


async def _confirm(request: Request, form: Form[Any], *, status: int = 200) -> Response:
    here = applications_here(request)
    now = here.messaging.clock.now()
    calendar = await calendar_of(here.db.read, here.cohort)
    owing = await _owing(request)
    return render(
        request,
        "applications/leave_reminders.html",
        status,
        count=len(owing),
        one=request.query_params.get("application", ""),
        rows=[
            {
                "name": _who(fellow),
                "missing": ", ".join(
                    f"{short_day(need.on)} ({NEEDS[need.need].lower()})"
                    for need in missing_of(fellow, calendar, now)
                ),
                "reminded": fellow.reminded_at,
            }
            for fellow in owing
        ],
        shown=[f"{fellow.id}@{last_reminder(fellow)}" for fellow in owing],
        form=form,
    )


async def _owing(request: Request) -> list[Application]:
    """The Fellows asked about, as far as something is missing."""
    here = applications_here(request)
    asked = request.query_params.get("application")
    now = here.messaging.clock.now()
    found = await fellows(here.db.read, here.cohort, asked)
    calendar = await calendar_of(here.db.read, here.cohort)
    return [fellow for fellow in found if missing_of(fellow, calendar, now)]


def _filters(calendar: Cohort) -> list[dict[str, Any]]:
    dated = [s for s in calendar.sessions if s.on is not None]
    return [
        {"name": "q", "label": "Name, reference or employer"},
        {
            "name": "show",
            "label": "Show",
            "items": [
                ("missing", "Where something is missing"),
                *NEEDS.items(),
                ("all", "Every date"),
            ],
            "value": "missing",
            "all": False,
        },
        {
            "name": "session",
            "label": "Date",
            "items": [(s.key, f"{short_day(s.on)}: {s.title}"[:50]) for s in dated],
        },
    ]


def _figures(everything: list[LeaveLine]) -> list[dict[str, Any]]:
    found = counts(everything)
    owing = len({line.application.id for line in everything if line.need})
    return [
        {"label": "Fellows with something missing", "value": owing},
        *(
            {"label": text, "value": found[need], "href": f"{PAGE}?show={need}"}
            for need, text in NEEDS.items()
        ),
    ]


def _who(fellow: Application) -> dict[str, str]:
    return {
        "text": f"{fellow.answers.name} ({fellow.reference})",
        "href": application_path(fellow.id),
    }


def _cells(line: LeaveLine, *, office: bool) -> dict[str, Any]:
    fellow, entry = line.application, line.entry
    told = line.told
    if told and entry and entry.notified_on:
        told = f"{told}, {short_day(entry.notified_on)}"
    remind_link = {"text": "Remind", "href": f"{PAGE}/remind?application={fellow.id}"}
    missing = [{"tag": NEEDS[line.need], "colour": COLOURS[line.need]}] if line.need else []
    return {
        "name": _who(fellow),
        "on": {"text": day(line.session.on), "hint": line.session.title},
        "trust": line.trust,
        "leave": STATUSES[entry.status] if entry else None,
        "told": told,
        "need": [*missing, remind_link] if missing and office else missing or None,
        "evidence": [
            part
            for number, file in line.evidence
            for part in (evidence_link(fellow, number, f"File {number}"), *standing_tags(file))
        ]
        or None,
        "reminded": fellow.reminded_at,
    }


def _plain(line: LeaveLine) -> tuple[Any, ...]:
    fellow, entry = line.application, line.entry
    return (
        fellow.reference,
        fellow.answers.name,
        line.session.key,
        line.session.on,
        line.trust,
        entry.status if entry else None,
        line.told,
        entry.notified_on if entry else None,
        line.need,
        sum(file.usable for _, file in line.evidence),
        fellow.reminded_at.isoformat() if fellow.reminded_at else None,
        fellow.id,
    )
