"""How sessions and Fellows are written in the office's tables."""

from typing import Any

from scheduling.attendance.register_state import SESSION_WORDS, RegisterState
from scheduling.calendar.pages.cells import session_path, when
from scheduling.completion.pages.cells import standing_tag
from scheduling.office.overview import FellowRow

STATE_COLOURS = {
    "undated": "yellow",
    "to_come": "blue",
    "register_missing": "orange",
    "register_complete": "green",
    "no_register": "grey",
    "cancelled": "red",
}


def fellow_path(person_id: str) -> str:
    """The address of a Fellow's page for the office."""
    return f"/scheduling/fellows/{person_id}"


def state_tag(state: str) -> dict[str, str]:
    """A session's state as a coloured tag."""
    return {"tag": SESSION_WORDS[state], "colour": STATE_COLOURS[state]}


def session_cells(row: RegisterState) -> dict[str, Any]:
    """A row of the table of sessions."""
    session = row.session
    return {
        "title": {"text": session.title, "href": session_path(session.session_id)},
        "on": when(session),
        "venue": session.venue,
        "state": state_tag(row.state),
        "invited": str(len(row.invited)),
        "attended": str(row.marks["attended"]) if row.marks else "",
    }


def fellow_cells(row: FellowRow) -> dict[str, Any]:
    """A row of the table of Fellows."""
    classes, modules = row.judgement.masterclasses, row.judgement.modules
    waived = f" + {modules.waived} excused" if modules.waived else ""
    return {
        "name": {"text": row.fellow.name, "href": fellow_path(row.fellow.person_id)},
        "standing": standing_tag(row.judgement.standing)
        if row.fellow.active
        else {"tag": "Withdrawn", "colour": "grey"},
        "masterclasses": f"{classes.attended} of {classes.required}",
        "modules": f"{modules.attended}{waived} of {modules.required}",
        "set": f"Set {row.set_number}" if row.set_number else "",
    }
