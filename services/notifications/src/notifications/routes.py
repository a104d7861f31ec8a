"""The pages of the programme office, and a person's own list of emails."""

from fastapi import APIRouter

from notifications.office.pages import emails, gallery, home, one_person, resend, sessions
from notifications.person.pages import own_page

PAGES: list[APIRouter] = [
    module.router for module in (home, emails, resend, one_person, sessions, gallery, own_page)
]
"""All pages of the service, in the order in which their paths are tried."""
