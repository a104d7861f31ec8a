"""Posters that came while the virus scanner was away are scanned once it is back."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from awards.fellows.act import Awards
from awards.projects.attaching_a_poster import (
    DELETE_POSTER,
    attach_poster,
    keep_poster,
    poster_data,
)
from awards.projects.poster import Poster
from awards.projects.project import Project
from awards.projects.scanning_posters import record_scan, scan_unscanned
from awards.projects.store import load_project
from awards.projects.submitting import submit
from awards.projects.taking_out_of_judging import remove
from nextstep_contracts import PosterRemoved, Refused
from nextstep_documents.virus_scanner import Scanner, Verdict
from nextstep_local.clamd import Clamd
from nextstep_messaging import Lease
from nextstep_messaging.testing import fire_due

from ..builders import PDF, accepted
from ..service import Service

pytestmark = pytest.mark.stack
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
INFECTED = Verdict("infected", "The virus scanner found Eicar.")


@pytest.fixture
def scanner(tmp_path: Path) -> Iterator[Clamd]:
    """A virus scanner that is not started yet."""
    made = Clamd(tmp_path / "clamd")
    yield made
    made.stop()


@asynccontextmanager
async def scanning(here: Awards) -> AsyncIterator[Lease]:
    lease = Lease(here.messaging.db, "scanning")
    try:
        yield lease
    finally:
        await lease.release()


async def with_poster(service: Service, fellow: str, data: bytes) -> Project:
    """A project whose poster nobody has scanned."""
    await service.hear(accepted(fellow))
    project = await service.registered(fellow, title=f"Project of {fellow}")
    if data == PDF:
        poster = await keep_poster(service.here, project.id, "poster.pdf", data, fellow)
    else:
        poster = Poster(file_id=f"{project.id}:later", name="my poster.pdf", size=len(data))
        await service.messaging.db.files.put(poster.file_id, poster.name, data)
    return await service.act(lambda act: attach_poster(act, project, poster))


async def project_of(service: Service, before: Project) -> Project:
    return await load_project(service.here.read, before.id)


@pytest.mark.scanner
async def test_a_scanner_that_comes_back_looks_at_what_came_meanwhile(
    service: Service, scanner: Clamd
):
    here = replace(service.here, scanner=Scanner(scanner.address))
    clean = await with_poster(service, "f1", PDF)
    bad = await with_poster(service, "f2", EICAR)
    async with scanning(here) as lease:
        assert await scan_unscanned(here, lease) == 0
        scanner.start()
        assert await scan_unscanned(here, lease) == 2
        assert await scan_unscanned(here, lease) == 0
        scanner.stop()
        later = await with_poster(service, "f3", PDF)
        assert await scan_unscanned(here, lease) == 0
        scanner.start()
        assert await scan_unscanned(here, lease) == 1
    for one in (clean, later):
        found = await project_of(service, one)
        assert found.poster is not None
        assert found.poster.scan == "clean"
    removed = await project_of(service, bad)
    assert removed.poster is None
    assert removed.refused_poster is not None
    assert "Eicar-Test" in removed.refused_poster.note


async def test_an_infected_poster_is_gone_and_authors_and_office_are_told_once(service: Service):
    project = await with_poster(service, "f1", EICAR)
    project = await service.act(lambda act: submit(act, project))
    file_id = project.poster.file_id
    for _ in range(2):
        await service.act(lambda act: record_scan(act, project.id, file_id, INFECTED))
    (said,) = await service.said(PosterRemoved)
    assert ([one.person_id for one in said.authors], said.submitted) == (["f1"], True)
    (timer,) = await service.messaging.db.read("_timers").find({"kind": DELETE_POSTER})
    assert timer["data"] == {"file_id": file_id}
    async with service.client("fellow", person_id="f1") as fellow:
        page = await fellow.get("/awards/me")
        assert "A virus was found in your poster “my poster.pdf”" in page.text
        assert "Ask the programme office" in page.text
        assert (await fellow.get("/awards/me/poster")).status_code == 404
    async with service.client("office") as office:
        assert "A virus was found in the poster of" in (await office.get("/awards/")).text
        page = await office.get(f"/awards/projects/{project.id}")
        assert "The virus scanner found Eicar." in page.text
        assert (await office.get(f"/awards/projects/{project.id}/poster")).status_code == 404


async def test_a_verdict_on_a_poster_that_was_replaced_meanwhile_changes_nothing(service: Service):
    project = await with_poster(service, "f1", EICAR)
    old = project.poster.file_id
    poster = await keep_poster(service.here, project.id, "better.pdf", PDF, "f1")
    replaced = await service.act(lambda act: attach_poster(act, project, poster))
    await service.act(lambda act: record_scan(act, project.id, old, INFECTED))
    assert await project_of(service, project) == replaced
    assert await service.said(PosterRemoved) == []


async def test_a_poster_that_is_back_before_its_file_was_deleted_keeps_a_file(service: Service):
    project = await with_poster(service, "f1", PDF)
    assert project.poster is not None
    first = project.poster.file_id
    again = await keep_poster(service.here, project.id, "poster.pdf", PDF, "f1")
    assert again.file_id == first  # a second press is not a second file
    other = await keep_poster(service.here, project.id, "poster.pdf", PDF + b"\n", "f1")
    project = await service.act(lambda act: attach_poster(act, project, other))
    back = await keep_poster(service.here, project.id, "poster.pdf", PDF, "f1")
    await fire_due(service.messaging)  # the first one goes while the third is still looked at
    assert await service.messaging.db.files.get(first) is None
    with pytest.raises(Refused, match="just replaced"):
        await service.act(lambda act: attach_poster(act, project, again))
    project = await service.act(lambda act: attach_poster(act, project, back))
    await fire_due(service.messaging)
    assert await poster_data(service.here, project) == PDF


async def test_another_poster_takes_the_place_of_one_that_was_removed(service: Service):
    project = await with_poster(service, "f1", EICAR)
    file_id = project.poster.file_id
    await service.act(lambda act: record_scan(act, project.id, file_id, INFECTED))
    removed = await project_of(service, project)
    poster = await keep_poster(service.here, project.id, "better.pdf", PDF, "f1")
    after = await service.act(lambda act: attach_poster(act, removed, poster))
    assert (after.poster, after.refused_poster) == (poster, None)


async def test_the_office_settles_a_removed_poster_of_which_no_other_comes(service: Service):
    project = await with_poster(service, "f1", EICAR)
    other = await with_poster(service, "f2", EICAR)
    for one in (project, other):
        file_id = one.poster.file_id
        await service.act(lambda act, p=one, f=file_id: record_scan(act, p.id, f, INFECTED))
    found = "A virus was found in the poster of"
    async with service.client("office") as office:
        assert (await office.get("/awards/")).text.count(found) == 2
        settle = f"/awards/projects/{project.id}/poster-settled"
        assert (await office.post(settle, data={"reason": " "})).status_code == 409
        for _ in range(2):
            answer = await office.post(settle, data={"reason": "She has no other"})
            assert answer.status_code == 200
        page = await office.get(f"/awards/projects/{project.id}")
        assert "The virus scanner found Eicar." in page.text  # what happened stays
        assert "Nothing more is to be done" not in page.text
        home = (await office.get("/awards/")).text
        assert (home.count(found), project.title in home, other.title in home) == (1, False, True)
    removed = await project_of(service, other)
    await service.act(lambda act: remove(act, removed, "Withdrawn"))
    async with service.client("office") as office:
        assert found not in (await office.get("/awards/")).text
