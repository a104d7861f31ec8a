"""A step towards a right calendar, as facts for its mail."""

from typing import Any

from notifications.calendar.entries import Details
from notifications.calendar.reconcile import Step
from notifications.facts import Facts
from notifications.wording import day_in_words, span_in_words

TEMPLATES = {
    "invited": "invitation",
    "changed": "invitation_changed",
    "cancelled": "invitation_cancelled",
}


def _shown(details: Details) -> dict[str, Any]:
    return {
        "title": details.title,
        "day": day_in_words(details.on),
        "time": span_in_words(details.starts, details.ends),
        "timed": details.timed,
        "venue": details.venue,
        "joining": details.joining,
    }


_LABELS = {
    "title": "Title",
    "day": "Date",
    "time": "Time",
    "venue": "Where",
    "joining": "How to join",
}


def _changes(before: Details, now: Details) -> list[dict[str, str]]:
    old, new = _shown(before), _shown(now)
    return [
        {"label": label, "now": new[key] or "not given", "before": old[key] or "not given"}
        for key, label in _LABELS.items()
        if old[key] != new[key]
    ]


def facts_of(step: Step) -> Facts:
    """What the mail of a step says."""
    details = step.invitation.details
    shown = _shown(details)
    if step.change == "changed" and step.before is not None:
        shown["changes"] = _changes(step.before, details)
    if step.change == "cancelled":
        shown["reason"] = step.reason
    return shown
