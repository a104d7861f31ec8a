"""The pages of this service."""

from fastapi import APIRouter

from scheduling.pages import (
    fellows,
    home,
    own,
    register,
    session_forms,
    sessions,
    sets,
)


def routers() -> list[APIRouter]:
    """All page routes. Those with a fixed path come before those with a session's id in it."""
    modules = (home, session_forms, register, sessions, fellows, sets, own)
    return [module.router for module in modules]
