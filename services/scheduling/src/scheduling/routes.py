"""The pages of this service."""

from fastapi import APIRouter

from nextstep_web.dead_letter_pages import DeadLetters, dead_letter_pages
from scheduling.attendance.pages import register
from scheduling.calendar.pages import session_forms
from scheduling.fellow.pages import own_page
from scheduling.learning_sets.pages import sets
from scheduling.office.pages import fellow, fellows, home, sessions


def page_routes(dead_letters: DeadLetters) -> list[APIRouter]:
    """All page routes. Those with a fixed path come before those with a session's id in it."""
    modules = (home, session_forms, register, sessions, fellows, fellow, sets, own_page)
    return [
        *(module.router for module in modules),
        dead_letter_pages("scheduling", lambda: dead_letters),
    ]
