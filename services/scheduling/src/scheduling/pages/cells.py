"""How this service's values are written in tables, summaries and CSV files."""

from datetime import datetime
from typing import Any

from scheduling.fellows import Fellow
from scheduling.ledger import OUTCOME_WORDS, STATE_WORDS, Held
from scheduling.overview import SESSION_WORDS, FellowRow, SessionRow
from scheduling.sessions import Session

KIND_WORDS = {
    "module": "Module",
    "masterclass": "Masterclass",
    "learning_set": "Learning set",
    "networking": "Networking",
    "surgery": "Drop-in surgery",
    "coaching": "Coaching",
    "alumni": "Alumni",
}
STANDING_COLOURS = {
    "met": "green",
    "on_track": "blue",
    "no_slack": "orange",
    "impossible": "red",
    "not_required": "grey",
}
STATE_COLOURS = {
    "undated": "yellow",
    "to_come": "blue",
    "register_missing": "orange",
    "register_complete": "green",
    "no_register": "grey",
    "cancelled": "red",
}
OUTCOME_COLOURS = {
    "attended": "green",
    "waived": "aqua-green",
    "missed": "red",
    "apologies": "orange",
    "before_joining": "grey",
    "open": "yellow",
}


def session_path(session_id: str, page: str = "") -> str:
    """The address of a session's page, or of one below it."""
    return f"/scheduling/sessions/{session_id}" + (f"/{page}" if page else "")


def fellow_path(person_id: str) -> str:
    """The address of a Fellow's page for the office."""
    return f"/scheduling/fellows/{person_id}"


def times(session: Session) -> str:
    """The local times of a session."""
    if session.starts is None or session.ends is None:
        return "" if session.on is None else "time to be confirmed"
    return f"{session.starts:%H:%M} to {session.ends:%H:%M}"


def when(session: Session) -> str:
    """The local day and times of a session."""
    if session.on is None:
        return "No date yet"
    return f"{session.on:%a} {session.on.day} {session.on:%b %Y}, {times(session)}"


def standing_tag(state: str) -> dict[str, str]:
    """A standing as a coloured tag."""
    return {"tag": STATE_WORDS[state], "colour": STANDING_COLOURS[state]}


def state_tag(state: str) -> dict[str, str]:
    """A session's state as a coloured tag."""
    return {"tag": SESSION_WORDS[state], "colour": STATE_COLOURS[state]}


def outcome_tag(held: Held, now: datetime) -> dict[str, str]:
    """What became of a session for one Fellow, as a coloured tag."""
    over = held.session.over_at
    if held.outcome == "open" and (over is None or over > now):
        return {"tag": "To come", "colour": "white"}
    return {"tag": OUTCOME_WORDS[held.outcome], "colour": OUTCOME_COLOURS[held.outcome]}


def session_cells(row: SessionRow) -> dict[str, Any]:
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
    classes, modules = row.result.masterclasses, row.result.modules
    waived = f" + {modules.waived} excused" if modules.waived else ""
    return {
        "name": {"text": row.fellow.name, "href": fellow_path(row.fellow.person_id)},
        "standing": standing_tag(row.result.standing)
        if row.fellow.active
        else {"tag": "Withdrawn", "colour": "grey"},
        "masterclasses": f"{classes.attended} of {classes.required}",
        "modules": f"{modules.attended}{waived} of {modules.required}",
        "set": f"Set {row.set_number}" if row.set_number else "",
    }


def trust(fellow: Fellow) -> str:
    """The Fellow's trust, as it was on the application."""
    accepted = fellow.current.accepted if fellow.current else None
    return (accepted.trust if accepted else None) or ""
