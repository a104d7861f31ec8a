"""What the entries of the audit trail are about, by the names that people know."""

from fastapi import Request

from awards.panel.panel import Panel
from awards.panel.store import load_panel
from awards.web.acting import awards_of
from nextstep_web import About, AuditTrail, Principal, Telling
from nextstep_web.audit_page import Entry


async def telling(request: Request, reader: Principal) -> Telling:
    """Projects, panellists and Fellows by their names."""
    del reader
    here = awards_of(request)
    panel = await load_panel(here.read, here)

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
