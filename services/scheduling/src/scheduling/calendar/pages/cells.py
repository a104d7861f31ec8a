"""How a session is written on pages."""

from nextstep_programme.writing import short_weekday, span
from scheduling.calendar.session import Session

KIND_WORDS = {
    "module": "Module",
    "masterclass": "Masterclass",
    "learning_set": "Learning set",
    "networking": "Networking",
    "surgery": "Drop-in surgery",
    "coaching": "Coaching",
    "alumni": "Alumni",
}


def session_path(session_id: str, page: str = "") -> str:
    """The address of a session's page, or of one below it."""
    return f"/scheduling/sessions/{session_id}" + (f"/{page}" if page else "")


def times(session: Session) -> str:
    """The local times of a session."""
    if session.starts is None or session.ends is None:
        return "" if session.on is None else "time to be confirmed"
    return span(session.starts, session.ends)


def when(session: Session) -> str:
    """The local day and times of a session."""
    if session.on is None:
        return "No date yet"
    return f"{short_weekday(session.on)}, {times(session)}"
