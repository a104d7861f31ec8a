"""Sign-in and sign-out of staff.

How somebody proves who they are is a `SignIn`. The local one asks for a name and a role and no
proof, and settings allow it only in the local stack. OpenID Connect becomes a second one: its
`begin` sends the browser to the identity provider and its `finish` reads what comes back.
"""

import re
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field

from nextstep_web import sessions
from nextstep_web.forms import Form, blank, read_form
from nextstep_web.local_paths import local_path
from nextstep_web.pages import redirect, render
from nextstep_web.principal import ROLE_NAMES, STAFF_ROLES, Principal, StaffRole
from nextstep_web.request_state import web_state


class SignIn(Protocol):
    """A way in which staff prove who they are."""

    async def begin(self, request: Request, next_path: str) -> Response:
        """Answer with what the person sees first; they want to reach `next_path`."""
        ...

    async def finish(self, request: Request) -> Principal | Response:
        """Return who the person proved to be, or the page that says what is wrong."""
        ...


class LocalForm(BaseModel):
    """What the local sign-in page asks."""

    name: Annotated[str, Field(title="Your name", max_length=80)]
    role: Annotated[list[StaffRole], Field(title="Role", min_length=1)]
    email: Annotated[str | None, Field(title="Email address", max_length=254)] = None


class LocalSignIn:
    """Asks for a name and a role, and believes it."""

    async def begin(self, request: Request, next_path: str) -> Response:
        """Show the form."""
        return self._page(request, blank(role="office", next=next_path))

    async def finish(self, request: Request) -> Principal | Response:
        """Read the form: `name`, `role` (one or more) and, if given, `email`."""
        form = await read_form(request, LocalForm)
        if not form.valid:
            return self._page(request, form, 422)
        name, email = " ".join(form.data.name.split()), form.data.email or _address(form.data.name)
        return Principal(email, name, frozenset(form.data.role), None, sessions.new_session_id())

    @staticmethod
    def _page(request: Request, form: Form[Any], status: int = 200) -> Response:
        roles = [{"value": role, "text": ROLE_NAMES[role]} for role in STAFF_ROLES]
        return render(request, "nextstep/sign_in.html", status, roles=roles, form=form)


class NoSignIn:
    """Nothing is set up: staff cannot sign in here, and the page says so."""

    async def begin(self, request: Request, next_path: str) -> Response:  # noqa: ARG002 - the seam
        """Say how people reach their pages."""
        return render(request, "nextstep/no_sign_in.html", 403)

    async def finish(self, request: Request) -> Principal | Response:
        """Let nobody in."""
        return await self.begin(request, "/")


def sign_in_routes(service: str, way: SignIn) -> APIRouter:
    """The pages `/<service>/sign-in` and `/<service>/sign-out`."""
    router = APIRouter(prefix=f"/{service}", include_in_schema=False)

    @router.get("/sign-in")
    async def begin(request: Request, next: str = "") -> Response:  # noqa: A002 - the query's name
        return await way.begin(request, local_path(next, f"/{service}/"))

    @router.post("/sign-in")
    async def finish(request: Request) -> Response:
        found = await way.finish(request)
        if isinstance(found, Response):
            return found
        web_state(request).set_session = found
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
