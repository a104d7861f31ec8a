"""The gallery: every email with sample data, and which event sends it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from nextstep_contracts import NoSuch
from nextstep_contracts.catalogue import CONSUMERS
from nextstep_web import column, render
from notifications.calendar.calendar_emails import CALENDAR_EMAILS
from notifications.calendar.dating import DATED
from notifications.emails.all_emails import EMAIL_OF, EMAILS, TOLD_BY_NO_EMAIL, UNHEARD
from notifications.emails.email import SAMPLE_NAME, Email
from notifications.emails.writing import Written
from notifications.office.access import Reader, notifications_of
from notifications.office.pages.frames import framed, with_frames

router = APIRouter(prefix="/notifications/templates", tags=["pages"])

POLICY = [
    column("event", "When this happens"),
    column("email", "This email is sent"),
    column("because", "To whom, and why"),
]


@router.get("")
async def gallery(request: Request, _: Reader) -> Response:
    """What is sent when, with a sample of each email."""
    return render(
        request,
        "notifications/templates.html",
        columns=POLICY,
        rows=policy(),
        calendar=[(email.label, _path(email)) for email in CALENDAR_EMAILS.values()],
    )


def policy() -> list[dict[str, Any]]:
    """What follows from each event, in the order in which a programme goes."""
    told = {event: (_named(email), email.because) for event, email in EMAIL_OF.items()}
    untold = {event: ("no email", because) for event, because in TOLD_BY_NO_EMAIL.items()}
    by_event = told | untold
    rows = [(event, *by_event[event]) for event in CONSUMERS if event in by_event]
    rows += [(event, "calendar entry", because) for event, because in DATED.items()]
    rows += [(event, "no email", because) for event, because in UNHEARD.items()]
    return [
        {"event": event.event_name, "email": email, "because": because}
        for event, email, because in rows
    ]


def _named(email: Email) -> dict[str, str]:
    return {"text": email.label, "href": _path(email)}


def _path(email: Email) -> str:
    return f"/notifications/templates/{email.name}"


def _sample(request: Request, name: str) -> tuple[Email, Written]:
    email = EMAILS.get(name)
    if email is None:
        raise NoSuch("There is no such email.")
    return email, notifications_of(request).writer.write(
        email, SAMPLE_NAME, email.sample, request.app.state.pages.now()
    )


@router.get("/{name}")
async def template(request: Request, name: str, _: Reader) -> Response:
    """One email, as text and as it looks on a desktop and on a phone."""
    email, written = _sample(request, name)
    page = render(request, "notifications/template.html", email=email, written=written)
    return with_frames(page)


@router.get("/{name}/html")
async def template_html(request: Request, name: str, _: Reader) -> HTMLResponse:
    """The HTML part of a sample, for a frame."""
    return framed(_sample(request, name)[1].html)
