"""`POST /webhooks/{source}`: the route that forms post to."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Request
from fastapi.responses import JSONResponse

from applications.intake.delivery import Delivery
from applications.intake.receipts import take_in, verified
from applications.intake.sources import LiveSource
from nextstep_messaging import Database, DatabaseUnavailableError
from nextstep_web import Refusal


def webhook_routes(
    sources: dict[str, LiveSource],
    database: Callable[[], Database],
    now: Callable[[], datetime],
    wake: Callable[[], None],
    largest_body: int,
) -> APIRouter:
    """The webhook of every configured source.

    Args:
        sources: by the name in the path.
        database: where receipts go.
        now: the injected clock.
        wake: tells the worker that a receipt is waiting.
        largest_body: bytes; more is answered with 413.

    """
    router = APIRouter(tags=["machine"])

    @router.post(
        "/webhooks/{source}",
        max_body_size=largest_body,
        status_code=202,
        responses=RESPONSES,
        openapi_extra={"requestBody": {"content": {"application/json": {}}, "required": True}},
    )
    async def submit(
        request: Request, source: Annotated[str, Path(json_schema_extra={"enum": [*sources]})]
    ) -> JSONResponse:
        """Take in one submission. Whatever is answered 2xx is never lost."""
        known = sources.get(source)
        if known is None:
            raise Refusal("No form posts here: this source is not configured.", 404)
        media_type = request.headers.get("content-type", "").partition(";")[0].strip().lower()
        if media_type not in known.adapter.content_types:
            allowed = ", ".join(sorted(known.adapter.content_types))
            raise Refusal(f"This source sends {allowed}.", 415)
        delivery = Delivery(await request.body(), request.headers, request.query_params)
        if not await verified(known, delivery, now()):
            reason = "The signature is missing, wrong or too old."
            raise Refusal(reason, 401, title="Not a submission of this form")
        try:
            receipt = await take_in(database(), known, delivery, now())
        except DatabaseUnavailableError as error:
            raise Refusal("The database is away. Send it again in a minute.", 503) from error
        wake()
        answer = {
            "receipt_id": receipt.id,
            "status": "received" if receipt.new else "already received",
        }
        return JSONResponse(answer, 202 if receipt.new else 200)

    return router


_PROBLEM: dict[str, Any] = {"content": {"application/problem+json": {}}}
RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {"description": "The same submission was received before; this is its receipt"},
    202: {"description": "The submission is stored and will be processed"},
    401: {"description": "The signature is missing or wrong, or its time is stale", **_PROBLEM},
    404: {"description": "No such source", **_PROBLEM},
    413: {"description": "The body is too large", **_PROBLEM},
    415: {"description": "A type that the source cannot send", **_PROBLEM},
    503: {"description": "The database is away; send it again", **_PROBLEM},
}
