"""A register was put right after a Fellow was told of a missed session."""

from nextstep_contracts import SessionAttended, SessionMissed
from notifications.emails.email import EventEmail, by_id
from notifications.emails.facts import attendance
from notifications.emails.links import PROGRAMME

EMAIL = EventEmail(
    name="register_corrected",
    label="Register corrected",
    event=SessionAttended,
    subject="attendance",
    because="Only after a note that the session was missed.",
    people=by_id,
    facts=attendance,
    overtaken_by=(SessionMissed,),
    says=lambda _event, _person_id: "present",
    worth_telling=lambda before, _now: before == "missed",
    wants=lambda event: event.revision > 1,  # a first verdict corrects nothing
    links=(PROGRAMME,),
    notice="privacy-fellows",
    sample={
        "session": "Masterclass 2: New Public Management and Beyond",
        "day": "Thursday 7 November 2024",
        "apologies": False,
    },
)
