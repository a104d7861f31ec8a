"""An archive holds what reviewers and judges are kept from: they answer no request meanwhile."""

import pytest

from nextstep_contracts import PersonErased, RecusalChanged
from nextstep_messaging.testing import hear
from nextstep_web.kept_conflicts import HEARD

from ..forms import person
from ..reviewed_cohort import reviewed_cohort
from ..worlds import still

pytestmark = [pytest.mark.stack, pytest.mark.usefixtures("form_secret")]
ADA = "ada.office@example.org"
SELECTION, REQUESTS = "/applications/selection", "/applications/requests"


async def test_a_reviewer_of_the_office_answers_requests_once_all_their_sheets_are_locked(
    mongo_url, mongo_database, tmp_path
):
    world = still(mongo_url, reviewed_cohort(tmp_path, 70), mongo_database)
    async with world.messaging.opened():
        application = await world.take(person(1))
        office = world.session("office")
        await world.post(office, f"{SELECTION}/reviewers", email=ADA, name="Ada", trust="")
        about = f"{SELECTION}/application/{application['_id']}"
        await world.post(office, f"{about}/assign", reviewer=ADA)
        entry = {"kind": "access", "name": "Rosa", "contact": "r@example.org", "asked": "A copy"}
        entry |= {"received": "2024-08-01", "reference": application["reference"]}
        made = (await world.post(office, REQUESTS, **entry)).headers["location"]
        ada = world.session("office", subject=ADA)
        async with world.browser(ada) as browser:
            for answer in (
                await browser.get(REQUESTS),
                await browser.get(made),
                await browser.post(f"{made}/archive"),
            ):
                assert answer.status_code == 403
                assert "have not locked all your sheets" in answer.text
        points = {"points-motivation": "3", "points-potential": "3"}
        review = f"/applications/reviews/{application['_id']}"
        await world.post(ada, review, **points, comment="", do="lock")
        async with world.browser(ada) as browser:
            assert (await browser.post(f"{made}/archive")).status_code == 200


async def test_a_panellist_of_the_office_who_must_not_judge_somebody_answers_no_requests(
    mongo_url, mongo_database
):
    world = still(mongo_url, "2024-25", mongo_database)
    async with world.messaging.opened():

        async def recused(revision: int, *, closed: bool) -> None:
            about = {"viewer": ADA, "viewer_id": "judge-1", "person_id": "fellow-1"}
            how = {"revision": revision, "closed": closed, "since": world.clock.now()}
            event = RecusalChanged(**about, **how, reason="personal")
            await hear(world.messaging, event, event, sender="awards")

        async def seen() -> list[int]:
            async with world.browser(world.session("office", subject=ADA)) as ada:
                pages = (REQUESTS, f"{REQUESTS}/new", "/applications/ledger")
                return [(await ada.get(page)).status_code for page in pages]

        await recused(2, closed=True)
        await recused(1, closed=False)
        assert await seen() == [403, 403, 200]
        await recused(3, closed=False)
        assert await seen() == [200, 200, 200]
        erased = PersonErased(person_id="judge-1", erased_at=world.clock.now())
        await hear(world.messaging, erased, sender="awards")
        assert await world.read(HEARD).find({}) == []
