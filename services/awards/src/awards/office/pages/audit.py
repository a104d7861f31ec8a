"""What the entries of the audit trail are about, by the names that people know."""

from fastapi import Request

from awards.judging.store import known_judging
from awards.panel.panel import Panel
from awards.web.acting import awards_of, people_here
from nextstep_web import About, AuditTrail, NotServed, Principal, Telling
from nextstep_web.audit_page import Entry
from nextstep_web.conflicts import ABOUT_ALL

CLOSED = (
    "You are on the panel. The audit trail tells of all that judging did: it opens for you once "
    "you have locked all your sheets, if no conflict of interest keeps a project from you."
)


async def telling(request: Request, reader: Principal) -> Telling:
    """Projects, panellists and Fellows by their names.

    The trail is one chain, numbered through, about all of judging: it has no part that somebody
    could read who must not know a project, or not yet what others gave.

    Raises:
        NotServed: something of it is kept from the reader.

    """
    del reader
    here = awards_of(request)
    judging = await known_judging(here.read, here, people_here(request))
    if not judging.whole:
        raise NotServed(CLOSED if judging.panel.reader else ABOUT_ALL, 403)
    panel = judging.panel

    def about(entry: Entry) -> About:
        return About(_called(panel, entry["about"]), _path(panel, entry["about"]))

    return Telling(about, who=lambda known: _called(panel, known))


AUDIT = AuditTrail(telling, readers=("office",))
"""The office alone: read-only staff are shown what was decided, not each act of those who judge."""


def _called(panel: Panel, key: str) -> str:
    """What people call the thing or person with this id; a pair is a sheet or a conflict."""
    if key in panel.projects:
        return f"“{panel.projects[key].title}”"
    if key in panel.panellists:
        return panel.panellists[key].name
    if key in panel.fellows:
        return panel.fellows[key].name
    left, colon, right = key.partition(":")
    known = panel.projects.keys() | panel.panellists.keys()
    if colon and left in known and right in known:
        return f"{_called(panel, left)} and {_called(panel, right)}"
    return key


def _path(panel: Panel, key: str) -> str:
    """The page of a project or a panellist; of a pair, that of its project."""
    for part in key.split(":"):
        if part in panel.projects:
            return f"/awards/projects/{part}"
    return f"/awards/panellists/{key}" if key in panel.panellists else ""
