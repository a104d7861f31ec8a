"""The office keeps its list of employers, in a real browser."""

import pytest

from nextstep_local.testing import eventually

from ..forms import person

pytestmark = [pytest.mark.stack, pytest.mark.browser]
EMPLOYERS = "/applications/employers"
NNUH = "Norfolk and Norwich University Hospitals NHS Foundation Trust"
LONG = "The Practice of " + "Llanfair" * 20


async def click(browsing, text):
    await browsing.page.click(f"main button:has-text('{text}')")
    await browsing.page.wait_for_load_state()


async def in_the_list(browsing, words):
    """What the office's list of applications has for these words."""
    await browsing.page.goto(f"{browsing.url}/applications/list?q={words}")
    return await browsing.text()


async def test_three_spellings_are_one_employer_and_a_practice_is_added_by_one_click(browsing):
    running, page = browsing.running, browsing.page

    async def begun():
        return await running.read("employers").get("list")

    await eventually(begun)
    wrote = ("N&N", "NNUH", "Norfolk + Norwich Univ Hosp", "Riverside Surgery, Ely", LONG)
    for number, text in enumerate(wrote, start=1):
        given = {"trust": text}
        if number > 3:
            given |= {"discipline": "primary care", "specialty": "General practice"}
        await running.take(person(number, **given))
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/", "home-with-employers")
    assert "3 employers that are not on the list yet" in await browsing.text()
    await browsing.see(f"{EMPLOYERS}/waiting", "employers-waiting")
    await page.click(f"main button:has-text('It is {NNUH}')")
    await page.wait_for_load_state()
    assert f"is {NNUH} from now on" in await page.inner_text("body")
    await (
        page.locator(".nhsuk-card", has_text="Riverside")
        .locator("button:has-text('Add it as new: GP practice')")
        .click()
    )
    await page.wait_for_load_state()
    assert "Riverside Surgery, Ely is on the list" in await page.inner_text("body")
    await browsing.look("employers-waiting-long-name")
    await click(browsing, "Add it as new: GP practice")
    assert "Every employer that anybody named is on the list" in await browsing.text()
    await browsing.see(EMPLOYERS, "employers")
    await browsing.see(f"{EMPLOYERS}/norfolk-and-norwich", "employer")
    text = await browsing.text()
    for number, words in enumerate(("N&N", "NNUH", "Norfolk + Norwich Univ Hosp"), start=1):
        assert f"Person Number{number}" in text
        assert words in text
    assert (await in_the_list(browsing, "NNUH")).count(NNUH) == 3
    answer = await page.request.get(f"{browsing.url}/applications/list?format=csv&column=employer")
    assert (await answer.text()).count(NNUH) == 3


async def test_two_employers_are_merged_and_separated_and_what_cannot_be_is_said(browsing):
    running, page = browsing.running, browsing.page
    await running.take(person(1, trust="Papworth"))
    await browsing.become("office", name="Ola Office")
    path = f"{browsing.url}{EMPLOYERS}/royal-papworth"
    await page.goto(path)
    await page.click("summary:has-text('Merge it with another')")
    await click(browsing, "Merge")
    assert "Choose the employer that this one is part of" in await browsing.text()
    await page.select_option("select[name=into]", "cambridge-university-hospitals")
    await click(browsing, "Merge")
    assert "Whoever is at Royal Papworth Hospital" in await page.inner_text("body")
    assert "Person Number1" in await browsing.text()
    await browsing.look("employer-merged-into")
    assert "Cambridge University Hospitals" in await in_the_list(browsing, "Papworth")
    await page.goto(path)
    await browsing.look("employer-merged")
    await page.click("summary:has-text('Take the merger back')")
    await click(browsing, "Separate the two")
    assert "Person Number1" in await browsing.text()
    await page.click("summary:has-text('Change it')")
    await page.fill("input[name=name]", "x" * 201)
    await page.fill("textarea[name=spellings]", "Addenbrooke's")
    await click(browsing, "Save")
    text = await browsing.text()
    assert "Give the name in at most 200 characters" in text
    assert "is how Cambridge University Hospitals NHS Foundation Trust is called already" in text
    await browsing.look("employer-refused")
    await page.goto(f"{browsing.url}{EMPLOYERS}/new?name=Castle+Dental+Care")
    await browsing.look("employer-new")
    assert await page.is_checked("input[value=dental_practice]")
