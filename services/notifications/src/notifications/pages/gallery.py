"""The gallery: every mail with sample data, and the policy that sends it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from nextstep_contracts import NoSuch
from nextstep_web import column, render
from notifications.calendar.telling import TEMPLATES as CALENDAR_TEMPLATES
from notifications.mail.samples import NAME, SAMPLES
from notifications.mail.writing import Written
from notifications.pages.frames import framed, with_frames
from notifications.pages.site import TEMPLATE_NAMES, Reader, site
from notifications.policy import CALENDAR, RULES, UNHEARD

router = APIRouter(prefix="/notifications/templates", tags=["pages"])

POLICY = [
    column("event", "When this happens"),
    column("mail", "This mail is sent"),
    column("because", "To whom, and why"),
]


@router.get("")
async def gallery(request: Request, _: Reader) -> Response:
    """What is sent when, with a sample of each mail."""
    return render(
        request,
        "notifications/templates.html",
        columns=POLICY,
        rows=_policy(),
        calendar=[(TEMPLATE_NAMES[name], _path(name)) for name in CALENDAR_TEMPLATES.values()],
    )


def _policy() -> list[dict[str, Any]]:
    told = [
        {
            "event": rule.name,
            "mail": {"text": TEMPLATE_NAMES[rule.template], "href": _path(rule.template)}
            if rule.template
            else "no mail",
            "because": rule.because,
        }
        for rule in RULES
    ]
    dated = [
        {"event": event.event_name, "mail": "calendar entry", "because": because}
        for event, because in CALENDAR
    ]
    unheard = [
        {"event": event.event_name, "mail": "no mail", "because": because}
        for event, because in UNHEARD
    ]
    return told + dated + unheard


def _path(template: str) -> str:
    return f"/notifications/templates/{template}"


def _sample(request: Request, name: str) -> Written:
    if name not in SAMPLES:
        raise NoSuch("There is no such mail.")
    return site(request).writer.write(name, NAME, SAMPLES[name])


@router.get("/{name}")
async def template(request: Request, name: str, _: Reader) -> Response:
    """One mail, as text and as it looks on a desktop and on a phone."""
    written = _sample(request, name)
    page = render(
        request,
        "notifications/template.html",
        name=name,
        label=TEMPLATE_NAMES[name],
        written=written,
    )
    return with_frames(page)


@router.get("/{name}/html")
async def template_html(request: Request, name: str, _: Reader) -> HTMLResponse:
    """The HTML part of a sample, for a frame."""
    return framed(_sample(request, name).html)
