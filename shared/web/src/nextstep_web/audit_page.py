"""The page of a service's audit trail: who did what, when, why and from where; is it whole?

Of the trail only what is shown is read, and looked at; the whole is examined by the sealer now and
then, which leaves what it found, and by `python -m <service> audit verify`.
"""

from collections.abc import Awaitable, Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response

from nextstep_messaging import Messaging, ReadCollection
from nextstep_messaging.operating.audit.entry import erased_by, fault_of, is_blank, is_missing
from nextstep_messaging.operating.audit.examining import WORDS
from nextstep_messaging.operating.audit.holding import found_wrong
from nextstep_messaging.operating.audit.recording import (
    COMMANDED,
    DISCARDED,
    ERASED,
    ERASED_MENTIONS,
    ERASED_PERSON,
    EXPORTED_PERSON,
    REPLAYED,
    RESTORED,
)
from nextstep_messaging.operating.audit.restorations import NEWS, restored
from nextstep_messaging.operating.audit.store import ENTRIES, HEAD
from nextstep_web.access import require
from nextstep_web.answers import TABLE_FILES
from nextstep_web.downloads import DOWNLOADED
from nextstep_web.listings import asked
from nextstep_web.pages import render
from nextstep_web.principal import Principal
from nextstep_web.table_files import asks_for_file, table_file
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
CSV = ("number", "at", "who", "where", "action", "about", "details", "leaf")
REASONS = ("why", "reason", "note")
"""What use cases call the reason that somebody gave, among the details of an entry."""
OF_EVERY_SERVICE = frozenset(
    {
        DOWNLOADED,
        ERASED,
        ERASED_MENTIONS,
        ERASED_PERSON,
        EXPORTED_PERSON,
        REPLAYED,
        DISCARDED,
        COMMANDED,
        RESTORED,
    }
) | {"signed in", "signed out", "ended"}
"""What is done in every service to what no service knows by a name or has a page of."""
NOT_SEALED = "not sealed yet"
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

    @router.get("", responses=TABLE_FILES)
    async def entries(request: Request, reader: Annotated[Principal, Depends(allowed)]) -> Response:
        """The trail, the latest first."""
        telling = await trail.telling(request, reader)
        held, how = messaging.db.read(ENTRIES), asked(request, ("number",), "-number")
        if asks_for_file(request):
            told = [_as_told(one, telling) for one in await held.find({}, sort=[("_id", 1)])]
            return await table_file(
                request, "audit", CSV, [[one.get(key) for key in CSV] for one in told], sealed=True
            )
        order = [("_id", -1 if how.descending else 1)]
        page = await held.find({}, sort=order, skip=how.skip, limit=how.per_page)
        return render(
            request,
            "nextstep/audit.html",
            download=CSV,
            found=how.listing(page, await held.count({})),
            columns=COLUMNS,
            rows=[_cells(_as_told(one, telling), telling) for one in page],
            known=await found_wrong(messaging.db.read),
            restored=await restored(messaging.db.read, service),
            wrong=await _wrong(held, page),
            examined=await messaging.db.read(HEAD).get("examined"),
        )

    return router


async def audit_todos(messaging: Messaging) -> list[dict[str, str]]:
    """What the office must know of the audit logs, this service's and those of the others.

    Of a restore for a month: somebody must have known of it.
    """
    page, read = f"/{messaging.service}/audit", messaging.db.read
    said = [
        *await found_wrong(read),
        *await restored(read, messaging.service, messaging.clock.now() - NEWS),
    ]
    return [{"text": one, "href": page} for one in said]


async def _wrong(held: ReadCollection, page: Sequence[Entry]) -> list[str]:
    """What is wrong with the entries that are shown, in words."""
    blank = [one["_id"] for one in page if is_blank(one)]
    erased = erased_by(await held.find({"erases": {"$in": blank}})) if blank else set()
    faults = [(one, fault_of(one, erased)) for one in page]
    return [WORDS[fault].format(_number(one)) for one, fault in faults if fault is not None]


def _as_told(entry: Entry, telling: Telling) -> Entry:
    hidden = {"about": HIDDEN, "details": {}} if entry["about"] in telling.hidden else {}
    return {**entry, **hidden}


def _about(entry: Entry, telling: Telling) -> About:
    """What an entry is about: of what happens in every service, said here."""
    if entry["about"] == HIDDEN:
        return About()
    if entry["action"] in OF_EVERY_SERVICE:
        return About(str(entry["about"]))
    return telling.about(entry)


def _number(entry: Entry) -> str:
    return str(entry.get("number", "that is not sealed yet"))


def _cells(entry: Entry, telling: Telling) -> dict[str, Any]:
    about = _about(entry, telling)
    details = entry["details"] or {}
    if is_missing(entry):
        return {"number": entry["number"], "action": {"text": "missing"}}
    return {
        "number": entry.get("number", NOT_SEALED),
        "at": entry["at"] and datetime.fromisoformat(entry["at"]),
        "who": entry["who"] and telling.who(entry["who"]),
        "action": {"text": f"{entry['action']} {about.text}".strip(), "href": about.href},
        "why": next((details[name] for name in REASONS if details.get(name)), None),
        "where": entry["where"],
    }
