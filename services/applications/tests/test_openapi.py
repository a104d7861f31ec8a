"""The description of the interface is true: a fuzzer that reads it finds nothing."""

import asyncio
import sys

import pytest
import pytest_asyncio

from nextstep_local.testing import serving
from nextstep_web.testing import signed_in

from .forms import person

pytestmark = pytest.mark.stack

SECONDS = 300  # a wait that never ends; a busy machine takes one or two minutes


@pytest_asyncio.fixture
async def served(running):
    """The service on a port, with an application and something in quarantine."""
    await running.take(person(1))
    unreadable = await running.post(b"not json")
    await running.processed(unreadable.json()["receipt_id"])
    async with serving(running.app) as url:
        yield url


async def fuzz(url, folder, *options):
    """Run schemathesis in a folder for what it leaves behind: its exit status, what it printed."""
    words = [sys.executable, "-m", "schemathesis.cli", "run", f"{url}/openapi.json"]
    # Not what is accepted: a stranger is sent to sign in whatever else is wrong with a request, a
    # query string cannot tell a list of one from a text, the fields of the pages' forms are not
    # described, and a form product sends one of the types of all products.
    words += ["--exclude-checks", "negative_data_rejection,positive_data_acceptance"]
    words += ["--no-color", "--generation-database", "none", "--seed", "2024", "--no-shrink"]
    process = await asyncio.create_subprocess_exec(
        *words,
        *options,
        cwd=folder,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    async with asyncio.timeout(SECONDS):
        printed, _ = await process.communicate()
    return process.returncode, printed.decode()


async def test_a_stranger_finds_no_fault(served, tmp_path):
    # pages send strangers to sign in: one of them shows it
    routes = ("--include-path-regex", "^/(webhooks|healthz|readyz|metrics|applications/list)")
    code, printed = await fuzz(served, tmp_path, "--max-examples", "20", *routes)
    assert code == 0, printed


async def test_the_office_finds_no_fault(served, running, tmp_path):
    session = signed_in(running.settings, "office", "applicant", name="Ola Office")
    headers = dict(session.headers)
    headers["Cookie"] = "; ".join(f"{k}={v}" for k, v in session.cookies.items())
    given = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    code, printed = await fuzz(served, tmp_path, "--max-examples", "4", *given)
    assert code == 0, printed
