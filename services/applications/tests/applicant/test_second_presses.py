"""The same act a second time is answered with what is so, and does nothing."""

import asyncio

import pytest

from ..forms import PDF, file, person

pytestmark = pytest.mark.stack
ME = "/applications/me"


async def said_twice(client, path, **sent):
    """What their own page says after the second of two presses."""
    answers = [await client.post(f"{ME}/{path}", **sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    return (await client.get(ME)).text


async def test_what_is_done_twice_is_told_as_it_is(running):
    accepts, declines, leaves = [await running.take(person(number)) for number in (1, 2, 3)]
    async with running.applicant(accepts["person_id"]) as applicant:
        both = await asyncio.gather(*(applicant.post(f"{ME}/accept") for _ in range(2)))
        assert {answer.status_code for answer in both} == {303}
        assert {answer.headers["location"] for answer in both} == {ME, f"{ME}/study-leave"}
        again = await applicant.get(f"{ME}/accept")
        assert (again.status_code, again.headers["location"]) == (303, ME)
        assert "You have accepted the place already." in (await applicant.get(ME)).text
        refused = await applicant.post(f"{ME}/decline", data={"reason": ""})
        assert refused.status_code == 409
        assert "You have accepted a place. What you wanted to do is not possible" in refused.text
    async with running.applicant(declines["person_id"]) as applicant:
        said = await said_twice(applicant, "decline", data={"reason": "I rotate."})
        assert "You have declined the place already." in said
    async with running.applicant(leaves["person_id"]) as applicant:
        said = await said_twice(applicant, "withdraw", data={"reason": "I move."})
        assert "Your application was withdrawn already." in said
    happened = [line["kind"] for line in await running.read("history").find({})]
    once = ("accepted", "declined", "withdrawn")
    assert [happened.count(kind) for kind in once] == [1, 1, 1]


async def test_documents_sent_twice_are_had_already(running):
    application = await running.take(person(4, documents={"cv": file(), "statement_1": file()}))
    sent = {"statement_2": ("mine.pdf", PDF)}
    async with running.applicant(application["person_id"]) as applicant:
        assert "We have these documents already." in await said_twice(
            applicant, "documents", files=sent
        )
        other = {"statement_2": ("another.pdf", PDF)}
        assert (await applicant.post(f"{ME}/documents", files=other)).status_code == 409
        corrected = {"statement_2": ("mine.pdf", PDF.replace(b"%PDF-1.4", b"%PDF-1.5"))}
        assert (await applicant.post(f"{ME}/documents", files=corrected)).status_code == 409
