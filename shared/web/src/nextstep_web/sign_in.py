"""Sign-in and sign-out of staff.

How somebody proves who they are is a `SignIn`. The local one asks for a name and a role and no
proof, and settings allow it only in the local stack. `openid.way` asks the provider of the
organisation. Where a site has both, the page of the local one offers the other.
"""

import re
import time
from dataclasses import dataclass
from typing import Annotated, Any, Protocol

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field
from typing_extensions import override

from nextstep_contracts import NoSuch
from nextstep_web import sessions, staff_sessions
from nextstep_web.forms import Form, blank, read_form
from nextstep_web.local_paths import local_path
from nextstep_web.openid import attempts
from nextstep_web.pages import redirect, render
from nextstep_web.principal import ROLE_NAMES, STAFF_ROLES, Principal, StaffRole
from nextstep_web.rates import Rate, failed, limited
from nextstep_web.request_state import web_state

TRIES = Rate(burst=30, per_second=0.5)
"""Of one address, behind which a whole hospital may sit."""

BEGUN = Rate(burst=120, per_second=2)
"""Pages that lead to a sign-in, of one address: each begins an attempt."""


@dataclass(frozen=True)
class Proved:
    """Somebody proved who they are, and wants to reach a page."""

    principal: Principal
    next_path: str


class SignIn(Protocol):
    """A way in which staff prove who they are."""

    elsewhere: bool = False
    """Whether they prove it at another site, which is then to sign them out as well."""

    async def begin(self, request: Request, next_path: str) -> Response:
        """Answer with what the person sees first; they want to reach `next_path`."""
        ...

    async def finish(self, request: Request) -> Proved | Response:
        """Read the form that `begin` showed: who it is, or the page that says what is wrong."""
        ...

    async def returned(self, request: Request) -> Proved | Response:  # noqa: ARG002 - the seam
        """Read what the other site sent the browser back with; the same."""
        raise NoSuch

    async def leave(self, request: Request) -> Response | None:  # noqa: ARG002 - the seam
        """What somebody sees who is signed out here; None for the usual page."""
        return None


class LocalForm(BaseModel):
    """What the local sign-in page asks."""

    name: Annotated[str, Field(title="Your name", max_length=80)]
    role: Annotated[list[StaffRole], Field(title="Role", min_length=1)]
    email: Annotated[str | None, Field(title="Email address", max_length=254)] = None


class LocalSignIn(SignIn):
    """Asks for a name and a role, and believes it. `provider` names another way to offer."""

    def __init__(self, provider: str = "") -> None:
        self._provider = provider

    @override
    async def begin(self, request: Request, next_path: str) -> Response:
        return self._page(request, blank(role="office", next=next_path))

    @override
    async def finish(self, request: Request) -> Proved | Response:
        """Read the form: `name`, `role` (one or more) and, if given, `email`."""
        form = await read_form(request, LocalForm)
        # nobody proves anything here, so each counts as a try that failed
        if account := form.value("email") or form.value("name"):
            failed(request, account)
        if not form.valid:
            return self._page(request, form, 422)
        name, email = " ".join(form.data.name.split()), form.data.email or _address(form.data.name)
        return Proved(staff_member(email, name, frozenset(form.data.role)), form.value("next"))

    def _page(self, request: Request, form: Form[Any], status: int = 200) -> Response:
        roles = [{"value": role, "text": ROLE_NAMES[role]} for role in STAFF_ROLES]
        return render(
            request,
            "nextstep/sign_in.html",
            status,
            roles=roles,
            form=form,
            provider=self._provider,
        )


class NoSignIn(SignIn):
    """Nothing is set up: staff cannot sign in here, and the page says so."""

    @override
    async def begin(self, request: Request, next_path: str) -> Response:
        """Say how people reach their pages."""
        return render(request, "nextstep/no_sign_in.html", 403)

    @override
    async def finish(self, request: Request) -> Proved | Response:
        """Let nobody in."""
        return await self.begin(request, "/")


class EitherWay(SignIn):
    """The local way, whose page offers the other one by `?with=account`."""

    elsewhere = True

    def __init__(self, local: SignIn, account: SignIn) -> None:
        self._local = local
        self._account = account

    @override
    async def begin(self, request: Request, next_path: str) -> Response:
        way = self._account if request.query_params.get("with") == "account" else self._local
        return await way.begin(request, next_path)

    @override
    async def finish(self, request: Request) -> Proved | Response:
        return await self._local.finish(request)

    @override
    async def returned(self, request: Request) -> Proved | Response:
        return await self._account.returned(request)

    @override
    async def leave(self, request: Request) -> Response | None:
        return await self._account.leave(request)


def staff_member(address: str, name: str, roles: frozenset[str]) -> Principal:
    """Somebody of the staff whose session begins now."""
    return Principal(address, name, roles, None, sessions.new_session_id(), int(time.time()))


def sign_in_routes(service: str, way: SignIn) -> APIRouter:
    """The pages `/<service>/sign-in`, where it comes back to, and `/<service>/sign-out`."""
    router = APIRouter(prefix=f"/{service}", include_in_schema=False)
    seldom = [Depends(limited("sign-in", TRIES))]

    @router.get("/sign-in", dependencies=[Depends(limited("sign-in begun", BEGUN))])
    async def begin(request: Request, next: str = "") -> Response:  # noqa: A002 - the query's name
        return await way.begin(request, local_path(next, f"/{service}/"))

    @router.post("/sign-in", dependencies=seldom)
    async def finish(request: Request) -> Response:
        return await _answer(request, service, await way.finish(request))

    @router.get("/sign-in/return", dependencies=seldom)
    async def returned(request: Request) -> Response:
        answer = await _answer(request, service, await way.returned(request))
        if not web_state(request).head:
            attempts.forget(request, answer, request.query_params.get("state", ""))
        return answer

    @router.post("/sign-out")
    async def leave(request: Request) -> Response:
        return await _leave(request, service, way)

    @router.get("/signed-out")
    async def left(request: Request, account: bool = False) -> Response:
        led_on = await way.leave(request) if account else None
        return led_on or render(request, "nextstep/signed_out.html")

    return router


async def _answer(request: Request, service: str, found: Proved | Response) -> Response:
    if isinstance(found, Response):
        return found
    return await signed_in(request, found.principal, local_path(found.next_path, f"/{service}/"))


async def signed_in(request: Request, principal: Principal, next_path: str) -> Response:
    """Begin the session of somebody who proved who they are, and lead them on."""
    await staff_sessions.begin(request, principal)
    return redirect(next_path)


async def _leave(request: Request, service: str, way: SignIn) -> Response:
    """End the session here, then at the other site if staff signed in there."""
    leaving = web_state(request).principal
    await staff_sessions.sign_out(request)
    too = leaving is not None and leaving.is_staff and way.elsewhere
    return redirect(f"/{service}/signed-out{'?account=true' if too else ''}")


def _address(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", ".", name.lower()).strip(".") + "@local.invalid"
