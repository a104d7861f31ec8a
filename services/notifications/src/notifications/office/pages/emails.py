"""The list of emails, and one email as it was sent."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import date
from typing import Any
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from nextstep_contracts import NoSuch
from nextstep_programme.legal_pages import CALLED
from nextstep_web import asked, asks_for_file, blank, render, table_file
from nextstep_web.answers import TABLE_FILES, files
from nextstep_web.conflicts import ClosedPeople, closed_people
from nextstep_web.footer import about_path
from nextstep_web.forms import Form
from notifications.calendar.calendar_emails import CALENDAR_EMAILS
from notifications.delivery.states import STATES_IN_WORDS, state_tag
from notifications.delivery.store import Try, tries
from notifications.emails.all_emails import EMAILS, EVENT_EMAILS
from notifications.emails.email import names_others
from notifications.emails.writing import Notice
from notifications.hearing.email_record import EmailRecord
from notifications.office import store
from notifications.office.access import Reader, body_here, email_here, notifications_of
from notifications.office.pages.cells import EMAIL_COLUMNS, email_cells, label_of, person_cell
from notifications.office.pages.frames import framed, with_frames
from notifications.office.resending import RESENDABLE

router = APIRouter(prefix="/notifications/mails", tags=["pages"])

CSV = (
    "queued_at", "sent_at", "state", "template", "name", "address", "title", "note",
    "cause_type", "cause_id", "person_id", "_id",
)  # fmt: skip
FILTERS = [
    {"name": "q", "label": "Subject, name or address"},
    {
        "name": "state",
        "label": "State",
        "items": [(state, text) for state, (text, _) in STATES_IN_WORDS.items()],
    },
    {
        "name": "kind",
        "label": "Kind",
        "items": [(one.name, one.label) for one in (*EVENT_EMAILS, *CALENDAR_EMAILS.values())],
    },
    {"name": "since", "label": "Queued since", "type": "date"},
]
OUTCOMES = {
    "taken": ("Taken", "green"),
    "putoff": ("Put off", "yellow"),
    "refused": ("Refused", "red"),
    "unknown": ("No answer", "orange"),
}


@router.get("", responses=TABLE_FILES)
async def emails(request: Request, _: Reader, closed: ClosedPeople) -> Response:
    """All emails, filtered, sorted and as CSV."""
    read = notifications_of(request).db.read
    wanted = _wanted(request, closed)
    how = asked(request, store.SORTABLE, "-queued_at")
    order = (how.sort, how.descending)
    if asks_for_file(request):
        documents = [one.document() for one in await store.listed(read, wanted, order)]
        return await table_file(
            request, "emails", CSV, [[one[key] for key in CSV] for one in documents]
        )
    found = await store.listed(read, wanted, order, limit=how.per_page, skip=how.skip)
    return render(
        request,
        "notifications/emails.html",
        download=CSV,
        filters=FILTERS,
        columns=EMAIL_COLUMNS,
        rows=[email_cells(one) for one in found],
        found=how.listing(found, await store.count(read, wanted)),
    )


def _wanted(request: Request, closed: Collection[str]) -> Mapping[str, Any]:
    given = request.query_params
    state, kind = given.get("state"), given.get("kind")
    return store.matching(
        closed,
        state=state if state in STATES_IN_WORDS else None,
        kind=kind if kind in EMAILS else None,
        since=_day(given.get("since", "")),
        text=given.get("q", "").strip()[:100],
    )


def _day(text: str) -> date | None:
    with suppress(ValueError):
        return date.fromisoformat(text)
    return None


@router.get("/{email_id}")
async def one_email(request: Request, email_id: str, _: Reader) -> Response:
    """One email."""
    return await email_page(request, email_id, blank())


async def email_page(
    request: Request, email_id: str, form: Form[Any], status: int = 200
) -> Response:
    """The page of an email, with the form to send it again where that is possible."""
    record, closed = await email_here(request, email_id), await closed_people(request)
    read = notifications_of(request).db.read
    page = render(
        request,
        "notifications/email.html",
        status,
        email=record,
        body=await body_here(request, record),
        withheld=bool(closed) and names_others(EMAILS[record.template]),
        facts=_facts(record),
        tries=[_try(one) for one in await tries(read, email_id)],
        resendable=record.state in RESENDABLE and not record.erased,
        form=form,
    )
    return with_frames(page)


def _facts(record: EmailRecord) -> list[tuple[str, Any]]:
    cause = record.cause
    return [
        ("State", state_tag(record.state)),
        ("Note", record.note),
        ("To", person_cell(record)),
        ("Address", record.address),
        ("Kind", label_of(record.template)),
        ("Queued", record.queued_at),
        ("Sent", record.sent_at),
        ("Because of", {"text": cause.event_type, "hint": f"Event {cause.event_id}"}),
        ("Privacy notice", _notice(record.notice)),
        ("Message number", record.email_id),
    ]


def _notice(notice: Notice | None) -> dict[str, str] | None:
    """The notice that the email leads to, as it then was."""
    if notice is None:
        return None
    where = f"{about_path('notifications', notice.page)}?{urlencode({'version': notice.version})}"
    whose = CALLED[notice.page].removeprefix("the privacy notice for ")
    return {"text": f"For {whose}, version {notice.version}", "href": where}


def _try(one: Try) -> dict[str, Any]:
    text, colour = OUTCOMES[one.outcome]
    return {
        # machine time: it is to be compared with the mail server's own log
        "at": one.at.strftime("%Y-%m-%d %H:%M:%S UTC"),
        "outcome": {"tag": text, "colour": colour},
        "answer": one.answer,
    }


@router.get("/{email_id}/html")
async def email_html(request: Request, email_id: str, _: Reader) -> HTMLResponse:
    """The HTML part, for a frame that can do nothing."""
    words = await body_here(request, await email_here(request, email_id))
    if words is None:
        raise NoSuch("This email has no text any more.")
    return framed(words.html)


@router.get("/{email_id}/invite.ics", responses=files("text/calendar"))
async def email_calendar(request: Request, email_id: str, _: Reader) -> Response:
    """The calendar part, as a file."""
    words = await body_here(request, await email_here(request, email_id))
    if words is None or words.calendar is None:
        raise NoSuch("This email has no calendar part.")
    headers = {"content-disposition": 'attachment; filename="invite.ics"'}
    media_type = "text/calendar; charset=utf-8"
    return Response(words.calendar.text, media_type=media_type, headers=headers)
