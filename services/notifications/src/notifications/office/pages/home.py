"""The office's start page: what was sent, what did not arrive, and what waits."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from nextstep_web import render
from nextstep_web.display import day, plural
from notifications.delivery.store import mail_server
from notifications.emails.wording import PROGRAMME_ZONE
from notifications.office.access import Reader, notifications_of
from notifications.office.pages.cells import label_of
from notifications.office.store import count_by, sent_since

router = APIRouter(prefix="/notifications", tags=["pages"])

DAYS = 14
"""Days in the chart: a fortnight, in which every pattern of the programme shows."""
_LIST = "/notifications/mails"


@router.get("/")
async def home(request: Request, _: Reader) -> Response:
    """Numbers, things to do, and two charts."""
    here = notifications_of(request)
    read = here.db.read
    states, days = await count_by(read, "state"), await count_by(read, "day")
    kinds = [(label_of(name), n) for name, n in (await count_by(read, "template")).items()]
    today = await sent_since(read, _midnight(here.messaging.clock.now()))
    return render(
        request,
        "notifications/home.html",
        figures=_figures(states, today),
        todos=_todos(states, await here.messaging.dead_letters.count()),
        server=await mail_server(read),
        kinds=sorted(kinds, key=lambda pair: (-pair[1], pair[0])),
        days=[(day(date.fromisoformat(d)), n) for d, n in sorted(days.items())[-DAYS:]],
    )


def _midnight(now: datetime) -> datetime:
    """When the day began, UTC."""
    midnight = now.astimezone(ZoneInfo(PROGRAMME_ZONE)).replace(hour=0, minute=0, second=0)
    return midnight.astimezone(UTC)


def _figures(counts: dict[str, int], today: int) -> list[dict[str, Any]]:
    queued = counts.get("queued", 0) + counts.get("sending", 0)
    numbers = [("Queued", queued, "queued"), ("Sent today", today, "sent")]
    numbers += [
        ("Sent in all", counts.get("sent", 0), "sent"),
        ("Failed", counts.get("failed", 0), "failed"),
        ("Uncertain", counts.get("uncertain", 0), "uncertain"),
        ("Waiting for an address", counts.get("waiting", 0), "waiting"),
    ]
    return [
        {"label": label, "value": value, "href": f"{_LIST}?state={state}"}
        for label, value, state in numbers
    ]


def _todos(counts: dict[str, int], dead: int) -> list[dict[str, str]]:
    todos = []
    if failed := counts.get("failed", 0):
        text = f"{plural(failed, 'mail')} could not be delivered"
        todos.append({"text": text, "href": f"{_LIST}?state=failed"})
    if uncertain := counts.get("uncertain", 0):
        text = f"{plural(uncertain, 'mail')} may or may not have left: decide whether to send again"
        todos.append({"text": text, "href": f"{_LIST}?state=uncertain"})
    if dead:
        text = f"{plural(dead, 'event')} could not be handled"
        todos.append({"text": text, "href": "/notifications/dead-letters"})
    return todos
