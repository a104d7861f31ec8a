"""The answers of other services and their files, whatever the bus does with them."""

import io
import json
import zipfile
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import pytest_asyncio

from applications.admissions.store import FILES
from applications.data_protection import erase
from applications.data_requests.gathering import KEPT_FOR, OTHERS, Own, answers, ask_everywhere
from applications.data_requests.gathering import write_all as write
from applications.data_requests.recording import enter_request, record_step
from applications.data_requests.request import DataRequest, RequestStep
from applications.data_requests.store import load_request
from applications.documents.discarding import remove_discarded
from applications.person_export import export, files_of
from nextstep_contracts import (
    PIECE_BYTES,
    PersonDataGathered,
    PersonDataRequested,
    PersonFilePiece,
    PersonFileRequested,
    decode,
)
from nextstep_messaging import HeldFile, listed, pieces_of
from nextstep_messaging.database.outbox import OUTBOX, from_row
from nextstep_messaging.testing import hear

from ..admitting import OFFICE, START, Admitting, admitting, submitted
from ..builders import cohort

pytestmark = pytest.mark.stack
POSTER = bytes(range(256)) * (PIECE_BYTES * 5 // 256) + b"the end"
HELD = (HeldFile("p1:poster", "poster.pdf"), HeldFile("p1:empty", "empty.pdf"))


class Asking:
    """A request whose other services are played by the test; awards has two files."""

    def __init__(self, here: Admitting, request: DataRequest) -> None:
        self.here, self.request = here, request
        self.files = here.messaging.db.files

    async def said(self) -> list[Any]:
        """What was published since, in its order."""
        rows = await self.here.messaging.db.read(OUTBOX).find({}, sort=[("position", 1)])
        await self.here.messaging.db.write(OUTBOX).delete({})
        found = [from_row(row) for row in rows]
        events = [decode(one.envelope.type, json.loads(one.body)) for one in found]
        return [e for e in events if isinstance(e, PersonDataRequested | PersonFileRequested)]

    async def hears(self, *events: Any, sender: str = "awards") -> None:
        await hear(self.here.messaging, *events, sender=sender)

    async def gathered(self, *, files: tuple[HeldFile, ...] = HELD, later: int = 0) -> Any:
        return PersonDataGathered(
            request_id=self.request.id,
            person_id=self.request.person_id,
            held={"projects": ["one"]},
            files=tuple(await listed(self.files, files)),
            gathered_at=self.here.clock.now() + timedelta(seconds=later),
        )

    async def pieces(self, asked: list[Any]) -> list[PersonFilePiece]:
        return [
            piece
            for one in asked
            if isinstance(one, PersonFileRequested)
            for piece in await pieces_of(self.files, one, HELD)
        ]

    async def everybody_answers(self) -> None:
        """All three, and the pieces come as they are asked for."""
        for service in OTHERS:
            files = HELD if service == "awards" else ()
            await self.hears(await self.gathered(files=files), sender=service)
        while pieces := await self.pieces(await self.said()):
            await self.hears(*pieces)

    async def complete(self) -> dict[str, bool]:
        known = await answers(self.here.messaging.db.read, self.request.id)
        return {service: one.complete for service, one in known.items()}

    async def carried(self) -> list[str]:
        """Keys of what is kept here of others' files, after whatever was discarded went."""
        await remove_discarded(self.here.messaging.db)
        rows = await self.here.messaging.db.read(FILES).find({})
        return [row["_id"] for row in rows if row["_id"].startswith("asked:")]

    async def archive(self) -> dict[str, bytes]:
        messaging, made = self.here.messaging, io.BytesIO()
        own = Own(partial(export, messaging), partial(files_of, messaging))
        request = await load_request(messaging.db.read, self.request.id)
        await write(made, messaging.db.read, self.files, own, request)
        with zipfile.ZipFile(made) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    async def after(self, wait: timedelta) -> list[Any]:
        """Some time later."""
        self.here.clock.set(self.here.clock.now() + wait)
        await self.here.fire_due()
        return await self.said()


@pytest_asyncio.fixture
async def asking(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort()) as here:
        await here.take(submitted(1))
        await here.messaging.db.write("receipts").delete({})  # of no form, and without a body
        (application,) = await here.applications()
        entering = partial(
            enter_request,
            kind="access",
            name="Kim",
            contact="kim@example.org",
            received=START.date(),
            asked="All",
            reference=application.reference,
        )
        request = await here.act(OFFICE, entering)
        await here.act(OFFICE, lambda act: ask_everywhere(act, request.id))
        found = Asking(here, request)
        for held, data in zip(HELD, (POSTER, b""), strict=True):
            await found.files.put(held.key, held.name, data)
        yield found


async def test_files_come_in_pieces_whatever_is_lost_doubled_or_out_of_order(asking):
    (asked,) = await asking.said()
    assert asked.services == ()
    await asking.hears(await asking.gathered())
    first = await asking.pieces(await asking.said())
    assert [(one.file, one.piece) for one in first] == [("p1:poster", n) for n in range(4)]
    await asking.hears(first[3], first[1], first[3], first[1])  # two are lost
    rest = await asking.pieces(await asking.said())
    assert [one.piece for one in rest] == [5]  # of the lane of 1; that of 3 has no other
    await asking.hears(*rest)
    found = await asking.archive()
    assert b"poster.pdf: it has not come yet" in found["awards/index.html"]
    assert b"Not answered: scheduling, notifications." in found["index.html"]
    asked_again, *wanted = await asking.after(timedelta(minutes=1))
    assert asked_again.services == ("scheduling", "notifications")
    assert [one.pieces for one in wanted] == [(0, 2)]
    while pieces := await asking.pieces(wanted):
        await asking.hears(*pieces)
        wanted = await asking.said()
    assert await asking.complete() == {"scheduling": False, "notifications": False, "awards": True}
    found = await asking.archive()
    assert found["awards/files/01-poster.pdf"] == POSTER
    assert found["awards/files/02-empty.pdf"] == b""
    await asking.hears(await asking.gathered(), *first)  # all over again
    assert await asking.said() == []
    # a service that stays away is asked more and more seldom
    waits = [len(await asking.after(timedelta(minutes=1))) for _ in range(7)]
    assert waits == [0, 1, 0, 0, 0, 1, 0]


async def test_what_came_goes_when_the_request_is_closed_and_after_its_own_time(asking):
    await asking.everybody_answers()
    assert set((await asking.complete()).values()) == {True}
    assert len(await asking.carried()) == 6
    assert await asking.after(KEPT_FOR) == []  # and nobody is asked again
    assert await asking.carried() == []
    assert await asking.complete() == {}
    await asking.here.act(OFFICE, lambda act: ask_everywhere(act, asking.request.id))
    await asking.everybody_answers()
    late = (await asking.pieces([_piece_wanted(asking.request)]))[0]
    now = asking.here.clock.now()
    closed = RequestStep(
        kind="closed", on=now.date(), text="Sent", outcome="done", by="Ola", at=now
    )
    await asking.here.act(OFFICE, lambda act: record_step(act, asking.request.id, closed))
    await asking.hears(late)
    assert await asking.carried() == []
    assert await asking.here.messaging.db.read("data_request_files").find({}) == []


def _piece_wanted(request: DataRequest) -> PersonFileRequested:
    about = {"request_id": request.id, "person_id": request.person_id, "service": "awards"}
    return PersonFileRequested(**about, file="p1:poster", pieces=(0,))


async def test_an_erasure_takes_what_came_and_what_comes_late(asking):
    await asking.hears(await asking.gathered())
    pieces = await asking.pieces(await asking.said())
    await asking.hears(*pieces[:2])
    messaging, who = asking.here.messaging, asking.request.person_id
    await messaging.transact(lambda uow: erase(uow, who))
    await asking.hears(*pieces)
    assert await asking.carried() == []
    for name in ("data_request_parts", "data_request_files", "data_request_asks"):
        assert await messaging.db.read(name).find({}) == []


async def test_what_is_not_the_listed_file_is_not_kept_for_it(asking):
    listing = await asking.gathered()
    await asking.hears(listing)
    pieces = await asking.pieces(await asking.said())
    short = pieces[0].model_copy(update={"data": "AAAA"})
    await asking.hears(short, pieces[1], sender="scheduling")  # who listed nothing
    await asking.hears(short)
    assert await asking.carried() == []
    await asking.files.delete("p1:poster")
    wanted = await asking.after(timedelta(minutes=1))
    gone = await asking.pieces(wanted)
    await asking.hears(*gone)
    assert b"deleted while it was asked for" in (await asking.archive())["awards/index.html"]
    # a newer list without it
    await asking.hears(await asking.gathered(later=1))
    assert b"deleted while" not in (await asking.archive())["awards/index.html"]
