"""Who said what: the broker vouches for the publisher of a message, and that must be its sender.

A message's `user_id` is what the broker compared with the user of the publishing connection. What
a service sends to itself again (retries, dead letters, replays) carries its own; whom it had found
to be the sender is then in a header, which nobody else's message is believed.
"""

from collections.abc import Mapping
from typing import Any

from nextstep_contracts import Envelope
from nextstep_contracts.catalogue import SERVICES

SENDER = "nextstep-sender"
"""On what a service sends to itself: the service that proved to be the sender; empty for none."""


class NotEntitledError(Exception):
    """Raised by a handler: the sender may not say this of what is known here.

    The event is buried at once, with this text as the reason.
    """


def proven_sender(service: str, user: str | None, headers: Mapping[str, Any]) -> str | None:
    """The service that published a message, for the receiving `service`; None if nobody knows.

    `user` is the message's AMQP `user_id`. A user that is no service's, as where all share one,
    proves nothing.
    """
    if user == service:
        return str(headers.get(SENDER, service)) or None
    return user if user in SERVICES else None


def objection(envelope: Envelope, sender: str | None, user: str | None, *, required: bool) -> str:
    """Why an event is not believed to come from its source; empty if it is.

    `required`: an event whose sender nobody knows is not believed either.
    """
    publisher = envelope.type.partition(".")[0]
    if publisher != envelope.source:
        return f"its source is {envelope.source!r}, but it is an event of {publisher!r}"
    if sender is None:
        by = f"the user {user!r}" if user else "nobody that the broker would name"
        return f"{envelope.source} is not proven to have sent it: published by {by}" * required
    if sender != envelope.source:
        return f"published by {sender} in the name of {envelope.source}"
    return ""
