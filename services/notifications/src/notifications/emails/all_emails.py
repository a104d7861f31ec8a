"""All emails, found by looking: every package in this folder is one."""

from collections.abc import Iterable, Iterator, Mapping
from importlib import import_module
from pkgutil import iter_modules

from nextstep_contracts import Event, ProjectScored, StudyLeaveRecorded
from nextstep_contracts.catalogue import CONSUMERS
from notifications import emails
from notifications.emails.email import Email, EventEmail

TOLD_BY_NO_EMAIL: Mapping[type[Event], str] = {
    StudyLeaveRecorded: "The Fellow has just typed it and sees it on the page.",
}
"""Events that are heard only for the address that they carry, and why no email tells of them."""

UNHEARD: Mapping[type[Event], str] = {
    ProjectScored: "Scores are the panel's until the awards are decided.",
}
"""Events about people that this service does not even subscribe to, and why."""


def _found() -> Iterator[Email]:
    for module in iter_modules(emails.__path__, f"{emails.__name__}."):
        if module.ispkg:
            email: Email = import_module(module.name).EMAIL
            yield email


def _in_order(found: Iterable[Email]) -> Iterator[EventEmail]:
    """As a course of the programme goes, which is how the catalogue lists its events."""
    order = list(CONSUMERS)
    telling = [email for email in found if isinstance(email, EventEmail)]
    return iter(sorted(telling, key=lambda email: order.index(email.event)))


EMAILS: Mapping[str, Email] = {email.name: email for email in _found()}
"""Every email by its name."""
BY_ANOTHER: frozenset[str] = frozenset(name for name, one in EMAILS.items() if one.by_another)
"""The names of those that are sent because of what one other person did."""
BY_OTHERS = BY_ANOTHER.union(name for name, one in EMAILS.items() if one.by_a_group)
"""The names of all whose number alone may tell what somebody else did."""
EVENT_EMAILS: tuple[EventEmail, ...] = tuple(_in_order(EMAILS.values()))
"""Those that tell of an event."""
EMAIL_OF: Mapping[type[Event], EventEmail] = {email.event: email for email in EVENT_EMAILS}
"""The one email that tells of an event."""
