"""How a project shows in tables."""

from typing import Any

from awards.projects.invitation import InvitationState
from awards.projects.project import STATE_NAMES, Project

COLOURS = {"registered": "yellow", "submitted": "green", "removed": "grey"}
INVITATION_TAGS: dict[InvitationState, dict[str, str]] = {
    "asked": {"tag": "Asked, not answered yet", "colour": "yellow"},
    "declined": {"tag": "Said no", "colour": "grey"},
}
"""Of Fellows who are no authors. Who said yes is listed as one; who is asked no longer, nowhere."""


def state_tag(project: Project) -> dict[str, Any]:
    """The tag of the state that a project is in."""
    return {"tag": STATE_NAMES[project.state], "colour": COLOURS[project.state]}
