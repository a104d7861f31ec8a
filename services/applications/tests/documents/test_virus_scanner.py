"""ClamAV over its socket: a real clamd, and a scanner that misbehaves."""

import pytest
from pydantic import ValidationError

from applications.settings import Settings
from nextstep_documents.virus_scanner import PIECE, Scanner, ScannerAwayError, Verdict
from nextstep_local.testing import settings_for

from .. import papers
from ..scanning import fake_clamd


async def test_a_real_clamd_tells_clean_from_infected(clamd):
    scanner = Scanner(clamd)
    assert await scanner.scan(papers.pdf()) == Verdict("clean")
    assert await scanner.scan(b"\0" * (3 * PIECE + 1)) == Verdict("clean")
    found = Verdict("infected", "The virus scanner found Eicar-Test.UNOFFICIAL.")
    assert await scanner.scan(papers.EICAR) == found
    assert await scanner.scan(papers.infected()) == found


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
