"""Bodies on their way in: their pace, the room they take up, and senders who stall."""

import asyncio
import tempfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_local.testing import eventually, serving
from nextstep_web import bodies
from nextstep_web.bodies import SLOWEST, STALLED, NoRoomError, Pace, Room


def test_bytes_buy_time_but_never_more_than_a_stall_ahead():
    pace = Pace(100.0)
    assert pace.due == 100 + STALLED
    pace.arrived(SLOWEST, 101.0)
    assert pace.due == 101 + STALLED
    pace.arrived(10_000_000, 102.0)
    assert pace.due == 102 + STALLED


def test_a_byte_now_and_then_does_not_keep_a_body_alive():
    pace, now = Pace(0.0), 0.0
    while now < pace.due:
        now += STALLED / 2
        pace.arrived(1, now)
    assert now <= 2 * STALLED


def test_a_telephone_at_the_edge_of_a_network_has_its_document_taken():
    pace, now = Pace(0.0), 0.0
    for _ in range(600):
        now += 1.0
        assert now < pace.due
        pace.arrived(SLOWEST, now)


def test_no_body_takes_longer_than_a_quarter_of_an_hour_whatever_its_pace():
    pace, now = Pace(0.0), 0.0
    while now < pace.due:
        now += 1.0
        pace.arrived(1_000_000, now)
    assert now == bodies.LONGEST


def test_waiting_for_us_is_not_held_against_the_sender():
    pace = Pace(0.0)
    pace.held_up(60.0)
    assert pace.due == 60 + STALLED


@given(st.lists(st.integers(1, 40), max_size=30), st.randoms(use_true_random=False))
def test_a_room_is_never_overfull_and_whoever_waits_gets_their_turn(sizes, random):
    async def all_of_them() -> None:
        room = Room(30)

        async def one(size: int) -> None:
            taken = await room.take(size)
            assert room.taken <= room.total
            for _ in range(random.randrange(3)):
                await asyncio.sleep(0)
            room.give_back(taken)

        await asyncio.gather(*map(one, sizes))
        assert room.taken == 0

    asyncio.run(all_of_them())


async def test_who_gives_up_waiting_leaves_no_trace():
    room = Room(10)
    await room.take(8)
    with pytest.raises(NoRoomError):
        await room.take(5, patience=0.01)
    waiting = asyncio.create_task(room.take(5))
    await eventually(lambda: bool(room._waiting))
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    room.give_back(8)
    assert await room.take(10, patience=0.01) == 10


async def sent(url: str, head: str, body: bytes = b"") -> tuple[int, bytes]:
    """What a sender is answered who stops in the middle of a request."""
    host, port = url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        writer.write(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)
        await writer.drain()
        async with asyncio.timeout(20):
            answer = await reader.read(65536)
    finally:
        writer.close()
    return int(answer.split()[1]), answer


HOOK = "POST /webhooks/form HTTP/1.1\nHost: test\nContent-Length: 1000000"


async def test_a_sender_who_stalls_is_told_and_cut_off(site, monkeypatch):
    monkeypatch.setattr(bodies, "STALLED", 0.2)
    status, answer = await sent(site, HOOK, b"half of it")
    assert status == 408
    assert b"application/problem+json" in answer
    assert b"connection: close" in answer.lower()


async def test_a_sender_who_finds_no_room_is_told_to_come_again(make_app, monkeypatch):
    monkeypatch.setattr(bodies, "PATIENCE", 0.05)
    app = make_app()
    memory = app.state.rooms.memory
    async with serving(app) as url:
        others = await memory.take(memory.total)
        status, answer = await sent(url, HOOK, b"x")
        assert (status, b"retry-after: 10" in answer.lower()) == (503, True)
        memory.give_back(others)
        assert await eventually(lambda: memory.taken == 0)
        assert (await sent(url, HOOK.replace("1000000", "2"), b"{}"))[0] == 200


async def test_an_upload_takes_up_room_on_disk_until_it_is_answered(office):
    rooms = office._transport.app.state.rooms
    rooms.memory.total = 200_000
    files = {"file": ("a.pdf", b"x" * 1_000_000)}
    token = office.headers["X-CSRF-Token"]
    by_header = await office.post("/awards/upload", data={"count": "1"}, files=files)
    del office.headers["X-CSRF-Token"]
    sent = {"count": "1", "csrf_token": token}
    by_field = await office.post("/awards/upload", data=sent, files=files)
    assert by_header.json() == by_field.json() == {"count": 1, "bytes": 1_000_000}
    assert (rooms.memory.taken, rooms.disk.taken) == (0, 0)


class Fed:
    """A body that arrives piece by piece, and remembers how much of it was asked for."""

    def __init__(self, *pieces: bytes) -> None:
        whole = b"".join(pieces)
        self.pieces = [whole[at : at + 10_000] for at in range(0, len(whole), 10_000)]
        self.asked = 0

    async def __aiter__(self):
        for piece in self.pieces:
            self.asked += len(piece)
            yield piece


def part(name: str, content: bytes, filename: str = "") -> bytes:
    file = f'; filename="{filename}"' if filename else ""
    head = f'--b\r\nContent-Disposition: form-data; name="{name}"{file}\r\n\r\n'
    return head.encode() + content + b"\r\n"


KIND = {"content-type": "multipart/form-data; boundary=b"}
FILE = part("file", b"x" * 500_000, "cv.pdf")


@pytest.fixture
def opened(monkeypatch) -> list[object]:
    """Every temporary file that is made."""
    made: list[object] = []
    real = tempfile.SpooledTemporaryFile

    def remembered(*given, **named):
        made.append(real(*given, **named))
        return made[-1]

    monkeypatch.setattr("starlette.formparsers.SpooledTemporaryFile", remembered)
    return made


async def test_an_upload_of_a_stranger_is_not_read_at_all(client, opened):
    fed = Fed(part("csrf_token", b"0" * 64), FILE, b"--b--\r\n")
    answer = await client.post("/awards/upload", content=fed, headers=KIND)
    assert answer.status_code == 403
    assert (fed.asked, opened) == (0, [])


async def test_a_file_before_the_token_or_without_it_is_not_read(office, opened):
    token = part("csrf_token", office.headers.pop("X-CSRF-Token").encode())
    for pieces in ([FILE, token], [part("csrf_token", b"0" * 64), FILE], [part("a", b"1"), FILE]):
        fed = Fed(*pieces, b"--b--\r\n")
        answer = await office.post("/awards/upload", content=fed, headers=KIND)
        assert answer.status_code == 403
        assert fed.asked <= 20_000
        assert not any(file._rolled for file in opened)
    assert all(file.closed for file in opened)


async def test_text_before_the_token_ends_the_reading(office):
    office.headers.pop("X-CSRF-Token")
    fed = Fed(part("a", b"x" * 5_000), FILE)
    answer = await office.post("/awards/upload", content=fed, headers=KIND)
    assert answer.status_code == 403
    assert fed.asked <= 20_000


async def test_files_are_gone_whatever_became_of_the_form(office, opened):
    token = part("csrf_token", office.headers.pop("X-CSRF-Token").encode())
    answers = {}
    for name, pieces in {
        "taken": [token, part("count", b"1"), FILE],
        "refused": [token, part("refuse", b"1"), FILE],
        "broken": [token, FILE],
    }.items():
        fed = Fed(*pieces, b"--b--\r\n" if name != "broken" else b"")
        answer = await office.post("/awards/upload", content=fed, headers=KIND)
        answers[name] = answer.status_code
    assert answers == {"taken": 200, "refused": 409, "broken": 400}
    assert len(opened) == 3
    assert all(file.closed for file in opened)


async def test_a_form_of_a_stranger_is_short(client):
    answer = await client.post("/awards/sign-in", data={"name": "x" * 20_000})
    assert answer.status_code == 413
