"""For tests and the demo: be somebody who is already signed in."""

from dataclasses import dataclass

from nextstep_web import sessions
from nextstep_web.csrf import HEADER, csrf_token
from nextstep_web.principal import Principal
from nextstep_web.settings import WebSettings


@dataclass(frozen=True)
class SignedIn:
    """A session, and what an HTTP client sends to be in it.

    `httpx.AsyncClient(cookies=session.cookies, headers=session.headers)`; the header stands in
    for the CSRF token that a form would carry.
    """

    principal: Principal
    cookies: dict[str, str]
    headers: dict[str, str]


def signed_in(
    settings: WebSettings,
    *roles: str,
    name: str = "Test Person",
    subject: str = "test.person@example.org",
    person_id: str | None = None,
) -> SignedIn:
    """A session of somebody who holds `roles`; with a `person_id`, as from an emailed link."""
    principal = Principal(
        person_id or subject, name, frozenset(roles), person_id, sessions.new_session_id()
    )
    return SignedIn(
        principal,
        {sessions.cookie_name(settings): sessions.issue(settings, principal)},
        {HEADER: csrf_token(settings, principal.session_id)},
    )
