"""Events that any service may publish: erasure, and who may still come in by which door."""

from typing import Annotated, Any, ClassVar, Literal

from pydantic import AwareDatetime, Field
from typing_extensions import override

from nextstep_contracts.event import ANY_PUBLISHER, Event, Model

AccessEnding = Literal["signed_out", "ended", "address_changed", "withdrawn", "erased", "left"]
"""Why a door closed: the person signed out; the office ended it; the address that links go to
changed; the person withdrew, was erased, or is no panellist or coach any more."""


class PersonErased(Event):
    """The office erased a person under data protection law; every service does the same."""

    publisher: ClassVar[str] = ANY_PUBLISHER
    person_id: str
    erased_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return self.person_id


class StaffSignedIn(Event):
    """A member of staff proved who they are at the publishing service; all services let them in."""

    publisher: ClassVar[str] = ANY_PUBLISHER
    session_id: str
    address: str
    """Verified; it is the session's subject."""
    name: str
    roles: list[str]
    began: AwareDatetime
    """On the wall clock, as all that bounds a staff session."""
    ends: AwareDatetime
    """When the session ends at the latest, however busy it is."""

    @property
    @override
    def subject(self) -> str:
        return self.session_id


class AccessEnded(Event):
    """From now on a session, or all that somebody had been given before, opens nothing."""

    publisher: ClassVar[str] = ANY_PUBLISHER
    who: str
    """A member of staff's verified address, or a person's id."""
    session_id: str | None = None
    """The one session that ends; without it, all of them."""
    before: AwareDatetime
    """Ends what is older. Staff: sessions that began before, on the wall clock. People: links, and
    sessions opened by them, that rest on older news of the person, on the programme's clock."""
    reason: AccessEnding

    @property
    @override
    def subject(self) -> str:
        return self.who


class LinkRequested(Event):
    """A fresh personal link is to be emailed to the address that notifications knows."""

    publisher: ClassVar[str] = ANY_PUBLISHER
    person_id: str
    role: Literal["applicant", "fellow", "panellist", "coach"]
    service: str
    """The link opens the person's own page of this service, in this role."""
    requested_by: Literal["person", "office"]
    requested_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return self.person_id


class PersonDataRequested(Event):
    """Somebody asked for a copy of their data; each service says what it holds about them."""

    publisher: ClassVar[str] = "applications"
    request_id: str
    """In the register of requests."""
    person_id: str
    requested_at: AwareDatetime
    services: tuple[str, ...] = ()
    """Who is asked; empty for all. Whoever has not answered is asked again."""

    @property
    @override
    def subject(self) -> str:
        return self.request_id


class ListedFile(Model):
    """A file that a service holds about a person, and that is carried in pieces when asked for."""

    file: str
    """The service's own name for it. What it holds never changes."""
    name: str
    """For people, as it was uploaded."""
    size: Annotated[int, Field(ge=0)]
    """Bytes."""
    sha256: str


class PersonDataGathered(Event):
    """What the publishing service holds about a person, and which files there are to ask for."""

    publisher: ClassVar[str] = ANY_PUBLISHER
    request_id: str
    person_id: str
    held: dict[str, Any]
    """Fit to be read: the names of its parts are words."""
    files: tuple[ListedFile, ...] = ()
    gathered_at: AwareDatetime

    @property
    @override
    def subject(self) -> str:
        return self.request_id


PIECE_BYTES = 4 * 255 * 1024
"""Bytes of a piece of a file, but for the last: about 1 MB, 1.4 MB as a message, where RabbitMQ 4
takes 16. Four pieces of the file store (GridFS), so none of those is read twice."""
MOST_PIECES = 8
"""That are asked for at once: what a service writes in one transaction."""


class PersonFileRequested(Event):
    """Pieces of a file about somebody are wanted of the service that listed it."""

    publisher: ClassVar[str] = "applications"
    request_id: str
    person_id: str
    service: str
    """The one that is asked."""
    file: str
    pieces: Annotated[tuple[Annotated[int, Field(ge=0)], ...], Field(max_length=MOST_PIECES)]
    """Which, counted from nought; each holds `PIECE_BYTES`, the last what is left."""

    @property
    @override
    def subject(self) -> str:
        return self.request_id


class PersonFilePiece(Event):
    """One piece of a file that the publishing service holds about a person."""

    publisher: ClassVar[str] = ANY_PUBLISHER
    request_id: str
    person_id: str
    file: str
    piece: Annotated[int, Field(ge=0)]
    data: str | None
    """In Base64 (RFC 4648, section 4). None: the file is not there any more."""

    @property
    @override
    def subject(self) -> str:
        return f"{self.request_id} {self.file}"
