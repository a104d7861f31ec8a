"""What tables and facts of several pages show: a state, and where an application is."""

from typing import Any

from applications.admissions.states import STATES, State

STATE_COLOURS: dict[State, str] = {
    "received": "grey",
    "documents_needed": "yellow",
    "referred": "orange",
    "eligible": "aqua-green",
    "waitlisted": "purple",
    "offered": "blue",
    "accepted": "green",
    "declined": "grey",
    "lapsed": "grey",
    "rejected": "red",
    "withdrawn": "grey",
}


def state_tag(state: State) -> dict[str, Any]:
    """A state as a table cell."""
    return {"tag": STATES[state].office, "colour": STATE_COLOURS[state]}


def application_path(application_id: str) -> str:
    """Where the office finds an application."""
    return f"/applications/application/{application_id}"
