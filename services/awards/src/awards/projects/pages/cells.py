"""How a project shows in tables."""

from typing import Any

from awards.projects.project import STATE_NAMES, Project

COLOURS = {"registered": "yellow", "submitted": "green", "removed": "grey"}


def state_tag(project: Project) -> dict[str, Any]:
    """The tag of the state that a project is in."""
    return {"tag": STATE_NAMES[project.state], "colour": COLOURS[project.state]}
