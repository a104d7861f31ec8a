"""One download over real TLS: what it gets, what it refuses, what it tries again."""

import pytest
import pytest_asyncio

from applications.documents.download import (
    Downloader,
    DownloadFailedError,
    TooLargeError,
    resolved,
)
from applications.documents.link_rules import LinkRefusedError, is_public

from .. import papers
from ..file_server import HOST, file_server

FILES = {"/cv.pdf": papers.pdf(), "/a%20b?k=%2F": b"as asked", "/empty": b""}


@pytest_asyncio.fixture
async def server():
    async with file_server(FILES) as here:
        yield here


def link(path):
    return f"https://{HOST}{path}"


async def test_a_file_comes_as_it_is_and_the_host_is_told_no_more_than_it_needs(server):
    data = await server.downloader().fetch(link("/cv.pdf"), [HOST], "the token")
    assert data == FILES["/cv.pdf"]
    again = await server.downloader().fetch(link("/cv.pdf"), [HOST])
    assert again == data
    first, second = server.asked
    assert first["host"] == HOST
    assert first["authorization"] == "bearer the token"
    assert "authorization" not in second
    assert "cookie" not in second


async def test_a_path_is_asked_for_as_it_is_written(server):
    assert await server.downloader().fetch(link("/a%20b?k=%2F"), [HOST]) == b"as asked"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/redirect", "redirects"),
        ("/missing", "answered 404"),
        ("/packed", "compressed"),
    ],
)
async def test_an_answer_that_is_no_file_is_refused(server, path, said):
    with pytest.raises(LinkRefusedError, match=said):
        await server.downloader().fetch(link(path), [HOST], "the token")
    assert len(server.asked) == 1


@pytest.mark.parametrize("path", ["/announced", "/endless"])
async def test_a_file_that_is_too_large_is_given_up_as_soon_as_that_is_known(server, path):
    with pytest.raises(TooLargeError):
        await server.downloader().fetch(link(path), [HOST])


async def test_a_slow_server_is_cut_off(server):
    with pytest.raises(DownloadFailedError, match=r"longer than 0\.5 seconds"):
        await server.downloader(seconds=0.5).fetch(link("/slow"), [HOST])


async def test_a_file_that_is_cut_off_is_tried_again(server):
    with pytest.raises(DownloadFailedError):
        await server.downloader().fetch(link("/short"), [HOST])


async def test_a_server_that_is_busy_is_tried_again(server):
    server.failures["/cv.pdf"] = 1
    with pytest.raises(DownloadFailedError, match="503"):
        await server.downloader().fetch(link("/cv.pdf"), [HOST])


async def test_a_certificate_of_another_name_is_refused():
    async with file_server(FILES, name="other.example.org") as server:
        with pytest.raises(DownloadFailedError, match=r"[Cc]ertificate"):
            await server.downloader().fetch(link("/cv.pdf"), [HOST], "the token")
        assert server.asked == []


async def test_a_certificate_that_nobody_vouches_for_is_refused(server):
    with pytest.raises(DownloadFailedError, match=r"[Cc]ertificate"):
        await server.downloader(trusted=False).fetch(link("/cv.pdf"), [HOST])
    assert server.asked == []


@pytest.mark.parametrize(
    "address", ["127.0.0.1", "10.0.0.7", "169.254.169.254", "::1", "::ffff:127.0.0.1"]
)
async def test_a_name_that_leads_to_a_private_address_is_refused_before_connecting(server, address):
    downloader = server.downloader(address=address, permitted=is_public)
    with pytest.raises(LinkRefusedError, match="not public"):
        await downloader.fetch(link("/cv.pdf"), [HOST])
    assert server.asked == []


async def test_one_private_address_among_public_ones_condemns_the_name():
    async def resolve(_):
        return [("1.1.1.1", 443), ("127.0.0.1", 443)]

    with pytest.raises(LinkRefusedError, match=r"127\.0\.0\.1"):
        await Downloader(resolve).fetch(link("/cv.pdf"), [HOST])


async def test_what_the_machine_s_own_resolver_says_is_judged():
    async def resolve(_):
        return await resolved("localhost")

    with pytest.raises(LinkRefusedError, match="not public"):
        await Downloader(resolve).fetch(link("/cv.pdf"), [HOST])


async def test_a_name_that_nobody_knows_is_tried_again():
    async def resolve(_):
        raise OSError("Name or service not known")

    with pytest.raises(DownloadFailedError, match="not known"):
        await Downloader(resolve).fetch(link("/cv.pdf"), [HOST])
