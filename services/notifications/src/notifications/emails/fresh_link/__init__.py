"""Somebody whose links are old, or for something else, gets one that opens all that is theirs."""

from nextstep_contracts import LinkRequested
from notifications.emails.email import EventEmail, Facts, by_id
from notifications.emails.links import OWN_PAGES_OF


def facts(event: LinkRequested, _person_id: str, _zone: str) -> Facts:
    """Which page, and who asked."""
    link = OWN_PAGES_OF[event.service, event.role]
    return {"page": link.name, "asked_by_office": event.requested_by == "office"}


def known(event: LinkRequested) -> bool:
    """Whether there is such a page."""
    return (event.service, event.role) in OWN_PAGES_OF


EMAIL = EventEmail(
    name="fresh_link",
    label="Fresh link",
    event=LinkRequested,
    subject="link",
    because="Asked for by the person, where an old link no longer does, or by the office.",
    people=by_id,
    facts=facts,
    wants=known,
    links=tuple(OWN_PAGES_OF.values()),
    notice=None,
    sample={"page": "own_applications_applicant", "asked_by_office": False},
)
