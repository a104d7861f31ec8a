"""Applicants and Fellows learn nothing of each other: worlds that differ in the others alone."""

from dataclasses import replace

import pytest

from nextstep_local.two_worlds import NOBODY, FurtherValues, Post, assert_alike, told_apart
from nextstep_programme import cohort_path

from ..forms import PDF, person
from ..worlds import NOT_ASKED, splitting

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("form_secret")]

ME = "/applications/me"


@pytest.fixture
def few_places(tmp_path):
    """The packaged cohort with two places, so that others have to wait."""
    text = cohort_path("2024-25").read_text("utf-8")
    for before in ("places: 70", "bursaries: 5"):
        assert before in text
        text = text.replace(before, before.split(":")[0] + ": 2", 1)
    path = tmp_path / "few.yaml"
    path.write_text(text, "utf-8")
    return str(path)


async def accepts(world, held, status):
    """They accept, say the same of leave for every date, and send a file about it."""
    session = world.session("applicant", person_id=held["person_id"])
    cohort = world.app.state.here.cohort
    fields = {f"status-{one.key}": status for one in cohort.sessions if one.on}
    fields |= {f"trust-{one.key}": "Papworth" for one in cohort.sessions if one.on}
    await world.post(session, f"{ME}/accept")
    await world.post(session, f"{ME}/study-leave", **fields)
    file = {"file": (f"{status}.pdf", PDF)}
    await world.post(session, f"{ME}/evidence", files=file, session="general")


async def test_nobody_learns_from_their_own_pages_what_concerns_others(
    mongo_url, mongo_database, other_mongo_database, few_places
):
    async with splitting(mongo_url, (mongo_database, other_mongo_database), few_places) as both:
        fellow, other, waits, behind = [await both.one.take(person(n)) for n in range(1, 5)]
        await accepts(both.one, fellow, "granted")
        worlds = both.split()
        await accepts(both.one, other, "not_possible")
        await both.one.take(person(4, trust="Barts", specialty="Surgery", cct_date="2024-01-01"))
        withdrawing = both.other.session("applicant", person_id=behind["person_id"])
        await both.other.post(withdrawing, f"{ME}/withdraw", reason="Moving abroad.")
        office = both.other.session("office")
        note = f"/applications/application/{other['_id']}/notes"
        await both.other.post(office, note, text="Has not answered yet.")
        asked = FurtherValues(
            values={
                "application_id": [held["_id"] for held in (fellow, other, waits, behind)],
                "key": ["cv"],
                "number": ["1"],
                "kind": ["places"],
                "name": ["native"],
                "cohort_id": ["2024-25"],
            },
            queries={
                "/applications/sign-in": ["next=/applications/me"],
                "/applications/signed-out": ["account=true"],
                "/applications/dead-letters/one": ["key=none"],
                "/asyncapi/try": ["event=none"],
            },
            left_out=NOT_ASKED,
            posts=[
                Post(f"{ME}/documents", files={"cv": ("Mine.pdf", b"nothing to read")}),
                Post(f"{ME}/evidence", {"session": "module-9"}, {"file": ("a.pdf", PDF)}),
                Post(f"{ME}/study-leave", {"status-module-1": "granted"}),
                Post(f"{ME}/study-leave/every-date", {"status-all": "granted"}),
                Post(f"{ME}/accept"),
                Post(f"{ME}/decline", {"reason": "x"}),
            ],
        )
        viewers = [
            both.one.viewer("applicant", "fellow", person_id=fellow["person_id"]),
            both.one.viewer("applicant", person_id=waits["person_id"]),
            both.one.viewer("applicant", person_id="nobody-we-know"),
        ]
        for viewer in viewers:
            await assert_alike(worlds, viewer, asked)
        await assert_alike(worlds, NOBODY, replace(asked, posts=()))
        pages = ["/applications/list", "/applications/ledger", "/applications/study-leave?show=all"]
        assert await told_apart(worlds, both.one.viewer("office"), asked, only=pages) == pages
        for held in (other, behind):
            own = both.one.viewer("applicant", person_id=held["person_id"])
            assert await told_apart(worlds, own, asked, only=[ME]) == [ME]
