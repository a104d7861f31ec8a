"""Which pieces of files are asked for: never many at once, and in the end all of them."""

from dataclasses import dataclass, field
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from applications.data_requests.carrying import (
    LANES,
    CarriedFile,
    Piece,
    first_lacked,
    lacked,
    lane_of,
    renewed,
)
from nextstep_contracts import PIECE_BYTES, ListedFile


def listed(number: int, size: int, digest: str = "a") -> ListedFile:
    return ListedFile(file=f"f{number}", name=f"{number}.pdf", size=size, sha256=digest)


@dataclass
class Carrying:
    """The files of one service on their way, by a bus that may lose, double and delay."""

    files: list[CarriedFile]
    bus: list[Piece] = field(default_factory=list)
    asked: list[Piece] = field(default_factory=list)
    most: int = 0

    def ask(self, *wanted: Piece | None) -> None:
        pieces = [one for one in wanted if one]
        self.asked += pieces
        self.bus += pieces
        self.most = max(self.most, len(self.bus))

    def arrives(self, piece: Piece, *, gone: bool = False) -> None:
        [(at, one)] = [(n, o) for n, o in enumerate(self.files) if o.listed.file == piece[0]]
        if one.complete or piece[1] in one.there:
            return
        self.files[at] = one.model_copy(update={"gone": True}) if gone else one.with_piece(piece[1])
        self.ask(lacked(self.files, lane_of(self.files, piece)))

    @property
    def complete(self) -> bool:
        return all(one.complete for one in self.files)


SIZES = st.lists(st.integers(0, 6 * PIECE_BYTES), max_size=4)


@given(SIZES, st.randoms(use_true_random=False))
def test_each_piece_is_asked_for_once_and_few_are_under_way(sizes: list[int], chance: Random):
    files = renewed([], [listed(number, size) for number, size in enumerate(sizes)])
    carrying = Carrying(files)
    carrying.ask(*first_lacked(files))
    while carrying.bus:
        carrying.arrives(carrying.bus.pop(chance.randrange(len(carrying.bus))))
    assert carrying.complete
    assert carrying.most <= LANES
    assert sorted(carrying.asked) == sorted({*carrying.asked})
    assert len(carrying.asked) == sum(-(-size // PIECE_BYTES) for size in sizes)


@given(SIZES, st.randoms(use_true_random=False))
def test_whatever_is_lost_doubled_or_deleted_asking_again_ends_it(sizes: list[int], chance: Random):
    carrying = Carrying(renewed([], [listed(number, size) for number, size in enumerate(sizes)]))
    rounds = 0
    while not carrying.complete:
        carrying.ask(*first_lacked(carrying.files))
        rounds += 1
        while carrying.bus:
            piece = carrying.bus.pop(chance.randrange(len(carrying.bus)))
            fate = chance.choice(["comes", "comes", "doubled", "lost", "gone"])
            if fate == "doubled":
                carrying.bus.append(piece)
            if fate != "lost":
                carrying.arrives(piece, gone=fate == "gone")
        assert rounds < 200, "it goes on for ever"
    assert first_lacked(carrying.files) == []


def test_a_new_list_keeps_what_is_here_of_the_same_file_alone():
    known = [CarriedFile(listed=listed(n, 9)).with_piece(0) for n in (1, 2, 3)]
    found = renewed(known, [listed(3, 9), listed(2, 9, "b"), listed(4, 9)])
    assert [(one.listed.file, one.complete) for one in found] == [
        ("f3", True),
        ("f2", False),
        ("f4", False),
    ]


def test_the_last_piece_holds_what_is_left():
    one = CarriedFile(listed=listed(1, 2 * PIECE_BYTES + 5))
    assert [one.length_of(n) for n in range(4)] == [PIECE_BYTES, PIECE_BYTES, 5, 0]
