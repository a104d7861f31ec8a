"""Sign-in and sign-out of staff.

How somebody proves who they are is a `SignIn`. The local one asks for a name and a role and no
proof, and settings allow it only in the local stack. OpenID Connect becomes a second one: its
`begin` sends the browser to the identity provider and its `finish` reads what comes back.
"""

import re
from typing import Protocol

from fastapi import APIRouter, Request, Response

from nextstep_web import sessions
from nextstep_web.local_paths import local_path
from nextstep_web.pages import redirect, render
from nextstep_web.principal import ROLE_NAMES, STAFF_ROLES, Principal
from nextstep_web.refusals import Refusal
from nextstep_web.request_state import web_state


class SignIn(Protocol):
    """A way in which staff prove who they are."""

    async def begin(self, request: Request, next_path: str) -> Response:
        """Answer with what the person sees first; they want to reach `next_path`."""
        ...

    async def finish(self, request: Request) -> Principal:
        """Return who the person proved to be, or raise Refusal."""
        ...


class LocalSignIn:
    """Asks for a name and a role, and believes it."""

    async def begin(self, request: Request, next_path: str) -> Response:
        """Show the form."""
        return self._page(request, next_path)

    async def finish(self, request: Request) -> Principal:
        """Read the form: `name`, `role` (one or more) and, if given, `email`."""
        form = await request.form()
        name = " ".join(str(form.get("name", "")).split())[:80]
        roles = frozenset(str(role) for role in form.getlist("role")).intersection(STAFF_ROLES)
        if not name or not roles:
            raise Refusal("Give your name and choose a role.", 422)
        email = str(form.get("email", "")).strip() or _address(name)
        return Principal(email, name, roles, None, sessions.new_session_id())

    @staticmethod
    def _page(request: Request, next_path: str) -> Response:
        roles = [{"value": role, "text": ROLE_NAMES[role]} for role in STAFF_ROLES]
        return render(request, "nextstep/sign_in.html", roles=roles, next_path=next_path)


class NoSignIn:
    """Nothing is set up: staff cannot sign in here, and the page says so."""

    async def begin(self, request: Request, next_path: str) -> Response:  # noqa: ARG002 - the seam
        """Say how people reach their pages."""
        return render(request, "nextstep/no_sign_in.html", 403)

    async def finish(self, request: Request) -> Principal:  # noqa: ARG002 - the seam
        """Let nobody in."""
        raise Refusal("Staff sign-in is not set up on this site.", 403)


def sign_in_routes(service: str, way: SignIn) -> APIRouter:
    """The pages `/<service>/sign-in` and `/<service>/sign-out`."""
    router = APIRouter(prefix=f"/{service}", include_in_schema=False)

    @router.get("/sign-in")
    async def begin(request: Request, next: str = "") -> Response:  # noqa: A002 - the query's name
        return await way.begin(request, local_path(next, f"/{service}/"))

    @router.post("/sign-in")
    async def finish(request: Request) -> Response:
        principal = await way.finish(request)
        web_state(request).set_session = principal
        wanted = (await request.form()).get("next")
        return redirect(local_path(str(wanted or ""), f"/{service}/"))

    @router.post("/sign-out")
    async def leave(request: Request) -> Response:
        web_state(request).end_session = True
        return redirect(f"/{service}/signed-out")

    @router.get("/signed-out")
    async def left(request: Request) -> Response:
        return render(request, "nextstep/signed_out.html")

    return router


def _address(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".") + "@local.invalid"
