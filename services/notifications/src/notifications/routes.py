"""The pages of the programme office, and a person's own list of emails."""

from fastapi import APIRouter

from nextstep_web.dead_letter_pages import DeadLetters, dead_letter_pages
from notifications.office.pages import audit, emails, gallery, home, one_person, resend, sessions
from notifications.person.pages import own_page


def page_routes(dead_letters: DeadLetters) -> list[APIRouter]:
    """All pages of the service."""
    own = (home, emails, resend, one_person, sessions, gallery, audit, own_page)
    return [
        *(module.router for module in own),
        dead_letter_pages("notifications", lambda: dead_letters),
    ]
