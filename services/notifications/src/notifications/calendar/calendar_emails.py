"""A step towards a right calendar, as the email that takes it."""

from collections.abc import Mapping

from nextstep_programme.writing import span, weekday
from notifications.calendar.details import Details
from notifications.calendar.what_to_send import CalendarStep, Change
from notifications.emails import invitation, invitation_cancelled, invitation_changed
from notifications.emails.email import Email, Facts
from notifications.hearing.deciding import Outgoing

CALENDAR_EMAILS: Mapping[Change, Email] = {
    "invited": invitation.EMAIL,
    "changed": invitation_changed.EMAIL,
    "cancelled": invitation_cancelled.EMAIL,
}


def email_of(step: CalendarStep) -> Outgoing:
    """The email of a step, to the person whose calendar it moves."""
    return Outgoing(step.invitation.person_id, CALENDAR_EMAILS[step.change], facts_of(step))


def facts_of(step: CalendarStep) -> Facts:
    """What the email of a step says."""
    session = _in_words(step.invitation.details)
    if step.change == "changed" and step.before is not None:
        return invitation_changed.facts(_in_words(step.before), session)
    if step.change == "cancelled":
        return {**session, "reason": step.reason}
    return session


def _in_words(details: Details) -> Facts:
    return {
        "title": details.title,
        "day": weekday(details.on),
        "time": span(details.starts, details.ends),
        "timed": details.timed,
        "venue": details.venue,
        "joining": details.joining,
    }
