"""`POST /webhooks/{source}`: the route that forms post to."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse
from starlette.requests import ClientDisconnect

from applications.intake.adapter import Delivery
from applications.intake.adapters import ADAPTERS
from applications.intake.sources import LiveSource
from applications.intake.taking_in import take_in, verified
from nextstep_messaging import Database, DatabaseUnavailableError
from nextstep_web import NotServed


def webhook_routes(
    sources: dict[str, LiveSource],
    db: Database,
    now: Callable[[], datetime],
    wake: Callable[[], None],
    largest_body: int,
) -> APIRouter:
    """The webhook of every configured source.

    Args:
        sources: by the name in the path.
        db: where receipts go.
        now: the injected clock.
        wake: tells the worker that a receipt is waiting.
        largest_body: bytes; more is answered with 413.

    """
    router = APIRouter(tags=["machine"])

    async def submit(
        request: Request, source: Annotated[str, Path(json_schema_extra={"enum": [*sources]})]
    ) -> JSONResponse:
        """Take in one submission. Whatever is answered 2xx is never lost."""
        known = sources.get(source)
        if known is None:
            raise NotServed("No form posts here: this source is not configured.", 404)
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in known.adapter.content_types:
            allowed = ", ".join(sorted(known.adapter.content_types))
            raise NotServed(f"This source sends {allowed}.", 415)
        # A secret beside the body proves itself before tens of megabytes are read.
        empty = Delivery(b"", request.headers, request.query_params, _url_secret(request))
        if known.definition.authentication != "signature" and not await verified(
            known, empty, now()
        ):
            raise NotServed(NOT_OURS, 401, title=NOT_OF_THIS_FORM)
        try:
            body = await request.body()
        except ClientDisconnect as gone:
            raise NotServed("The request broke off on its way. Send it again.", 400) from gone
        delivery = replace(empty, body=body)
        if not await verified(known, delivery, now()):
            raise NotServed(NOT_OURS, 401, title=NOT_OF_THIS_FORM)
        try:
            taken = await take_in(db, known, delivery, now())
        except DatabaseUnavailableError as error:
            raise NotServed("The database is away. Send it again in a minute.", 503) from error
        wake()
        answer = {
            "receipt_id": taken.receipt_id,
            "status": "received" if taken.new else "already received",
        }
        return JSONResponse(answer, 202 if taken.new else 200)

    async def submit_with_secret(
        request: Request,
        source: Annotated[str, Path(description="As named in sources.yaml")],
        token: Annotated[str, Path(description="The secret of a form that cannot sign")],
    ) -> JSONResponse:
        """Take in one submission of a product that can prove itself only by its address."""
        del token  # looked up with the one in the query, as only one of them may be there
        return await submit(request, source)

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


NOT_OURS = "The signature or secret is missing, wrong or too old."
NOT_OF_THIS_FORM = "Not a submission of this form"


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
    413: {"description": "The body is too large", **_PROBLEM},
    415: {"description": "A type that the source cannot send", **_PROBLEM},
    503: {"description": "The database is away; send it again", **_PROBLEM},
}
