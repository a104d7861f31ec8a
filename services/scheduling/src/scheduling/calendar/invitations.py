"""Whom a session invites."""

from collections.abc import Iterable

from scheduling.calendar.session import Session
from scheduling.fellows.fellow import Fellow


def invited(session: Session, fellows: Iterable[Fellow]) -> list[Fellow]:
    """The people a register lists: Fellows on the day whom the session's audience names.

    Somebody who has a verdict stays listed if the session is moved later. An undated session
    invites whoever is a Fellow now.
    """

    def belongs(fellow: Fellow) -> bool:
        if session.audience is not None and fellow.person_id not in session.audience:
            return False
        return fellow.fellow_on(session.on, session.zone) if session.on else fellow.active

    listed = [f for f in fellows if belongs(f) or session.session_id in f.verdicts]
    return sorted((f for f in listed if f.erased_at is None), key=lambda f: (f.name, f.person_id))
