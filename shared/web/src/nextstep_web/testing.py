"""For tests and the demo: be somebody who is already signed in."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from nextstep_web import sessions
from nextstep_web.csrf import HEADER, csrf_token
from nextstep_web.principal import OpenedBy, Principal
from nextstep_web.purposes import OWN_PAGES
from nextstep_web.settings import WebSettings

_NEVER_OLD = datetime(9999, 1, 1, tzinfo=UTC)
JUST_ASKED_FOR = OpenedBy(OWN_PAGES, made=_NEVER_OLD, rests_on=_NEVER_OLD)
"""A link that allows everything, whatever a test's clock says."""


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
    link: OpenedBy = JUST_ASKED_FOR,
) -> SignedIn:
    """A session of somebody who holds `roles`; with a `person_id`, as from an emailed `link`."""
    principal = Principal(
        person_id or subject,
        name,
        frozenset(roles),
        person_id,
        sessions.new_session_id(),
        began=int(time.time()),
        link=link if person_id else None,
    )
    cookie = sessions.cookie_name(settings, sessions.kind_of(principal))
    return SignedIn(
        principal,
        {cookie: sessions.issue(settings, principal)},
        {HEADER: csrf_token(settings, principal.session_id)},
    )
