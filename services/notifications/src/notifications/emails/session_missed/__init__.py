"""A short note to a Fellow who missed a session, so that a wrong register is found."""

from nextstep_contracts import SessionAttended, SessionMissed
from notifications.emails.email import EventEmail, by_id
from notifications.emails.facts import attendance
from notifications.emails.links import PROGRAMME

EMAIL = EventEmail(
    name="session_missed",
    label="Session missed",
    event=SessionMissed,
    subject="attendance",
    because="A short note, so that a wrong register is found early.",
    people=by_id,
    facts=attendance,
    overtaken_by=(SessionAttended,),
    says=lambda _event, _person_id: "missed",
    links=(PROGRAMME,),
    notice="privacy-fellows",
    sample={
        "session": "Masterclass 2: New Public Management and Beyond",
        "day": "Thursday 7 November 2024",
        "apologies": False,
    },
)
