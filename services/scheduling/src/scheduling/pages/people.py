"""Who may open which page, and what a page is given."""

from typing import Annotated

from fastapi import Depends, Request

from nextstep_messaging.operating.audit import Actor
from nextstep_web import Principal, require
from scheduling.desk import Desk

Staff = Annotated[Principal, Depends(require("office", "facilitator", "read_only"))]
"""Everybody who works on the programme: registers and sets."""
Reader = Annotated[Principal, Depends(require("office", "read_only"))]
"""Who may see the standing of Fellows."""
Office = Annotated[Principal, Depends(require("office"))]
"""Who may change the programme."""
RegisterTaker = Annotated[Principal, Depends(require("office", "facilitator"))]
"""Who may fill in a register."""
OwnPage = Annotated[Principal, Depends(require("fellow"))]
"""A Fellow who came by an emailed link."""


async def _desk(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


AtDesk = Annotated[Desk, Depends(_desk)]


def actor(request: Request, principal: Principal) -> Actor:
    """Who makes a change and from where, for the audit trail."""
    where = request.client.host if request.client else ""
    return Actor("staff", principal.subject, principal.name, where)
