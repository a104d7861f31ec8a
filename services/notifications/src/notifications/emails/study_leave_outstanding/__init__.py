"""A reminder of the dates about which a Fellow has still to say or do something."""

from nextstep_contracts import LeaveNeed, StudyLeaveOutstanding
from nextstep_programme.writing import weekday
from notifications.emails.email import EventEmail, Facts
from notifications.emails.facts import LEFT, REFERENCE
from notifications.emails.links import STUDY_LEAVE

KINDS = ("tell_trust", "chase", "moved", "apply", "declare")
"""The parts of the email, the most pressing first."""


def facts(event: StudyLeaveOutstanding, _person_id: str, _zone: str) -> Facts:
    """The dates about which something is missing, by what is missing."""
    lines: dict[str, list[str]] = {kind: [] for kind in KINDS}
    for need in event.needs:
        trust = f", at {need.trust}" if need.trust else ""
        line = f"{weekday(need.on)}: {need.title}{trust}"
        if need.moved_from:
            line += f" (before: {weekday(need.moved_from)})"
        lines[_kind(need)].append(line)
    return {"reference": event.reference, **lines}


def _kind(need: LeaveNeed) -> str:
    """The part of the email that a date belongs in."""
    if need.need != "declare":
        return need.need
    return "moved" if need.moved_from else "apply" if need.not_applied_for else "declare"


EMAIL = EventEmail(
    name="study_leave_outstanding",
    label="Study leave reminder",
    event=StudyLeaveOutstanding,
    subject="application",
    because="A reminder of the dates about which something is missing, some weeks apart.",
    facts=facts,
    overtaken_by=LEFT,
    links=(STUDY_LEAVE,),
    notice="privacy-fellows",
    sample={
        "reference": REFERENCE,
        "declare": ["Thursday 17 April 2025: Masterclass 5: Making and Evaluating Policy"],
        "tell_trust": [
            "Thursday 20 February 2025: Module 3: Change and Crisis Management, at West Suffolk"
        ],
        "chase": ["Tuesday 14 January 2025: Masterclass 3: Understanding finance"],
        "moved": [
            "Thursday 27 March 2025: Masterclass 4: Policy (before: Wednesday 19 March 2025)"
        ],
        "apply": ["Wednesday 21 May 2025: Masterclass 6: Care integration"],
    },
)
