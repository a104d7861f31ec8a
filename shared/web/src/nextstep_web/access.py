"""Who may open a page, and as whom they act."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from fastapi import Request

from nextstep_messaging import Actor
from nextstep_web.csrf import SAFE_METHODS
from nextstep_web.principal import ROLE_NAMES, ROLES, Principal, roles_in_words
from nextstep_web.purposes import Doing, allows
from nextstep_web.refusals import FreshLinkNeeded, NotServed, SignInRequired
from nextstep_web.request_state import web_state


def principal_of(request: Request) -> Principal | None:
    """Who is signed in, or None; of two sessions, whose the page is."""
    return web_state(request).principal


def actor_of(request: Request, principal: Principal) -> Actor:
    """Who acts, for the audit trail.

    Staff act under their name; a person behind an emailed link under their id alone, so that no
    history holds a name which erasing the person would miss.
    """
    where = request.client.host if request.client else ""
    if principal.is_staff:
        return Actor("staff", principal.subject, principal.name, where)
    return Actor("person", principal.subject, where=where)


def keep_session(request: Request, principal: Principal) -> None:
    """Let the session in which a person closed what they had been given before outlive that.

    For who withdraws: they may read what they have just done, in this browser.
    """
    if principal.link is not None:
        now = request.app.state.pages.now()
        link = replace(principal.link, rests_on=now)
        web_state(request).set_session = replace(principal, link=link)


def require(*roles: str, doing: Doing | None = None) -> Callable[[Request], Awaitable[Principal]]:
    """Build a dependency that returns who is signed in, if they hold one of `roles`.

    Use it as `Annotated[Principal, Depends(require("office", "read_only"))]`. Without roles,
    anybody who is signed in may pass. Nobody signed in: a page leads to sign-in. `doing` is what a
    person does there, which the link that they came by must allow: by default to read where nothing
    is changed, else to answer. Staff are not asked.

    Raises:
        ValueError: a role that does not exist, when the route is declared.
    """
    unknown = set(roles).difference(ROLES)
    if unknown:
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")

    async def allowed(request: Request) -> Principal:
        principal = web_state(request).holding(*roles)
        if principal is None:
            raise SignInRequired
        if roles and not principal.has(*roles):
            names = ", ".join(ROLE_NAMES[role] for role in roles)
            held = f"{principal.name} ({roles_in_words(principal.roles)})"
            raise NotServed(f"This page is for: {names}. You are signed in as {held}.", 403)
        if principal.link is not None:
            wanted: Doing = doing or ("read" if request.method in SAFE_METHODS else "answer")
            if not allows(principal.link, wanted, request.app.state.pages.now()):
                raise FreshLinkNeeded(wanted)
        return principal

    return allowed
