"""The page of a service's audit trail: who did what, when, why and from where; is it whole?"""

from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from nextstep_messaging import Messaging
from nextstep_messaging.operating.audit import ENTRIES, first_break
from nextstep_web.access import require
from nextstep_web.csv_export import csv_response
from nextstep_web.listings import asked
from nextstep_web.pages import render
from nextstep_web.principal import Principal
from nextstep_web.tables import column

Entry = Mapping[str, Any]
"""An entry as it is stored; see `nextstep_messaging.operating.audit`."""

COLUMNS = (
    column("number", "No.", sort=True),
    column("at", "When"),
    column("who", "Who"),
    column("action", "What"),
    column("why", "Why"),
    column("where", "From"),
)
CSV = ("number", "at", "who", "where", "action", "about", "details", "previous", "hash")
REASONS = ("why", "reason", "note")
"""What use cases call the reason that somebody gave, among the details of an entry."""
HIDDEN = "hidden: conflict of interest"


@dataclass(frozen=True)
class About:
    """What an entry is about, for a person."""

    text: str = ""
    """Its name, written after what was done; may be empty where that says enough."""
    href: str = ""
    """Its page, if it has one."""


def _itself(known: str) -> str:
    return known


@dataclass(frozen=True)
class Telling:
    """How the entries are told to one reader."""

    about: Callable[[Entry], About]
    who: Callable[[str], str] = _itself
    """The name of whoever acted: a member of staff by their address, a person by their id."""
    hidden: Container[str] = frozenset()
    """Ids of what this reader may learn nothing about but that somebody did something."""


@dataclass(frozen=True)
class AuditTrail:
    """What a service says about its own trail."""

    telling: Callable[[Request, Principal], Awaitable[Telling]]
    readers: Sequence[str] = ("office", "read_only")
    """Roles that may read it."""


def audit_page(messaging: Messaging, trail: AuditTrail) -> APIRouter:
    """Build the page `/<service>/audit`."""
    service = messaging.service
    router = APIRouter(prefix=f"/{service}/audit", tags=["pages"])
    allowed = require(*trail.readers)

    @router.get("")
    async def entries(request: Request, reader: Annotated[Principal, Depends(allowed)]) -> Response:
        """The trail, the latest first."""
        kept: list[Entry] = [*await messaging.db.read(ENTRIES).find({}, sort=[("number", 1)])]
        broken = first_break(kept)
        telling = await trail.telling(request, reader)
        told = [_hidden(one) if one["about"] in telling.hidden else one for one in kept]
        if request.query_params.get("format") == "csv":
            return csv_response("audit.csv", CSV, [[one[key] for key in CSV] for one in told])
        how = asked(request, ("number",), "-number")
        ordered = told[::-1] if how.descending else told
        page = ordered[how.skip : how.skip + how.per_page]
        return render(
            request,
            "nextstep/audit.html",
            found=how.listing(page, len(told)),
            columns=COLUMNS,
            rows=[_cells(one, telling) for one in page],
            broken=broken,
        )

    return router


def _hidden(entry: Entry) -> Entry:
    return {**entry, "about": HIDDEN, "details": {}}


def _cells(entry: Entry, telling: Telling) -> dict[str, Any]:
    about = About() if entry["about"] == HIDDEN else telling.about(entry)
    details = entry["details"] or {}
    return {
        "number": entry["number"],
        "at": datetime.fromisoformat(entry["at"]),
        "who": telling.who(entry["who"]),
        "action": {"text": f"{entry['action']} {about.text}".strip(), "href": about.href},
        "why": next((details[name] for name in REASONS if details.get(name)), None),
        "where": entry["where"],
    }
