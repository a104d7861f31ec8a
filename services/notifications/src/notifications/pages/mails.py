"""The list of mails, and one mail as it was sent."""

import re
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from nextstep_contracts import NoSuch
from nextstep_web import asked, blank, csv_response, render
from nextstep_web.forms import Form
from notifications.emails import RESENDABLE
from notifications.pages.frames import framed, with_frames
from notifications.pages.site import (
    MAIL_COLUMNS,
    STATES,
    TEMPLATE_NAMES,
    Reader,
    mail_cells,
    person_cell,
    site,
    state_tag,
    when,
)
from notifications.store import BODIES, EMAILS, TRIES

router = APIRouter(prefix="/notifications/mails", tags=["pages"])

SORTABLE = ("queued_at", "title", "name", "template", "state", "sent_at")
CSV = (
    "queued_at", "sent_at", "state", "template", "name", "address", "title", "note",
    "cause_type", "cause_id", "person_id", "_id",
)  # fmt: skip
FILTERS = [
    {"name": "q", "label": "Subject, name or address"},
    {
        "name": "state",
        "label": "State",
        "items": [(key, text) for key, (text, _) in STATES.items()],
    },
    {"name": "kind", "label": "Kind", "items": list(TEMPLATE_NAMES.items())},
]


def matching(request: Request) -> dict[str, Any]:
    """What the filters ask for."""
    asked_for = request.query_params
    wanted: dict[str, Any] = {}
    if (state := asked_for.get("state")) in STATES:
        wanted["state"] = state
    if (kind := asked_for.get("kind")) in TEMPLATE_NAMES:
        wanted["template"] = kind
    if text := asked_for.get("q", "").strip()[:100]:
        like = {"$regex": re.escape(text), "$options": "i"}
        wanted["$or"] = [{"title": like}, {"name": like}, {"address": like}]
    return wanted


@router.get("")
async def mails(request: Request, _: Reader) -> Response:
    """All mails, filtered, sorted and as CSV."""
    emails = site(request).db.read(EMAILS)
    wanted = matching(request)
    how = asked(request, SORTABLE, "-queued_at")
    order = [(how.sort, -1 if how.descending else 1), ("order", -1)]
    if request.query_params.get("format") == "csv":
        rows = await emails.find(wanted, sort=order)
        return csv_response("mails.csv", CSV, [[row[key] for key in CSV] for row in rows])
    rows = await emails.find(wanted, sort=order, limit=how.per_page, skip=how.skip)
    return render(
        request,
        "notifications/mails.html",
        filters=FILTERS,
        columns=MAIL_COLUMNS,
        rows=[mail_cells(row) for row in rows],
        found=how.listing(rows, await emails.count(wanted)),
    )


@router.get("/{mail_id}")
async def mail(request: Request, mail_id: str, _: Reader) -> Response:
    """One mail."""
    return await mail_page(request, mail_id, blank())


async def mail_page(request: Request, mail_id: str, form: Form[Any], status: int = 200) -> Response:
    """The page of a mail, with the form to send it again where that is possible."""
    db = site(request).db
    row = await db.read(EMAILS).get(mail_id)
    if row is None:
        raise NoSuch("There is no such mail.")
    tries = await db.read(TRIES).find({"email_id": mail_id}, sort=[("at", 1)])
    page = render(
        request,
        "notifications/mail.html",
        status,
        mail=row,
        body=await db.read(BODIES).get(mail_id),
        facts=_facts(row),
        tries=[_try(one) for one in tries],
        resendable=row["state"] in RESENDABLE and not row["erased"],
        form=form,
    )
    return with_frames(page)


def _facts(row: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        ("State", state_tag(row["state"])),
        ("Note", row["note"]),
        ("To", person_cell(row)),
        ("Address", row["address"]),
        ("Kind", TEMPLATE_NAMES[row["template"]]),
        ("Queued", when(row["queued_at"])),
        ("Sent", when(row["sent_at"])),
        ("Because of", {"text": row["cause_type"], "hint": f"Event {row['cause_id']}"}),
        ("Message number", row["_id"]),
    ]


def _try(one: dict[str, Any]) -> dict[str, Any]:
    said = {
        "taken": ("Taken", "green"),
        "putoff": ("Put off", "yellow"),
        "refused": ("Refused", "red"),
        "unknown": ("No answer", "orange"),
    }
    text, colour = said[one["outcome"]]
    return {
        # machine time: it is to be compared with the mail server's own log
        "at": one["at"].strftime("%Y-%m-%d %H:%M:%S UTC"),
        "outcome": {"tag": text, "colour": colour},
        "answer": one["answer"],
    }


@router.get("/{mail_id}/html")
async def mail_html(request: Request, mail_id: str, _: Reader) -> HTMLResponse:
    """The HTML part, for a frame that can do nothing."""
    body = await site(request).db.read(BODIES).get(mail_id)
    if body is None:
        raise NoSuch("This mail has no text any more.")
    return framed(body["html"])


@router.get("/{mail_id}/invite.ics")
async def mail_calendar(request: Request, mail_id: str, _: Reader) -> Response:
    """The calendar part, as a file."""
    body = await site(request).db.read(BODIES).get(mail_id)
    if body is None or not body["ics"]:
        raise NoSuch("This mail has no calendar part.")
    headers = {"content-disposition": 'attachment; filename="invite.ics"'}
    return Response(body["ics"], media_type="text/calendar; charset=utf-8", headers=headers)
