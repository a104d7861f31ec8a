"""The page `/<service>/sign-ins`: staff see and end their own sessions, the office everybody's."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel

from nextstep_contracts import AlreadySo, NoSuch
from nextstep_contracts.people import AccessEnding
from nextstep_messaging import Messaging
from nextstep_web import staff_sessions
from nextstep_web.access import require
from nextstep_web.forms import read_form
from nextstep_web.notices import flash
from nextstep_web.pages import redirect, render
from nextstep_web.principal import STAFF_ROLES, Principal
from nextstep_web.staff_sessions import StaffSession

Staff = Annotated[Principal, Depends(require(*STAFF_ROLES))]
Office = Annotated[Principal, Depends(require("office"))]


class OneSession(BaseModel):
    """The session to end."""

    session_id: str


class Somebody(BaseModel):
    """Whose sessions all end."""

    address: str


def session_pages(messaging: Messaging) -> APIRouter:
    """Build the pages under `/<service>/sign-ins`."""
    home = f"/{messaging.service}/sign-ins"
    router = APIRouter(prefix=home, tags=["pages"])

    async def seen_by(viewer: Principal) -> list[StaffSession]:
        found = await staff_sessions.open_sessions(messaging.db.read)
        own = viewer.subject.lower()
        return [one for one in found if viewer.has("office") or one.address.lower() == own]

    @router.get("")
    async def every(request: Request, staff: Staff) -> Response:
        people: dict[str, dict[str, Any]] = {}
        for one in await seen_by(staff):
            known = {"name": one.name, "address": one.address, "sessions": []}
            people.setdefault(one.address.lower(), known)["sessions"].append(one)
        listed = sorted(people.values(), key=lambda person: person["name"])
        return render(
            request, "nextstep/staff_sessions.html", people=listed, everybody=staff.has("office")
        )

    @router.post("/end")
    async def end_one(request: Request, staff: Staff) -> Response:
        form = await read_form(request, OneSession)
        wanted = form.value("session_id")
        found = next((one for one in await seen_by(staff) if one.session_id == wanted), None)
        if found is None and staff.has("office"):
            raise AlreadySo("That session is over already.")
        if found is None:
            raise NoSuch("That session is over already.")
        own = found.address.lower() == staff.subject.lower()
        reason: AccessEnding = "signed_out" if own else "ended"
        await staff_sessions.end(request, staff, found, reason)
        flash(request, f"The session of {found.name} is ended.")
        return redirect(home)

    @router.post("/end-all")
    async def end_all(request: Request, office: Office) -> Response:
        form = await read_form(request, Somebody)
        address = form.value("address")
        if not any(one.address.lower() == address.lower() for one in await seen_by(office)):
            raise AlreadySo("Nobody with that address is signed in.")
        await staff_sessions.end_all(request, office, address)
        flash(request, f"All sessions of {address} are ended.")
        return redirect(home)

    return router
