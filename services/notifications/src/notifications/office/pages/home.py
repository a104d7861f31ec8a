"""The office's start page: what was sent, what did not arrive, and what waits."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from nextstep_web import audit_todos, render
from nextstep_web.conflicts import ClosedPeople
from nextstep_web.display import day, plural
from notifications.delivery.store import mail_server
from notifications.emails.wording import PROGRAMME_ZONE
from notifications.office.access import Reader, notifications_of
from notifications.office.pages.cells import label_of
from notifications.office.store import count_by, day_begins, held_since, sent_since

router = APIRouter(prefix="/notifications", tags=["pages"])

DAYS = 14
"""Days in the chart: a fortnight, in which every pattern of the programme shows."""
NEWS = timedelta(days=7)
"""How long the office is told of emails that were held back, today and the days before; the list
has them for ever."""
_LIST = "/notifications/mails"


@router.get("/")
async def home(request: Request, _: Reader, closed: ClosedPeople) -> Response:
    """Numbers, things to do, and two charts."""
    here = notifications_of(request)
    read = here.db.read
    states, days, templates = [
        await count_by(read, field, closed) for field in ("state", "day", "template")
    ]
    kinds = [(label_of(name), n) for name, n in templates.items()]
    on = _local_day(here.messaging.clock.now())
    today = await sent_since(read, day_begins(on), closed)
    news = on - NEWS
    # what could not be handled is about all, and read by who may know all
    dead = 0 if closed else await here.messaging.dead_letters.count()
    return render(
        request,
        "notifications/home.html",
        figures=_figures(states, today),
        todos=[
            *await audit_todos(here.messaging),
            *_todos(states, dead, await held_since(read, day_begins(news), closed), news),
        ],
        server=await mail_server(read),
        kinds=sorted(kinds, key=lambda pair: (-pair[1], pair[0])),
        days=[(day(date.fromisoformat(d)), n) for d, n in sorted(days.items())[-DAYS:]],
    )


def _local_day(now: datetime) -> date:
    return now.astimezone(ZoneInfo(PROGRAMME_ZONE)).date()


def _figures(counts: dict[str, int], today: int) -> list[dict[str, Any]]:
    queued = counts.get("queued", 0) + counts.get("sending", 0)
    numbers = [("Queued", queued, "queued"), ("Sent today", today, "sent")]
    numbers += [
        ("Sent in all", counts.get("sent", 0), "sent"),
        ("Failed", counts.get("failed", 0), "failed"),
        ("Uncertain", counts.get("uncertain", 0), "uncertain"),
        ("Held back", counts.get("held", 0), "held"),
        ("Waiting for an address", counts.get("waiting", 0), "waiting"),
    ]
    return [
        {"label": label, "value": value, "href": f"{_LIST}?state={state}"}
        for label, value, state in numbers
    ]


def _todos(
    counts: dict[str, int], dead: int, held: Mapping[str, int], since: date
) -> list[dict[str, str]]:
    todos = []
    if held:
        text = (
            f"{plural(sum(held.values()), 'email')} to {plural(len(held), 'address', 'addresses')}"
            " held back this week: forms gave them again and again"
        )
        todos.append({"text": text, "href": f"{_LIST}?state=held&since={since}"})
    if failed := counts.get("failed", 0):
        text = f"{plural(failed, 'email')} could not be delivered"
        todos.append({"text": text, "href": f"{_LIST}?state=failed"})
    if uncertain := counts.get("uncertain", 0):
        text = (
            f"{plural(uncertain, 'email')} may or may not have left: decide whether to send again"
        )
        todos.append({"text": text, "href": f"{_LIST}?state=uncertain"})
    if dead:
        text = f"{plural(dead, 'event')} could not be handled"
        todos.append({"text": text, "href": "/notifications/dead-letters"})
    return todos
