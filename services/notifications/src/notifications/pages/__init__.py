"""The pages of the programme office, and a person's own list of mails."""

from fastapi import APIRouter

from nextstep_web.dead_letter_pages import DeadLetters, dead_letter_pages
from notifications.pages import audit, gallery, home, mails, people, resend, sessions


def page_routes(dead_letters: DeadLetters) -> list[APIRouter]:
    """All pages of the service. They find what they need in `app.state.site`."""
    own = (home, mails, resend, people, sessions, gallery, audit)
    return [
        *(module.router for module in own),
        dead_letter_pages("notifications", lambda: dead_letters),
    ]
