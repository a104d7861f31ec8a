"""The list of employers in the database: begun once, changed by two at a time, told to others."""

import asyncio
import json

import pytest

from applications.data_protection import erase
from applications.employers.employer_list import EmployerDetails
from applications.employers.keeping import (
    add_employer,
    begin_list,
    change_employer,
    merge_employers,
    say_list_again,
    say_who_is_meant,
)
from applications.employers.store import everything_written, load_employers
from applications.employers.waiting_spellings import by_employer
from nextstep_contracts import AlreadySo, Refused

from ..admitting import OFFICE, admitting, published, submitted
from ..builders import cohort

pytestmark = pytest.mark.stack
CUH, NNUH = "cambridge-university-hospitals", "norfolk-and-norwich"


@pytest.fixture
async def here(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort()) as opened:
        await opened.act(None, begin_list)
        yield opened


async def the_list(here):
    return await load_employers(here.messaging.db.read)


async def where(here):
    """Which employer each applicant is at, by the office's list."""
    written = await everything_written(here.messaging.db.read, here.cohort)
    found = by_employer(await the_list(here), written)
    return {one.name: key for key, people in found.items() for one in people}


async def said(here):
    rows = await here.messaging.db.read("_outbox").find({}, sort=[("position", 1)])
    return [json.loads(row["body"]) for row in rows if ".EmployersChanged." in row["type"]]


async def test_the_list_begins_with_the_file_and_is_said_once_however_often_the_service_starts(
    here,
):
    await asyncio.gather(*(here.act(None, begin_list) for _ in range(3)))
    (only,) = await said(here)
    assert only["revision"] == 1
    assert len(only["employers"]) == len(here.cohort.employers)


async def test_whoever_applies_while_two_employers_are_merged_is_at_the_one_that_is_left(here):
    await here.take(submitted(1, trust="NNUH"))
    await asyncio.gather(
        here.take(submitted(2, trust="N&N")),
        here.act(OFFICE, lambda act: merge_employers(act, NNUH, CUH)),
        here.take(submitted(3, trust="Norfolk and Norwich")),
    )
    await here.take(submitted(4, trust="Addenbrooke's"))
    assert await where(here) == {f"Person Number{n}": CUH for n in range(1, 5)}
    written = {one.answers.trust for one in await here.applications()}
    assert written == {"NNUH", "N&N", "Norfolk and Norwich", "Addenbrooke's"}


async def test_two_people_who_merge_in_opposite_directions_at_once_make_no_circle(here):
    done = await asyncio.gather(
        here.act(OFFICE, lambda act: merge_employers(act, NNUH, CUH)),
        here.act(OFFICE, lambda act: merge_employers(act, CUH, NNUH)),
        return_exceptions=True,
    )
    assert sorted(type(one).__name__ for one in done) == ["NoneType", "Refused"]
    known = await the_list(here)
    assert known.meant_by("NNUH") == known.meant_by("CUH")


async def test_the_same_click_of_two_people_is_one_and_says_so(here):
    async def click():
        await here.act(OFFICE, lambda act: say_who_is_meant(act, NNUH, "Norwich Hospital"))

    done = await asyncio.gather(click(), click(), return_exceptions=True)
    assert sorted(type(one).__name__ for one in done) == ["AlreadySo", "NoneType"]
    assert [one["revision"] for one in await said(here)] == [1, 2]


async def test_whom_the_office_writes_to_is_told_to_nobody_and_the_same_details_are_no_change(here):
    known = (await the_list(here)).entry(NNUH)
    details = EmployerDetails(**known.model_dump(include=set(EmployerDetails.model_fields)))
    with pytest.raises(AlreadySo):
        await here.act(OFFICE, lambda act: change_employer(act, NNUH, details))
    written_to = details.model_copy(update={"leave_contact": "rota@example.org"})
    await here.act(OFFICE, lambda act: change_employer(act, NNUH, written_to))
    assert (await the_list(here)).entry(NNUH).leave_contact == "rota@example.org"
    assert await published(here) == ["EmployersChanged"]


async def test_after_a_restore_the_list_is_said_by_a_revision_that_nobody_has_heard(here):
    before = await here.messaging.db.read("employers").get("list")
    for words in ("A ward", "Another ward"):
        await here.act(OFFICE, lambda act, words=words: say_who_is_meant(act, NNUH, words))
    heard = (await said(here))[-1]["revision"]
    await here.messaging.db.write("employers").update({"_id": "list"}, {"$set": before})
    await here.messaging.transact(say_list_again)
    last = (await said(here))[-1]
    assert last["revision"] > heard
    assert "Another ward" not in str(last)
    await here.act(OFFICE, lambda act: say_who_is_meant(act, NNUH, "A third ward"))
    assert (await said(here))[-1]["revision"] == last["revision"] + 1


async def test_a_refused_change_leaves_nothing_behind(here):
    twice = EmployerDetails(name="Addenbrookes", kind="trust")
    with pytest.raises(Refused):
        await here.act(OFFICE, lambda act: add_employer(act, twice))
    assert len((await the_list(here)).entries) == len(here.cohort.employers)
    assert await published(here) == ["EmployersChanged"]


async def test_an_erasure_takes_the_persons_spelling_from_the_list_unless_others_wrote_it(here):
    await here.take(submitted(1, trust="Zebulon ward, Norwich"))
    await here.take(submitted(2, trust="A shared ward"))
    await here.take(submitted(3, trust="a shared WARD"))
    for words in ("Zebulon ward, Norwich", "A shared ward"):
        await here.act(OFFICE, lambda act, words=words: say_who_is_meant(act, NNUH, words))
    for one in (await here.applications())[:2]:
        await here.messaging.transact(lambda uow, one=one: erase(uow, one.person_id))
    assert "Zebulon" not in str(await the_list(here))
    assert "Zebulon" not in str((await said(here))[-1])
    assert await where(here) == {"Person Number3": NNUH}


async def test_an_erasure_takes_the_person_out_of_contacts_and_leaves_employers_of_that_name(here):
    james = {"name": "James Paget", "trust": "CUH"}
    await here.take(submitted(1, **james))
    known = (await the_list(here)).entry("james-paget")
    details = EmployerDetails(**known.model_dump(include=set(EmployerDetails.model_fields)))
    named = details.model_copy(update={"leave_contact": "Ask James Paget or rota@example.org"})
    await here.act(OFFICE, lambda act: change_employer(act, "james-paget", named))
    (one,) = await here.applications()
    await here.messaging.transact(lambda uow: erase(uow, one.person_id))
    after = (await the_list(here)).entry("james-paget")
    assert "James Paget" not in after.leave_contact
    assert "rota@example.org" in after.leave_contact
    assert (after.name, after.spellings) == (known.name, known.spellings)
