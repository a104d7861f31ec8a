"""The pages of the programme office, and a person's own list of mails."""

from fastapi import APIRouter

from notifications.pages import gallery, home, mails, people, resend, sessions

PAGES: list[APIRouter] = [
    module.router for module in (home, mails, resend, people, sessions, gallery)
]
"""All pages of the service, in the order in which their paths are tried."""
