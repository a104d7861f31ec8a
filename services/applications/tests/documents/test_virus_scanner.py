"""ClamAV over its socket: a real clamd where the machine has one, and a scanner that misbehaves."""

import asyncio
import shutil
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from pydantic import ValidationError

from applications.documents.virus_scanner import PIECE, Scanner, ScannerAwayError, Verdict
from applications.settings import Settings
from nextstep_local.testing import eventually, settings_for

from .. import papers
from ..scanning import fake_clamd

CLAMD = shutil.which("clamd", path="/usr/sbin:/usr/local/sbin:/usr/bin")
DATABASE = "NextStep.Test.Eicar:0:*:" + papers.EICAR.hex()
"""One signature of our own: no download, and a start in a second."""


@asynccontextmanager
async def clamd(folder):
    """A clamd of the test's own on a socket in `folder`, with one signature."""
    (folder / "db").mkdir(exist_ok=True)
    (folder / "db" / "test.ndb").write_text(DATABASE + "\n")
    path = folder / "clamd.sock"
    (folder / "clamd.conf").write_text(
        f"DatabaseDirectory {folder}/db\nLocalSocket {path}\nForeground yes\nUser root\n"
        "OfficialDatabaseOnly no\nStreamMaxLength 20M\n"
    )
    process = await asyncio.create_subprocess_exec(
        CLAMD,
        f"--config-file={folder}/clamd.conf",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await eventually(path.exists, timeout=30)
        yield f"unix://{path}"
    finally:
        process.kill()
        await process.wait()


@pytest_asyncio.fixture
async def real_scanner(tmp_path):
    if CLAMD is None:
        pytest.skip("needs clamd (Debian: clamav-daemon)")
    async with clamd(tmp_path) as address:
        yield Scanner(address)


async def test_a_real_clamd_tells_clean_from_infected(real_scanner):
    assert await real_scanner.scan(papers.pdf()) == Verdict("clean")
    assert await real_scanner.scan(b"\0" * (3 * PIECE + 1)) == Verdict("clean")
    infected = await real_scanner.scan(papers.pdf() + papers.EICAR)
    assert infected.scan == "infected"
    assert "NextStep.Test.Eicar" in infected.note


async def test_over_tcp_the_whole_file_is_sent_in_pieces():
    data = bytes(range(256)) * 1000
    async with fake_clamd() as fake:
        assert await Scanner(fake.address).scan(data) == Verdict("clean")
        assert fake.received == data


@pytest.mark.parametrize(
    ("answer", "verdict"),
    [
        (b"stream: Win.Test FOUND\0", Verdict("infected", "The virus scanner found Win.Test.")),
        (
            b"INSTREAM size limit exceeded. ERROR\0",
            Verdict(
                "unscanned",
                "The virus scanner could not look at it: INSTREAM size limit exceeded. ERROR",
            ),
        ),
    ],
)
async def test_the_scanner_s_answer_is_understood(answer, verdict):
    async with fake_clamd() as fake:
        fake.answer = answer
        assert await Scanner(fake.address).scan(b"data") == verdict


@pytest.mark.parametrize("answer", [b"", b"stream: OKAY\0", b"HTTP/1.1 400 Bad Request\r\n"])
async def test_an_answer_that_is_none_is_never_taken_for_clean(answer):
    async with fake_clamd() as fake:
        fake.answer = answer
        scanner = Scanner(fake.address)
        with pytest.raises(ScannerAwayError):
            await scanner.ask(b"data")
        assert (await scanner.scan(b"data")).scan == "unscanned"


async def test_a_scanner_that_is_away_leaves_files_unscanned_and_is_not_waited_for_again():
    async with fake_clamd() as fake:
        address = fake.address
    scanner = Scanner(address)
    first = await scanner.scan(b"data")
    assert first.scan == "unscanned"
    assert "does not answer" in first.note
    assert await scanner.scan(b"data") == Verdict("unscanned")


async def test_without_an_address_nothing_is_scanned():
    assert await Scanner(None).scan(papers.EICAR) == Verdict("unscanned")


@pytest.mark.parametrize(
    "address", ["clamd:3310", "tcp://clamd", "http://clamd:3310", "unix://x y"]
)
def test_an_address_that_is_none_is_refused_at_the_start(address):
    urls = {"amqp_url": "amqp://nowhere.invalid", "mongo_url": "mongodb://nowhere.invalid"}
    with pytest.raises(ValidationError, match="clamav"):
        Settings(**settings_for("applications", **urls), clamav=address)
