"""Pages on which the office and operations read, replay and discard a service's dead letters.

The library that keeps them is named here only by the shape it has, so that pages and messaging
stay independent of each other.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Annotated, Any, Protocol
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, Field

from nextstep_contracts import NoSuch
from nextstep_web.access import require
from nextstep_web.display import short_moment
from nextstep_web.forms import blank, read_form
from nextstep_web.listings import listing
from nextstep_web.notices import flash
from nextstep_web.pages import redirect, render
from nextstep_web.principal import Principal

Office = Annotated[Principal, Depends(require("office"))]
Reader = Annotated[Principal, Depends(require("office", "read_only"))]

SORT_KEYS: Mapping[str, Callable[["DeadLetter"], Any]] = {
    "died_at": lambda letter: letter.died_at,
    "type": lambda letter: letter.type,
    "deaths": lambda letter: letter.deaths,
}
COLOURS = {"open": "red", "replayed": "green", "discarded": "grey"}


class DeadLetter(Protocol):
    """What the pages show of one message that could not be handled."""

    @property
    def key(self) -> str: ...  # noqa: D102 - a shape, described where it is kept
    @property
    def queue(self) -> str: ...  # noqa: D102
    @property
    def type(self) -> str: ...  # noqa: D102
    @property
    def subject(self) -> str: ...  # noqa: D102
    @property
    def reason(self) -> str: ...  # noqa: D102
    @property
    def died_at(self) -> datetime: ...  # noqa: D102
    @property
    def deaths(self) -> int: ...  # noqa: D102
    @property
    def status(self) -> str: ...  # noqa: D102
    @property
    def body(self) -> str | None: ...  # noqa: D102
    @property
    def headers(self) -> dict[str, Any]: ...  # noqa: D102
    @property
    def history(self) -> tuple[dict[str, Any], ...]: ...  # noqa: D102


class DeadLetters(Protocol):
    """Where dead letters are kept. Unknown keys raise LookupError."""

    async def list(self, status: Any = "open", limit: int = 200) -> Sequence[DeadLetter]: ...  # noqa: D102
    async def show(self, key: str) -> DeadLetter: ...  # noqa: D102
    async def replay(self, key: str, *, by: str) -> None: ...  # noqa: D102
    async def discard(self, key: str, *, by: str, reason: str) -> None: ...  # noqa: D102


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
        "status": {"tag": letter.status, "colour": COLOURS.get(letter.status, "grey")},
        "reason": letter.reason,
        "died_at": short_moment(letter.died_at),
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
    except LookupError as missing:
        raise NoSuch(f"{missing}.") from missing


def dead_letter_pages(service: str, letters: Callable[[], DeadLetters]) -> APIRouter:
    """Build the pages under `/<service>/dead-letters`.

    `letters` is called for each request, since a service opens its database after its pages.
    """
    router = APIRouter(prefix=f"/{service}/dead-letters", tags=["pages"])
    home = f"/{service}/dead-letters"

    @router.get("")
    async def every(request: Request, _: Reader) -> Response:
        wanted = request.query_params.get("status", "open")
        found = await letters().list(None if wanted in ("", "all") else wanted)
        page = listing(request, found, SORT_KEYS, "-died_at")
        rows = [_row(service, letter) for letter in page.rows]
        return render(request, "nextstep/dead_letters.html", found=page, rows=rows)

    async def _one(request: Request, key: str, form: Any, status: int = 200) -> Response:
        with _known():
            letter = await letters().show(key)
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

    @router.get("/one")
    async def one(request: Request, _: Reader, key: str) -> Response:
        return await _one(request, key, blank())

    @router.post("/replay")
    async def replay(request: Request, office: Office) -> Response:
        form = await read_form(request, Chosen)
        with _known():
            await letters().replay(form.value("key"), by=office.subject)
        flash(request, "Sent back to its queue. If it fails again, it comes back here.")
        return redirect(home)

    @router.post("/discard")
    async def discard(request: Request, office: Office) -> Response:
        form = await read_form(request, Discarding)
        if not form.valid:
            return await _one(request, form.value("key"), form, 422)
        with _known():
            await letters().discard(form.data.key, by=office.subject, reason=form.data.reason)
        flash(request, "Discarded. What it was, who gave it up and why stay on record.")
        return redirect(home)

    return router
