"""The register of requests in a real browser: entered, answered, and blank after an erasure."""

import csv

import pytest

from applications.data_protection import erase

from ..forms import person

pytestmark = [pytest.mark.stack, pytest.mark.browser]
REGISTER = "/applications/requests"


async def record(browsing, kind, on, text, **more):
    page = browsing.page
    await page.select_option("select[name=kind]", kind)
    await page.fill("input[name=on]", on)
    await page.fill("textarea[name=text]", text)
    for name, value in more.items():
        await page.select_option(f"select[name={name}]", value)
    await page.click("main button:has-text('Record it')")
    await page.wait_for_load_state()


async def test_a_request_runs_its_course_and_is_blank_after_the_erasure(browsing):
    running, page = browsing.running, browsing.page
    application = await running.take(person(1))
    today = running.clock.now().date()
    day = today.isoformat()
    await browsing.become("office", name="Ola Office")
    await page.goto(f"{browsing.url}{REGISTER}/new")
    await page.click("main button:has-text('Enter it')")
    assert "There is a problem" in await browsing.text()
    await browsing.look("request-refused")
    await page.select_option("select[name=kind]", "erasure")
    await page.fill("input[name=received]", day)
    await page.fill("input[name=name]", "Person Number1")
    await page.fill("input[name=contact]", "person1@example.org")
    await page.fill("input[name=reference]", application["reference"].lower())
    await page.fill("textarea[name=asked]", "Please delete what you have about me.")
    await page.click("main button:has-text('Enter it')")
    assert "DP-0001" in await browsing.text()
    await record(browsing, "identity_asked", day, "")
    assert "Waits for proof of identity" in await browsing.text()
    await record(browsing, "identity_confirmed", day, "")
    assert "Say how they proved who they are" in await browsing.text()
    await record(browsing, "identity_confirmed", day, "Called back on the number in the GMC list")
    assert "Answer by" in await browsing.text()
    await page.click("main button:has-text('Ask every service')")
    await page.wait_for_load_state()
    assert (await browsing.text()).count("has not answered yet; it is asked again") == 3
    await browsing.look("request")
    await browsing.see(REGISTER, "requests")
    await browsing.see("/applications/", "home-with-request")
    assert "1 request about personal data, the next due" in await browsing.text()
    await running.messaging.transact(lambda uow: erase(uow, application["person_id"]))
    [row] = await running.read("data_requests").find({})
    assert "Number1" not in str(row)
    assert "delete what" not in str(row)
    await page.goto(f"{browsing.url}{REGISTER}")
    await page.click("a:has-text('DP-0001')")
    await record(browsing, "closed", day, "By erase-person; all services", outcome="done")
    assert "Done as asked" in await browsing.text()
    await page.goto(f"{browsing.url}{REGISTER}")
    assert "No request is open" in await browsing.text()
    async with running.staff("office") as office:
        table = (await office.get(f"{REGISTER}?format=csv")).text.splitlines()
    cells = next(csv.reader(table[1:2]))
    assert (cells[:2], cells[-1]) == (["DP-0001", "erasure"], "done")


async def test_a_reference_that_no_application_has_is_refused(browsing):
    async with browsing.running.staff("office") as office:
        wrong = {"kind": "access", "name": "Kim", "contact": "kim@example.org", "asked": "All"}
        wrong |= {"received": "2024-06-01", "reference": "NS24-9999"}
        answer = await office.post(REGISTER, data=wrong)
    assert answer.status_code == 422
    assert "No application has this reference" in answer.text
