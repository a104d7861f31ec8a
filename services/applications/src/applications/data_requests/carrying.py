"""Which pieces of files to ask another service for: pure rules.

The pieces of all files of one service are numbered through and dealt to a few lanes. In each lane
one piece is under way at a time, and each that comes in asks for the first that its lane lacks. So
never more than `LANES` pieces are on the bus for one request and service, whatever the files weigh;
and whatever was lost, came twice or came late, asking each lane again for what it lacks mends it.
"""

from collections.abc import Iterable, Sequence

from pydantic import BaseModel, ConfigDict

from nextstep_contracts import PIECE_BYTES, ListedFile

LANES = 4
"""Four messages of 1.4 MB: a file of 10 MB is here after three rounds."""
Piece = tuple[str, int]
"""A file of the service's, and which of its pieces."""


class CarriedFile(BaseModel):
    """A file that another service listed, as far as it is here."""

    model_config = ConfigDict(frozen=True)

    listed: ListedFile
    there: frozenset[int] = frozenset()
    """The pieces that have come."""
    gone: bool = False
    """The service does not hold it any more."""
    version: int = 0

    @property
    def pieces(self) -> int:
        """How many it has."""
        return -(-self.listed.size // PIECE_BYTES)

    @property
    def complete(self) -> bool:
        """Whether nothing more of it will come."""
        return self.gone or len(self.there) == self.pieces

    def length_of(self, piece: int) -> int:
        """How many bytes a piece must have; 0 if there is no such piece."""
        return max(0, min(PIECE_BYTES, self.listed.size - piece * PIECE_BYTES))

    def with_piece(self, piece: int) -> "CarriedFile":
        """The same after a piece has come."""
        return self.model_copy(update={"there": self.there | {piece}})

    def empty(self) -> "CarriedFile":
        """The same after what came turned out not to be the file."""
        return self.model_copy(update={"there": frozenset()})


def renewed(known: Iterable[CarriedFile], listed: Iterable[ListedFile]) -> list[CarriedFile]:
    """The files of a new list, with what is here of them already."""
    before = {one.listed.file: one for one in known}
    found = []
    for one in listed:
        carried = before.get(one.file)
        same = carried is not None and carried.listed.sha256 == one.sha256
        kept = carried if same and carried is not None else CarriedFile(listed=one)
        found.append(kept.model_copy(update={"listed": one, "gone": False}))
    return found


def lacked(files: Sequence[CarriedFile], lane: int) -> Piece | None:
    """The first piece that a lane lacks."""
    there = _there(files)
    theirs = _numbered(files)[lane::LANES]
    return next((piece for piece in theirs if piece not in there), None)


def lane_of(files: Sequence[CarriedFile], piece: Piece) -> int:
    """The lane that a piece was dealt to."""
    return _numbered(files).index(piece) % LANES


def first_lacked(files: Sequence[CarriedFile]) -> list[Piece]:
    """What to ask for to begin with, or again: the first piece that each lane lacks."""
    return [piece for lane in range(LANES) if (piece := lacked(files, lane))]


def _numbered(files: Sequence[CarriedFile]) -> list[Piece]:
    return [(one.listed.file, number) for one in files for number in range(one.pieces)]


def _there(files: Sequence[CarriedFile]) -> set[Piece]:
    return {
        (one.listed.file, number)
        for one in files
        for number in (range(one.pieces) if one.gone else one.there)
    }
