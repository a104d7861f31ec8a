"""The office's start page: what was sent, what did not arrive, and what waits."""

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from nextstep_messaging import Database
from nextstep_web import render
from nextstep_web.display import day, plural
from notifications.calendar.entries import PROGRAMME_ZONE
from notifications.pages.site import TEMPLATE_NAMES, Reader, site
from notifications.store import EMAILS, SERVER

router = APIRouter(prefix="/notifications", tags=["pages"])

DAYS = 14
"""Days in the chart: a fortnight, in which every pattern of the programme shows."""
_LIST = "/notifications/mails"


@router.get("/")
async def home(request: Request, _: Reader) -> Response:
    """Numbers, things to do, and two charts."""
    here = site(request)
    counts = await _grouped(here.db, "state")
    kinds = await _grouped(here.db, "template")
    days = await _grouped(here.db, "day")
    now = here.messaging.clock.now()
    named = [(TEMPLATE_NAMES[key], count) for key, count in kinds.items()]
    return render(
        request,
        "notifications/home.html",
        figures=_figures(counts, await _sent_today(here.db, now)),
        todos=_todos(counts, await here.messaging.dead_letters.count()),
        server=await here.db.read(SERVER).get("server"),
        kinds=sorted(named, key=lambda pair: (-pair[1], pair[0])),
        days=[(day(date.fromisoformat(d)), n) for d, n in sorted(days.items())[-DAYS:]],
    )


async def _grouped(db: Database, field: str) -> dict[str, int]:
    found = await db.read(EMAILS).aggregate([{"$group": {"_id": f"${field}", "n": {"$sum": 1}}}])
    return {row["_id"]: row["n"] for row in found}


async def _sent_today(db: Database, now: datetime) -> int:
    midnight = now.astimezone(ZoneInfo(PROGRAMME_ZONE)).replace(hour=0, minute=0, second=0)
    since = midnight.astimezone(UTC).isoformat()
    return await db.read(EMAILS).count({"state": "sent", "sent_at": {"$gte": since}})


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
