"""The public page and its JSON, as the services of others and their readers see them."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from nextstep_programme import cohort_path

from ...forms import person

pytestmark = pytest.mark.stack
PAGE, DATA = "/apply/2024-25", "/apply/2024-25.json"
DEADLINE = datetime(2024, 9, 9, 22, 59, tzinfo=UTC)
FORM = "https://forms.example.org/next-step"


@pytest.fixture
def legal_pages():
    """Whether they lie beside the cohort's file."""
    return True


@pytest.fixture
def cohort_setting(tmp_path, legal_pages):
    """One place, a waiting list of one, and a form."""
    packaged = cohort_path("2024-25")
    text = packaged.read_text("utf-8")
    for before, after in (
        ("places: 70", f"places: 1\nform_url: {FORM}"),
        ("bursaries: 5", "bursaries: 1"),
        ("  offer_days: 7", "  waiting_list_limit: 1\n  offer_days: 7"),
    ):
        assert before in text
        text = text.replace(before, after, 1)
    if legal_pages:
        (tmp_path / "2024-25").symlink_to(packaged.parent / "2024-25")
    (tmp_path / "cohort.yaml").write_text(text, "utf-8")
    return str(tmp_path / "cohort.yaml")


async def state(running):
    return (await running.http.get(DATA)).json()["state"]


async def test_it_follows_the_places(running):
    found = []
    for number in range(1, 5):
        found.append(await state(running))
        await running.take(person(number))
    assert [*found, await state(running)] == ["open", "waiting_list", "closed", "closed", "closed"]


async def test_the_page_says_who_can_join_by_when_and_where_the_form_is(running):
    page = await running.http.get(PAGE)
    assert page.status_code == 200
    for words in (
        "Applications are open, and there are places left",
        "Monday 9 September 2024",
        "primary care, secondary care, dentistry and mental health",
        f'href="{FORM}"',
        "Module 1: The Healthcare Context",
        "Time to be confirmed",
        "/applications/about/privacy-applicants",
    ):
        assert words in page.text, words


async def test_the_data_is_for_other_web_pages(running):
    answer = await running.http.get(DATA, headers={"origin": "https://www.kcl.ac.uk"})
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cross-origin-resource-policy"] == "cross-origin"
    assert answer.headers["content-type"] == "application/json"
    data = answer.json()
    assert (data["state"], data["places_left"], data["form"]) == ("open", True, FORM)
    assert (data["opens"], data["deadline"]) == (
        "2024-06-03T00:00:00+01:00",
        "2024-09-09T23:59:00+01:00",
    )
    assert data["privacy_notice"].endswith("/applications/about/privacy-applicants")
    assert data["page"].endswith(PAGE)
    assert data["dates"][0] == {
        "title": "Masterclass 1: The Quality Improvement Project",
        "kind": "masterclass",
        "on": "2024-09-11",
        "starts": "17:00",
        "ends": "19:00",
        "venue": "Online",
    }


@pytest.mark.parametrize("address", [PAGE, DATA])
async def test_caches_may_keep_it_and_ask_whether_it_is_the_same(running, address):
    first = await running.http.get(address)
    assert first.headers["cache-control"] == "public, max-age=30"
    assert "set-cookie" not in first.headers
    tag = first.headers["etag"]
    for asked in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        same = await running.http.get(address, headers={"if-none-match": asked})
        assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    await running.take(person(1))
    other = await running.http.get(address, headers={"if-none-match": tag})
    assert (other.status_code, other.headers["etag"] != tag) == (200, True)


@pytest.mark.parametrize("address", [PAGE, DATA])
async def test_nothing_is_kept_beyond_a_moment_at_which_it_changes(running, address):
    for before, kept in ((31, 30), (12, 13), (0, 1)):
        running.clock.set(DEADLINE - timedelta(seconds=before))
        answer = await running.http.get(address)
        assert answer.headers["cache-control"] == f"public, max-age={kept}"
    running.clock.set(DEADLINE + timedelta(seconds=1))
    answer = await running.http.get(address)
    assert answer.headers["cache-control"] == "public, max-age=30"
    assert await state(running) == "closed"


async def test_whoever_is_signed_in_sees_what_everybody_sees_and_gets_no_cookie(running):
    anybody = await running.http.get(PAGE)
    for somebody in (running.staff(), running.applicant("p1")):
        async with somebody as browser:
            answer = await browser.get(PAGE)
            assert answer.text == anybody.text
            assert "set-cookie" not in answer.headers


async def test_another_year_is_a_clear_404(running):
    page = await running.http.get("/apply/2031-32", headers={"accept": "text/html"})
    assert page.status_code == 404
    assert "There is no programme of that year here." in page.text
    assert "set-cookie" not in page.headers
    assert page.headers["cache-control"] == "no-store"
    data = await running.http.get("/apply/2031-32.json")
    assert (data.status_code, data.headers["content-type"]) == (404, "application/problem+json")


async def test_without_a_year_it_leads_to_the_one_there_is(running):
    answer = await running.http.get("/apply")
    assert (answer.status_code, answer.headers["location"]) == (303, PAGE)


async def test_the_office_closes_early_once_all_is_taken_and_opens_again(running):
    async with running.staff() as office:
        early = await office.post("/applications/ledger/change/close", data={"reason": "Full."})
        assert (early.status_code, "Not all places are taken" in early.text) == (422, True)
        await running.take(person(1))
        done = await office.post("/applications/ledger/change/close", data={"reason": "Full."})
        assert done.status_code == 303
        assert await state(running) == "closed"
        assert "All places have been taken." in (await running.http.get(PAGE)).text
        assert FORM not in (await running.http.get(PAGE)).text
        ledger = (await office.get("/applications/ledger")).text
        assert "Applications were closed early" in ledger
        assert "The ledger agrees with its history" in ledger
        await office.post("/applications/ledger/change/reopen", data={"reason": "A place more."})
        assert await state(running) == "waiting_list"
        ledger = (await office.get("/applications/ledger")).text
        assert "The ledger agrees with its history" in ledger


@pytest.mark.parametrize("legal_pages", [False])
async def test_a_year_whose_legal_pages_are_missing_does_not_open(running):
    data = (await running.http.get(DATA)).json()
    assert (data["state"], data["form"], data["privacy_notice"]) == ("not_open", None, None)
    assert data["explanation"] == "We say here when they open."
    async with running.staff() as office:
        home = (await office.get("/applications/")).text
    assert "The public page</a> says: Applications are not open yet." in home
    assert "the page about cookies is missing on Monday 3 June 2024" in home
    application = await running.take(person(1))  # what comes all the same is never lost
    assert application["state"] == "offered"


async def test_three_hundred_who_look_at_once_while_places_go_all_see_what_is_true(running):
    async def looked():
        answer = await running.http.get(DATA)
        assert answer.status_code == 200
        return answer.json()["state"]

    looks = [asyncio.create_task(looked()) for _ in range(300)]
    await asyncio.gather(*(running.take(person(number)) for number in range(1, 4)))
    seen = await asyncio.gather(*looks)
    assert set(seen) <= {"open", "waiting_list", "closed"}
    assert await state(running) == "closed"


@pytest.mark.browser
async def test_it_looks_right_on_a_desk_and_a_phone_in_every_state(browsing):
    running = browsing.running  # each look has a query of its own: the browser keeps the page, too
    running.clock.set(datetime(2024, 6, 1, 9, tzinfo=UTC))
    await browsing.see(PAGE, "apply-not-open")
    running.clock.set(datetime(2024, 8, 1, 9, tzinfo=UTC))
    await browsing.see(f"{PAGE}?open", "apply-open")
    await running.take(person(1))
    await browsing.see(f"{PAGE}?list", "apply-waiting-list")
    assert "You can apply for the waiting list" in await browsing.text()
    running.clock.set(DEADLINE + timedelta(seconds=1))
    await browsing.see(f"{PAGE}?closed", "apply-closed")
    await browsing.page.click("footer >> text=Privacy notice")
    await browsing.page.click("main >> text=Privacy notice for applicants")
    await browsing.look("privacy-applicants")
    assert "Who is responsible for your data" in await browsing.text()
    for name in ("Accessibility statement", "Cookies", "Contact"):
        await browsing.page.click(f"footer >> text={name}")
        await browsing.look(f"about-{name.split()[0].lower()}")
    assert await browsing.page.context.cookies() == []
