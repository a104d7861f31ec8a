"""A reminder of the dates about which a Fellow has still to say or do something."""

from nextstep_contracts import StudyLeaveOutstanding
from nextstep_programme.writing import weekday
from notifications.emails.email import EventEmail, Facts
from notifications.emails.facts import LEFT, REFERENCE
from notifications.emails.links import STUDY_LEAVE


def facts(event: StudyLeaveOutstanding, _person_id: str, _zone: str) -> Facts:
    """The dates about which something is missing, by what is missing."""
    lines: dict[str, list[str]] = {"declare": [], "tell_trust": [], "chase": []}
    for need in event.needs:
        trust = f", at {need.trust}" if need.trust else ""
        lines[need.need].append(f"{weekday(need.on)}: {need.title}{trust}")
    return {"reference": event.reference, **lines}


EMAIL = EventEmail(
    name="study_leave_outstanding",
    label="Study leave reminder",
    event=StudyLeaveOutstanding,
    subject="application",
    because="A reminder of the dates about which something is missing, some weeks apart.",
    facts=facts,
    overtaken_by=LEFT,
    links=(STUDY_LEAVE,),
    sample={
        "reference": REFERENCE,
        "declare": ["Thursday 17 April 2025: Masterclass 5: Making and Evaluating Policy"],
        "tell_trust": [
            "Thursday 20 February 2025: Module 3: Change and Crisis Management, at West Suffolk"
        ],
        "chase": ["Tuesday 14 January 2025: Masterclass 3: Understanding finance"],
    },
)
