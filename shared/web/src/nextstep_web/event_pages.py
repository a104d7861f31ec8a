"""What a service hears and publishes, from its AsyncAPI document: for a person and a machine."""

import json
from functools import cache
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from nextstep_contracts import NoSuch, Refused
from nextstep_messaging import Messaging
from nextstep_web.event_descriptions import DIRECTIONS, descriptions, example
from nextstep_web.forms import Form, blank, read_form
from nextstep_web.notices import flash
from nextstep_web.pages import redirect, render
from nextstep_web.refusals import NotServed

LONGEST = 100_000
"""Characters of a sample; far more than any event has."""


class Sample(BaseModel):
    """An event to be sent to the service that hears it."""

    event: str
    body: Annotated[str, Field(title="Data", min_length=2, max_length=LONGEST)]


def event_pages(messaging: Messaging) -> APIRouter:
    """Build `/asyncapi`, `/asyncapi.json` and, in the local stack, `/asyncapi/try`."""
    router = APIRouter(prefix="/asyncapi", tags=["pages"], include_in_schema=False)
    described = cache(messaging.asyncapi)  # a tenth of a second, and never another one

    @router.get(".json")
    async def machine() -> Response:
        return JSONResponse(described())

    @router.get("")
    async def page(request: Request) -> Response:
        document = described()
        if prefers_json(request.headers.get("accept", "")):
            return JSONResponse(document)
        parts: dict[str, list[dict[str, Any]]] = {word: [] for word in DIRECTIONS.values()}
        for one in descriptions(document):
            parts[one["does"]].append(one)
        return render(request, "nextstep/events.html", parts=parts, may_try=messaging.may_try)

    @router.get("/try")
    async def sample(request: Request, event: str) -> Response:
        document = described()
        schema = document["components"]["schemas"].get(event)
        if event not in document["operations"] or schema is None:
            raise NoSuch(f"{messaging.service} does not hear {event}.")
        body = json.dumps(example(document, schema), indent=2)
        return _try_page(request, messaging, blank(event=event, body=body))

    @router.post("/try")
    async def send(request: Request) -> Response:
        return await _try(request, messaging, await read_form(request, Sample))

    return router


async def _try(request: Request, messaging: Messaging, form: Form[Sample]) -> Response:
    if form.valid:
        try:
            await messaging.try_event(form.data.event, form.data.body)
        except Refused as refused:
            form.show(refused)
    if not form.valid:
        return _try_page(request, messaging, form, 422)
    flash(request, f"Sent to the queue of {form.data.event}.")
    return redirect("/asyncapi")


def _try_page(
    request: Request, messaging: Messaging, form: Form[Any], status: int = 200
) -> Response:
    if not messaging.may_try:
        raise NotServed("Events can be tried in the local stack only.", 403)
    return render(request, "nextstep/try_event.html", status, name=form.value("event"), form=form)


def prefers_json(accept: str) -> bool:
    """Whether whoever asks wants the document itself; a browser names HTML first."""
    return "json" in accept and "html" not in accept
