"""Pages on which the office and operations read, replay and discard a service's dead letters."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from nextstep_contracts import AlreadySo, NoSuch, Refused
from nextstep_messaging import DeadLetter, Messaging, NoSuchDeadLetterError
from nextstep_messaging.bus.connection import BusUnavailableError, UnroutableError
from nextstep_messaging.bus.dead_letters import Status
from nextstep_messaging.operating.audit.recording import DISCARDED, REPLAYED, record
from nextstep_web.access import actor_of, require
from nextstep_web.forms import blank, read_form
from nextstep_web.listings import listing
from nextstep_web.notices import flash
from nextstep_web.pages import redirect, render
from nextstep_web.principal import Principal
from nextstep_web.refusals import NotServed

Office = Annotated[Principal, Depends(require("office"))]
Reader = Annotated[Principal, Depends(require("office", "read_only"))]

SORT_KEYS: Mapping[str, Callable[[DeadLetter], Any]] = {
    "died_at": lambda letter: letter.died_at,
    "type": lambda letter: letter.type,
    "deaths": lambda letter: letter.deaths,
}
COLOURS: Mapping[Status, str] = {"open": "red", "replayed": "green", "discarded": "grey"}


class Chosen(BaseModel):
    """The dead letter to send back to its queue."""

    key: str


class Discarding(Chosen):
    """The dead letter to give up, and why."""

    reason: Annotated[str, Field(title="Reason", min_length=3, max_length=500)]


def _row(service: str, letter: DeadLetter) -> dict[str, Any]:
    one = f"/{service}/dead-letters/one?" + urlencode({"key": letter.key})
    return {
        "type": {"text": letter.type, "href": one},
        "status": {"tag": letter.status, "colour": COLOURS[letter.status]},
        "reason": letter.reason,
        "died_at": letter.died_at,
        "deaths": letter.deaths,
    }


def _readable(body: str | None) -> str:
    if body is None:
        return "The content was erased when this dead letter was discarded."
    try:
        return json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        return body


@contextmanager
def _known() -> Iterator[None]:
    try:
        yield
    except NoSuchDeadLetterError as missing:
        raise NoSuch(f"{missing}.") from missing
    except UnroutableError as lost:
        raise Refused(
            "Nothing on the broker leads to its queue, so it is still here. Load the broker's "
            "definitions again, then send it back."
        ) from lost
    except BusUnavailableError as away:
        raise NotServed(
            "The broker did not take it, so it is still here. Try again in a few minutes.", 503
        ) from away


def dead_letter_pages(messaging: Messaging, guards: Sequence[Any] = ()) -> APIRouter:
    """Build the pages under `/<service>/dead-letters`; `guards` are asked before each."""
    service, letters = messaging.service, messaging.dead_letters
    home = f"/{service}/dead-letters"
    router = APIRouter(prefix=home, tags=["pages"], dependencies=[*guards])

    @router.get("")
    async def every(request: Request, _: Reader) -> Response:
        wanted = request.query_params.get("status", "open")
        known = next((status for status in COLOURS if status == wanted), None)
        found = await letters.list(known)
        page = listing(request, found, SORT_KEYS, "-died_at")
        rows = [_row(service, letter) for letter in page.rows]
        return render(request, "nextstep/dead_letters.html", found=page, rows=rows)

    async def _one(request: Request, key: str, form: Any, status: int = 200) -> Response:
        with _known():
            letter = await letters.show(key)
        return render(
            request,
            "nextstep/dead_letter.html",
            status,
            letter=letter,
            row=_row(service, letter),
            body=_readable(letter.body),
            form=form,
            home=home,
        )

    async def _record(
        request: Request, office: Principal, action: str, key: str, **details: str
    ) -> None:
        """Put it on the trail before it is done: the broker takes part in no transaction."""
        letter = await letters.show(key)
        if letter.status != "open":
            done = "sent back to its queue" if letter.status == "replayed" else "discarded"
            so = f"This was {done} already."
            wanted = {REPLAYED: "replayed", DISCARDED: "discarded"}[action]
            raise AlreadySo(so) if letter.status == wanted else Refused(so)
        actor, about = actor_of(request, office), {"type": letter.type, **details}
        await messaging.transact(lambda uow: record(uow, actor, action, key, **about))

    @router.get("/one")
    async def one(request: Request, _: Reader, key: str) -> Response:
        return await _one(request, key, blank())

    @router.post("/replay")
    async def replay(request: Request, office: Office) -> Response:
        form = await read_form(request, Chosen)
        with _known():
            await _record(request, office, REPLAYED, form.value("key"))
            await letters.replay(form.value("key"), by=office.subject)
        flash(request, "Sent back to its queue. If it fails again, it comes back here.")
        return redirect(home)

    @router.post("/discard")
    async def discard(request: Request, office: Office) -> Response:
        form = await read_form(request, Discarding)
        if not form.valid:
            return await _one(request, form.value("key"), form, 422)
        with _known():
            await _record(request, office, DISCARDED, form.data.key, reason=form.data.reason)
            await letters.discard(form.data.key, by=office.subject, reason=form.data.reason)
        flash(request, "Discarded. What it was, who gave it up and why stay on record.")
        return redirect(home)

    return router
