"""Who a panellist's pages are for, and which project they may know of."""

from collections.abc import Iterable

from awards.fellows.typed_text import same_text
from awards.panel.panel import Panel
from awards.panel.panellists import Panellist
from awards.projects.project import Project
from nextstep_contracts import NoSuch
from nextstep_web import Principal


def recognised(panellists: Iterable[Panellist], principal: Principal) -> Panellist:
    """The panellist who is there: by their link, or by the address they signed in with.

    Raises:
        NoSuch: they are not on this cohort's panel.

    """
    for one in panellists:
        by_link = principal.has("panellist") and one.id == principal.person_id
        by_address = principal.has("panel") and same_text(one.email, principal.subject)
        if one.judges and (by_link or by_address):
            return one
    raise NoSuch("You are not on the panel of this cohort.")


def visible(panel: Panel, judge: Panellist, project_id: str) -> Project:
    """The project, if the panellist may know of it.

    Raises:
        NoSuch: there is no such project for them, whatever the reason.

    """
    for project in panel.visible_to(judge.id):
        if project.id == project_id:
            return project
    raise NoSuch("There is no such project.")
