"""A provider that does what a test says, the example service behind it, and a person."""

from collections.abc import AsyncIterator, Callable

import pytest
import pytest_asyncio
from fastapi import FastAPI

from nextstep_local.testing import serving
from nextstep_web import WebSettings

from ..conftest import browser_of
from .hostile import CLIENT, SECRET, Hostile, Person


@pytest_asyncio.fixture
async def hostile() -> AsyncIterator[Hostile]:
    provider = Hostile()
    async with serving(provider.app()) as url:
        provider.url = url
        yield provider


@pytest.fixture
def openid(settings: WebSettings, hostile: Hostile) -> WebSettings:
    """Settings of a site that has this provider and no other way in."""
    given = {
        "oidc_issuer": hostile.url,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
        "oidc_provider_name": "Example University",
        "oidc_roles_claim": "groups",
        "oidc_roles": {"office-group": ["office"], "panel-group": ["panel"]},
        "oidc_people": {"pat@example.org": ["read_only"]},
        "local_sign_in": False,
    }
    return WebSettings(**(settings.model_dump() | given))


@pytest_asyncio.fixture
async def person(make_app: Callable[..., FastAPI], openid: WebSettings) -> AsyncIterator[Person]:
    async with browser_of(make_app(settings=openid)) as browser:
        yield Person(browser)
