"""Who a panellist's pages are for, and which project they may know of."""

from collections.abc import Collection

from awards.panel.panel import Panel
from awards.panel.panellists import Panellist
from awards.panel.reader import panellists_who_are
from awards.projects.project import Project
from nextstep_contracts import NoSuch
from nextstep_messaging import Actor


def recognised(panellists: Collection[Panellist], actor: Actor) -> Panellist:
    """The panellist who is there: by their link, or by the address they signed in with.

    Raises:
        NoSuch: they are not on this cohort's panel.

    """
    here = panellists_who_are(panellists, [actor])
    for one in panellists:
        if one.judges and one.id in here:
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
