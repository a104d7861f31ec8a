"""Asking again for documents: only while some are missing."""

import pytest
import pytest_asyncio

from applications.admissions.deciding import ask_for_documents
from nextstep_contracts import Refused

from ..admitting import OFFICE, admitting, published, submitted
from ..builders import cohort

pytestmark = pytest.mark.stack


@pytest_asyncio.fixture
async def here(mongo_url, mongo_database):
    async with admitting(mongo_url, mongo_database, cohort()) as found:
        yield found


async def test_the_applicant_is_told_again_what_is_missing(here):
    await here.take(submitted(1, papers=("cv",), unusable=("statement_1",)))
    (application,) = await here.applications()
    await here.do(OFFICE, application.id, ask_for_documents, "Two weeks have passed.")
    assert await published(here) == ["ApplicationSubmitted", "DocumentsRequested"]
    (line,) = await here.messaging.db.read("history").find({"what": "Documents asked for again"})
    assert (line["who"], line["why"]) == ("Ola Office", "Two weeks have passed.")
    (entry,) = await here.messaging.db.read("_audit").find({})
    assert entry["action"] == "ask-for-documents"


async def test_nobody_is_asked_for_what_is_there(here):
    await here.take(submitted(1))
    (application,) = await here.applications()
    with pytest.raises(Refused, match="does not wait for documents"):
        await here.do(OFFICE, application.id, ask_for_documents, "Why not.")
    assert await published(here) == ["ApplicationSubmitted", "PlaceOffered"]
