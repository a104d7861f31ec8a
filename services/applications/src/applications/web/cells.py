"""What tables and facts of several pages show: a state, where an application is, a size."""

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


def column(key: str, label: str, *, sort: bool = False, numeric: bool = False) -> dict[str, Any]:
    """A column of a table."""
    return {"key": key, "label": label, "sort": sort, "numeric": numeric}


def size(count: int) -> str:
    """A number of bytes for a person."""
    if count < 1024:  # noqa: PLR2004 -- a kilobyte
        return f"{count} bytes"
    return f"{count / 1024:,.0f} KB"
