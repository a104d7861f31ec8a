"""The pages of the programme office, and a person's own list of mails."""

from collections.abc import Callable

from fastapi import APIRouter

from nextstep_messaging import Messaging
from nextstep_web.dead_letter_pages import dead_letter_pages
from notifications.commands import Desk


def page_routes(messaging: Messaging, desk: Desk, queued: Callable[[], None]) -> list[APIRouter]:
    """All pages of the service. `queued` tells the sender of a mail to send."""
    return [dead_letter_pages("notifications", lambda: messaging.dead_letters)]
