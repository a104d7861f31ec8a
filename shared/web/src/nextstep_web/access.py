"""Who may open a page, and as whom they act."""

from collections.abc import Awaitable, Callable

from fastapi import Request

from nextstep_messaging import Actor
from nextstep_web.principal import ROLE_NAMES, ROLES, Principal
from nextstep_web.refusals import NotServed, SignInRequired
from nextstep_web.request_state import web_state


def principal_of(request: Request) -> Principal | None:
    """Who is signed in, or None."""
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


def require(*roles: str) -> Callable[[Request], Awaitable[Principal]]:
    """Build a dependency that returns who is signed in, if they hold one of `roles`.

    Use it as `Annotated[Principal, Depends(require("office", "read_only"))]`. Without roles,
    anybody who is signed in may pass. Nobody signed in: a page leads to sign-in.

    Raises:
        ValueError: a role that does not exist, when the route is declared.
    """
    unknown = set(roles).difference(ROLES)
    if unknown:
        raise ValueError(f"no such role: {', '.join(sorted(unknown))}")

    async def allowed(request: Request) -> Principal:
        principal = principal_of(request)
        if principal is None:
            raise SignInRequired
        if roles and not principal.has(*roles):
            names = ", ".join(ROLE_NAMES[role] for role in roles)
            raise NotServed(
                f"This page is for: {names}. You are signed in as {_held(principal)}.", 403
            )
        return principal

    return allowed


def _held(principal: Principal) -> str:
    roles = ", ".join(ROLE_NAMES[role] for role in sorted(principal.roles)) or "no role"
    return f"{principal.name} ({roles})"
