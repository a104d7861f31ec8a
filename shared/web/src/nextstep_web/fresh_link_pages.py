"""Having a fresh link emailed: by its owner from an old one, or by the office."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from nextstep_contracts import NoSuch
from nextstep_messaging import Act, Messaging
from nextstep_web import link_requests
from nextstep_web.access import actor_of, require
from nextstep_web.link_pages import RolesOf, nobody_known
from nextstep_web.links import LinkError, LinkOverError, read_link
from nextstep_web.local_paths import local_path
from nextstep_web.notices import flash
from nextstep_web.pages import Pages, redirect, render
from nextstep_web.principal import PERSON_ROLES, Principal
from nextstep_web.rates import Rate, limited
from nextstep_web.request_state import web_state

REQUESTS = Rate(burst=10, per_second=0.1)
"""Of one address, whoever is asked for. What one person is sent is bounded in `link_requests`."""
Office = Annotated[Principal, Depends(require("office"))]
KeptFrom = Callable[[Request, Principal, str], Awaitable[bool]]
"""Whether a person, by id, is to look like nobody at all to a member of staff."""


async def nobody_kept_from(_request: Request, _staff: Principal, _person_id: str) -> bool:
    """Of a service where no person is hidden from anybody."""
    return False


ON_ITS_WAY = (
    "If we know you, an email with a fresh link is on its way to the address that we have. "
    "It can take a few minutes. Look among the unwanted emails, too. "
    "If nothing comes, write to the programme office."
)
"""The same for everybody: it must not tell whether a person is known, or asked a minute ago."""

OFFICE_TOLD = {
    True: "A fresh link is on its way to the address that we have.",
    False: "A fresh link was emailed less than five minutes ago. Wait for it before the next.",
}


def fresh_link_routes(messaging: Messaging, roles_of: RolesOf, kept_from: KeptFrom) -> APIRouter:
    """The forms `/<service>/fresh-link` and `/<service>/fresh-link/{person_id}`."""
    service = messaging.service
    router = APIRouter(prefix=f"/{service}/fresh-link", include_in_schema=False)

    @router.post("", dependencies=[Depends(limited("fresh-link", REQUESTS))])
    async def by_themselves(request: Request) -> Response:
        found = await _who_asks(request, service)
        if found is not None:
            person_id, roles = found
            # what an old link says of somebody may no longer be so
            roles = await roles_of(person_id) if roles_of is not nobody_known else roles
        if found is not None and roles:
            await messaging.transact(lambda uow: link_requests.ask(uow, service, person_id, roles))
        return render(request, "nextstep/link_on_its_way.html", words=ON_ITS_WAY)

    @router.post("/{person_id}")
    async def by_the_office(request: Request, person_id: str, office: Office) -> Response:
        roles = await roles_of(person_id)
        if not roles or await kept_from(request, office, person_id):
            raise NoSuch("There is nobody here to whom a link could be emailed.")

        async def ask(act: Act) -> bool:
            if not await link_requests.asked_by_office(act.uow, person_id):
                return False
            link_requests.request(act.uow, service, person_id, roles, "office")
            act.audit("had a fresh link emailed", person_id)
            return True

        actor = actor_of(request, office)
        sent = await messaging.transact(lambda uow: Act(uow, actor).doing(ask))
        flash(request, OFFICE_TOLD[sent])
        form = await request.form()
        return redirect(local_path(str(form.get("next") or ""), f"/{service}/"))

    return router


async def _who_asks(request: Request, service: str) -> tuple[str, frozenset[str]] | None:
    """Who wants a fresh link: the owner of an old one, or who is signed in by one."""
    pages: Pages = request.app.state.pages
    token = (await request.form()).get("token")
    if isinstance(token, str) and token:
        try:
            claims = read_link(pages.settings, service, token, pages.now())
        except LinkOverError as over:
            claims = over.claims
        except LinkError:
            return None
        return claims.person_id, claims.roles
    here = web_state(request).holding(*PERSON_ROLES)
    if here is None or here.person_id is None:
        return None
    return here.person_id, here.roles
