"""`POST /webhooks/{source}`: the route that forms post to."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from applications.intake.adapter import Delivery
from applications.intake.adapters import ADAPTERS
from applications.intake.authentication import Proof, proof_of
from applications.intake.doors import Doors
from applications.intake.sources import LiveSource
from applications.intake.taking_in import LARGE, Acknowledgement, take_in
from nextstep_messaging import Database, DatabaseUnavailableError
from nextstep_web import NotServed
from nextstep_web.bodies import Spooled, arriving_of, spooled
from nextstep_web.rates import address_of, too_many


@dataclass(frozen=True)
class Webhook:
    """What is done with a request from a form."""

    sources: Mapping[str, LiveSource]
    db: Database
    now: Callable[[], datetime]
    wake: Callable[[], None]
    """Tells the worker that a receipt is waiting."""
    doors: Doors
    """How often may be posted here."""

    async def answer(self, request: Request, name: str) -> JSONResponse:
        """Take in one submission of the source with this name."""
        address = address_of(request)
        if waiting := self.doors.wait(address):
            raise too_many(waiting)
        try:
            return await self._answer(request, name, address)
        except NotServed as no:
            if no.status in REFUSED:
                self.doors.refused(address)
            raise

    async def _answer(self, request: Request, name: str, address: str) -> JSONResponse:
        source = self._source(request, name)
        given = Delivery(b"", request.headers, request.query_params, _url_secret(request))
        proof = proof_of(source, given, self.now())
        if proof is None:  # nothing that the body holds could help
            raise _not_ours()
        size = arriving_of(request).announced
        async with self.doors.room(address, size), spooled(request) as body:
            await self._prove(proof, body)
            if waiting := self.doors.proved(address, name):
                raise too_many(waiting)
            async with body.whole() as data:
                taken = await self._take_in(source, replace(given, body=data))
        status = "received" if taken.new else "already received"
        answer = {"receipt_id": taken.receipt_id, "status": status}
        return JSONResponse(answer, 202 if taken.new else 200)

    async def _take_in(self, source: LiveSource, delivery: Delivery) -> Acknowledgement:
        try:
            taken = await take_in(self.db, source, delivery, self.now())
        except DatabaseUnavailableError as error:
            raise NotServed("The database is away. Send it again in a minute.", 503) from error
        self.wake()
        return taken

    def _source(self, request: Request, name: str) -> LiveSource:
        """The source, if it sends what this request says it is."""
        source = self.sources.get(name)
        if source is None:
            raise NotServed("No form posts here: this source is not configured.", 404)
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in source.adapter.content_types:
            allowed = ", ".join(sorted(source.adapter.content_types))
            raise NotServed(f"This source sends {allowed}.", 415)
        return source

    async def _prove(self, proof: Proof, body: Spooled) -> None:
        """Verify the body as it was spooled, a piece at a time."""
        if body.size < LARGE:
            holds = proof.holds(body.pieces())
        else:
            holds = await asyncio.to_thread(lambda: proof.holds(body.pieces()))
        if not holds:
            raise _not_ours()


def webhook_routes(webhook: Webhook, largest_body: int) -> APIRouter:
    """The address of every configured source; a body of more bytes is answered with 413."""
    router = APIRouter(tags=["machine"])

    async def submit(
        request: Request,
        source: Annotated[str, Path(json_schema_extra={"enum": [*webhook.sources]})],
    ) -> JSONResponse:
        """Take in one submission. Whatever is answered 2xx is never lost."""
        return await webhook.answer(request, source)

    async def submit_with_secret(
        request: Request,
        source: Annotated[str, Path(description="As named in sources.yaml")],
        token: Annotated[str, Path(description="The secret of a form that cannot sign")],
    ) -> JSONResponse:
        """Take in one submission of a product that can prove itself only by its address."""
        del token  # looked up with the one in the query, as only one of them may be there
        return await webhook.answer(request, source)

    # All that is below a source is its own: some products give a form up for ever at a 404.
    for path, endpoint in (("", submit), ("/{token:path}", submit_with_secret)):
        router.add_api_route(
            "/webhooks/{source}" + path,
            endpoint,
            methods=["POST"],
            max_body_size=largest_body,
            status_code=202,
            responses=RESPONSES,
            openapi_extra={"requestBody": {"content": BODIES, "required": True}},
        )
    return router


REFUSED = frozenset({401, 404, 415})
"""Answers to what no form of ours sends."""
NOT_OURS = "The signature or secret is missing, wrong or too old."
NOT_OF_THIS_FORM = "Not a submission of this form"


def _not_ours() -> NotServed:
    return NotServed(NOT_OURS, 401, title=NOT_OF_THIS_FORM)


def _url_secret(request: Request) -> str | None:
    """The secret in the address, if there is exactly one."""
    in_path = request.path_params.get("token")
    given = request.query_params.getlist("token") + ([in_path] if in_path else [])
    return given[0] if len(given) == 1 else None


BODIES: dict[str, Any] = {
    kind: {} for kind in sorted({kind for one in ADAPTERS.values() for kind in one.content_types})
}
_PROBLEM: dict[str, Any] = {"content": {"application/problem+json": {}}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The same submission was received before; this is its receipt"},
    202: {"description": "The submission is stored and will be processed"},
    400: {"description": "The request broke off on its way", **_PROBLEM},
    401: {
        "description": "The signature or secret is missing or wrong, or its time is stale",
        **_PROBLEM,
    },
    404: {"description": "No such source", **_PROBLEM},
    408: {"description": "The body arrived too slowly", **_PROBLEM},
    413: {"description": "The body is too large", **_PROBLEM},
    415: {"description": "A type that the source cannot send", **_PROBLEM},
    429: {"description": "More than a form may send; `Retry-After` says when again", **_PROBLEM},
    503: {
        "description": "The database is away, or too much arrives at once; send it again",
        **_PROBLEM,
    },
}
