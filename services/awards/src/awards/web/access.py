"""Who may open which pages."""

from typing import Annotated

from fastapi import Depends

from nextstep_contracts import NoSuch
from nextstep_web import Principal, require

Office = Annotated[Principal, Depends(require("office"))]
Viewer = Annotated[Principal, Depends(require("office", "read_only"))]
Staff = Annotated[Principal, Depends(require("office", "read_only", "panel"))]
Judge = Annotated[Principal, Depends(require("panellist", "panel"))]
FellowHere = Annotated[Principal, Depends(require("fellow"))]
Person = Annotated[Principal, Depends(require("fellow", "panellist"))]


def person_of(principal: Principal) -> str:
    """The person id behind an emailed link.

    Raises:
        NoSuch: the session belongs to nobody in particular.

    """
    if principal.person_id is None:
        raise NoSuch("Open this page by the link in your email.")
    return principal.person_id
