"""Files about a person, given in pieces to whoever puts the archive of their data together.

A service lists what it holds (`listed`) and answers each question for pieces (`pieces_of`). It
keeps no state: whoever asks knows what is there, and asks again for what was lost.
"""

from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass
from hashlib import sha256

from nextstep_contracts import (
    PIECE_BYTES,
    ListedFile,
    PersonDataRequested,
    PersonFilePiece,
    PersonFileRequested,
)
from nextstep_messaging.database.files import Files


@dataclass(frozen=True)
class HeldFile:
    """A file that a service holds about a person."""

    key: str
    """In the file store."""
    name: str
    """For people."""


def asked_of(service: str) -> Callable[[PersonDataRequested | PersonFileRequested], bool]:
    """Whether a question is for this service."""

    def wants(event: PersonDataRequested | PersonFileRequested) -> bool:
        if isinstance(event, PersonFileRequested):
            return event.service == service
        return not event.services or service in event.services

    return wants


async def listed(files: Files, held: Iterable[HeldFile]) -> list[ListedFile]:
    """The files that are there, each with its size and hash."""
    found = []
    for one in held:
        size, digest = 0, sha256()
        async for piece in _pieces(files, one.key):
            size += len(piece)
            digest.update(piece)
        if await files.piece(one.key, 0, 0) is not None:
            about = {"file": one.key, "name": one.name}
            found.append(ListedFile(**about, size=size, sha256=digest.hexdigest()))
    return found


async def _pieces(files: Files, key: str) -> AsyncIterator[bytes]:
    start = 0
    while piece := await files.piece(key, start, PIECE_BYTES):
        yield piece
        start += PIECE_BYTES


async def pieces_of(
    files: Files, asked: PersonFileRequested, held: Iterable[HeldFile]
) -> list[PersonFilePiece]:
    """The pieces that are asked for. What is none of the person's files is answered as gone."""
    theirs = asked.file in {one.key for one in held}
    return [
        PersonFilePiece(
            request_id=asked.request_id,
            person_id=asked.person_id,
            file=asked.file,
            piece=number,
            data=_encoded(await _piece(files, asked.file, number) if theirs else None),
        )
        for number in dict.fromkeys(asked.pieces)
    ]


async def _piece(files: Files, key: str, number: int) -> bytes | None:
    return await files.piece(key, number * PIECE_BYTES, PIECE_BYTES)


def _encoded(data: bytes | None) -> str | None:
    return None if data is None else b64encode(data).decode()
