"""Everything that the four services hold about a person, in one archive to read.

The other services are asked by an event and answer by one, with words and numbers and a list of
files. The files are then asked for in pieces (`carrying.py`). Whoever has not answered is asked
again, and a piece that was lost, too. What came is kept while the request is open, `KEPT_FOR` at
the longest.
"""

from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import IO, Any

import structlog

from applications.admissions.act import Act
from applications.admissions.store import Read
from applications.data_requests.carrying import (
    CarriedFile,
    Piece,
    first_lacked,
    lacked,
    lane_of,
    renewed,
)
from applications.data_requests.recording import record_step, today_of
from applications.data_requests.request import DataRequest, RequestStep
from applications.data_requests.store import (
    ASKS,
    PARTS,
    all_carried,
    carried_of,
    forget_carried,
    load_request,
    piece_key,
    save_carried,
)
from nextstep_contracts import (
    AlreadySo,
    PersonDataGathered,
    PersonDataRequested,
    PersonFilePiece,
    PersonFileRequested,
    Refused,
)
from nextstep_messaging import Files, UnitOfWork
from nextstep_messaging.operating.archive import Part, PersonFile, write_archive

log = structlog.get_logger()

BETWEEN = timedelta(minutes=5)
"""How long an answer is waited for before the services are asked again."""
OTHERS = ("scheduling", "notifications", "awards")
"""The services that are asked."""
ASK_AGAIN = "ask-for-data-again"
FORGET_GATHERED = "forget-gathered-data"
"""Kinds of timers."""
FIRST_WAIT = timedelta(minutes=1)
"""Until whoever has not answered is asked again; doubled each time."""
LONGEST_WAIT = timedelta(hours=6)
KEPT_FOR = timedelta(days=30)
"""What came is a second copy of everything about a person. The law gives one month to answer, and
whoever needs it later asks again."""


@dataclass(frozen=True)
class Own:
    """What this service holds itself, however it finds it."""

    export: Callable[[str], Awaitable[dict[str, Any]]]
    files: Callable[[str], AsyncIterator[PersonFile]]


@dataclass(frozen=True)
class Answer:
    """How far one service's answer to the newest question is here."""

    at: datetime | None
    """When it looked, perhaps for an earlier question; None if it never answered."""
    newest: bool
    """Whether that answers the newest question."""
    files: tuple[CarriedFile, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether nothing more will come."""
        return self.newest and all(one.complete for one in self.files)


async def ask_everywhere(act: Act, request_id: str) -> DataRequest:
    """Ask the other services what they hold about the person of a request.

    Raises:
        AlreadySo: they were asked just now.
        NoSuch: there is no such request.
        Refused: it is closed, or whose data is wanted is not known.

    """
    request = await load_request(act.read, request_id)
    if not request.person_id:
        raise Refused(
            "It is not known whose data this is about. Enter the request again with the reference "
            "of the application."
        )
    before = request.last("searched")
    if before is not None and before.at is not None and act.now - before.at < BETWEEN:
        raise AlreadySo("The services were asked a moment ago. Their answers come by themselves.")
    step = RequestStep(
        kind="searched",
        on=today_of(act),
        text="Applications, scheduling, notifications and awards, by the person's id",
        by=act.actor.name,
        at=act.now,
    )
    await record_step(act, request_id, step)
    about = {"request_id": request_id, "person_id": request.person_id}
    act.uow.publish(PersonDataRequested(**about, requested_at=act.now))
    asked = about | {"at": act.now.isoformat()}
    await act.read(ASKS).update({"_id": request_id}, {"$set": asked}, upsert=True)
    await _look_later(act.uow, request_id, FIRST_WAIT)
    key, due = f"{FORGET_GATHERED}:{request_id}", act.now + KEPT_FOR
    await act.uow.schedule(key, FORGET_GATHERED, due, {"request_id": request_id})
    return request


async def _look_later(uow: UnitOfWork, request_id: str, wait: timedelta) -> None:
    about = {"request_id": request_id, "wait": wait.total_seconds()}
    await uow.schedule(f"{ASK_AGAIN}:{request_id}", ASK_AGAIN, uow.now + wait, about)


async def ask_again(uow: UnitOfWork, request_id: str, waited: timedelta) -> None:
    """Ask once more for what has not come, and look again later unless all of it has."""
    asked = await uow.collection(ASKS).get(request_id)
    if asked is None:
        return
    about = {"request_id": request_id, "person_id": asked["person_id"]}
    known = await answers(uow.collection, request_id)
    silent = [service for service, one in known.items() if not one.newest]
    if silent:
        uow.publish(PersonDataRequested(**about, requested_at=uow.now, services=tuple(silent)))
    for service, one in known.items():
        _ask(uow, about, service, first_lacked(one.files))
    if not all(one.complete for one in known.values()):
        await _look_later(uow, request_id, min(2 * waited, LONGEST_WAIT))


def _ask(
    uow: UnitOfWork, about: Mapping[str, str], service: str, wanted: Iterable[Piece | None]
) -> None:
    pieces: dict[str, list[int]] = {}
    for one in wanted:
        if one is not None:
            pieces.setdefault(one[0], []).append(one[1])
    for file, numbers in pieces.items():
        wanted_of = {"service": service, "file": file, "pieces": tuple(numbers)}
        uow.publish(PersonFileRequested.model_validate({**about, **wanted_of}))


async def forget_gathered(uow: UnitOfWork, request_id: str) -> None:
    """Remove what came for a request: it was kept for long enough."""
    asked = await uow.collection(ASKS).get(request_id)
    if asked is not None:
        await forget_carried(uow, asked["person_id"], request_id)


async def keep_part(uow: UnitOfWork, event: PersonDataGathered) -> None:
    """Keep what a service holds; the newest counts. Its files are asked for."""
    asked = await _asked(uow, event)
    key = f"{event.request_id}:{uow.sender}"
    known = await uow.collection(PARTS).get(key)
    if asked is None or (known and known["at"] >= event.gathered_at.isoformat()):
        return
    about = {"request_id": event.request_id, "person_id": event.person_id}
    said = {"held": event.held, "at": event.gathered_at.isoformat(), "answers": asked["at"]}
    part = about | {"service": uow.sender} | said
    await uow.collection(PARTS).update({"_id": key}, {"$set": part}, upsert=True)
    before = await carried_of(uow.collection, event.request_id, uow.sender)
    files = renewed(before, event.files)
    kept = {one.listed.file for one in files if one.version}
    for old in before:
        if old.listed.file not in kept:
            name = f"{uow.sender}:{old.listed.file}"
            await forget_carried(uow, event.person_id, event.request_id, name)
    await save_carried(uow, (event.request_id, event.person_id), uow.sender, dict(enumerate(files)))
    _ask(uow, about, uow.sender, first_lacked(files))


async def _asked(
    uow: UnitOfWork, event: PersonDataGathered | PersonFilePiece
) -> dict[str, Any] | None:
    """The question that an event answers, if it is still of interest.

    It is written to, so that an erasure or the closing of the request cannot pass an answer.
    """
    asks = uow.collection(ASKS)
    theirs = {"_id": event.request_id, "person_id": event.person_id}
    return await asks.get(event.request_id) if await asks.update(theirs, _TOUCH) else None


_TOUCH = {"$inc": {"answers": 1}}


async def keep_piece(uow: UnitOfWork, files: Files, event: PersonFilePiece) -> None:
    """Keep a piece of a file, and ask for the next of its lane.

    The file store takes no part in the transaction: a piece is stored under its own name, and one
    that is not wanted any more is removed from there.
    """
    key = piece_key(event.person_id, event.request_id, uow.sender, event.file, event.piece)
    listed = await carried_of(uow.collection, event.request_id, uow.sender)
    position = next((n for n, one in enumerate(listed) if one.listed.file == event.file), None)
    if await _asked(uow, event) is None or position is None:
        await files.delete(key)
        return
    after = await _with_piece(files, listed[position], event, key)
    if after is None:
        return
    whose = (event.request_id, event.person_id)
    if after.complete and not after.gone and not await _whole(files, after, uow.sender, whose):
        log.warning("carried_file_differs", service=uow.sender, request=event.request_id)
        await save_carried(uow, whose, uow.sender, {position: after.empty()})
        return  # it is asked for again when the timer is due: not at once, for ever
    await save_carried(uow, whose, uow.sender, {position: after})
    now = [*listed[:position], after, *listed[position + 1 :]]
    about = {"request_id": event.request_id, "person_id": event.person_id}
    _ask(uow, about, uow.sender, [lacked(now, lane_of(now, (event.file, event.piece)))])


async def _with_piece(
    files: Files, known: CarriedFile, event: PersonFilePiece, key: str
) -> CarriedFile | None:
    """The file with the piece, whose bytes are stored; None if that changes nothing."""
    if known.complete or event.piece in known.there:
        return None
    if event.data is None:
        return known.model_copy(update={"gone": True})
    data = _decoded(event.data)
    if not data or len(data) != known.length_of(event.piece):
        log.warning("carried_piece_unusable", request=event.request_id, piece=event.piece)
        return None
    await files.delete(key)  # of an earlier list, or of a try that was undone
    await files.put(key, "piece", data)
    return known.with_piece(event.piece)


def _decoded(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except NoBase64:
        return None


async def _whole(files: Files, carried: CarriedFile, service: str, whose: tuple[str, str]) -> bool:
    data = await _data(files, carried, service, whose)
    return data is not None and sha256(data).hexdigest() == carried.listed.sha256


async def _data(
    files: Files, carried: CarriedFile, service: str, whose: tuple[str, str]
) -> bytes | None:
    request_id, person_id = whose
    file = carried.listed.file
    pieces = []
    for number in range(carried.pieces):
        piece = await files.get(piece_key(person_id, request_id, service, file, number))
        if piece is None:
            return None
        pieces.append(piece)
    return b"".join(pieces)


async def answers(read: Read, request_id: str) -> dict[str, Answer]:
    """How far the answer of each of the `OTHERS` is here; nothing if none is asked or kept."""
    asked = await read(ASKS).get(request_id)
    if asked is None:
        return {}
    rows = {row["service"]: row for row in await read(PARTS).find({"request_id": request_id})}
    files = await all_carried(read, request_id)
    return {one: _answer(rows.get(one), asked["at"], tuple(files.get(one, ()))) for one in OTHERS}


def _answer(row: Mapping[str, Any] | None, asked: str, files: tuple[CarriedFile, ...]) -> Answer:
    if row is None:
        return Answer(None, newest=False)
    newest = row.get("answers", row["at"]) >= asked
    return Answer(datetime.fromisoformat(row["at"]), newest, files)


async def write_all(
    to: IO[bytes], read: Read, files: Files, own: Own, request: DataRequest
) -> None:
    """Write the archive: what this service holds now, and what came from the others."""
    who = request.person_id
    rows = {row["service"]: row for row in await read(PARTS).find({"request_id": request.id})}
    carried = await all_carried(read, request.id)
    whose = (request.id, who)
    parts = [Part("applications", await own.export(who), own.files(who))]
    for one in OTHERS:
        if one in rows:
            theirs = carried.get(one, [])
            lacking: list[str] = []  # known once the files were read
            found = _carried_files(files, theirs, one, whose, lacking)
            parts.append(Part(one, rows[one]["held"], found, lacking))
    await write_archive(to, who, parts, missing=[one for one in OTHERS if one not in rows])


def _why(file: CarriedFile) -> str:
    """Why a file is not in the archive; empty if it is."""
    if file.gone:
        return "it was deleted while it was asked for"
    return "" if file.complete else "it has not come yet; ask again"


async def _carried_files(
    files: Files,
    carried: Iterable[CarriedFile],
    service: str,
    whose: tuple[str, str],
    lacking: list[str],
) -> AsyncIterator[PersonFile]:
    for one in carried:
        data = None if _why(one) else await _data(files, one, service, whose)
        if data is None:
            lacking.append(f"{one.listed.name}: {_why(one) or 'it was removed; ask again'}")
        else:
            yield one.listed.name, data
