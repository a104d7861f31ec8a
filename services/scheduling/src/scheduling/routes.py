"""The pages of this service."""

from fastapi import APIRouter

from scheduling.attendance.pages import register
from scheduling.calendar.pages import session_forms
from scheduling.fellow.pages import own_page
from scheduling.learning_sets.pages import sets
from scheduling.office.pages import fellow, fellows, home, sessions

_MODULES = (home, session_forms, register, sessions, fellows, fellow, sets, own_page)
PAGES: list[APIRouter] = [module.router for module in _MODULES]
"""All pages. Those with a fixed path come before those with a session's id in it."""
