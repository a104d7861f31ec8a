"""An application that came by post: entered by the office, treated as any other, told apart."""

import pytest

from applications.data_protection import erase_known

from ...forms import PDF, docx, encoded, odt, person, signed

pytestmark = pytest.mark.stack
PAGE = "/applications/by-hand"
KEY = "0123456789abcdef0123456789abcdef"
FILES = {
    "cv": ("CV.pdf", PDF),
    "statement_1": ("Statement one.docx", docx()),
    "statement_2": ("Statement two.odt", odt()),
}
ASKED = [
    "name",
    "email",
    "gmc_number",
    "discipline",
    "specialty",
    "region",
    "trust",
    "training_grade",
    "cct_date",
]


def typed(number, **changes):
    """What the person of this number wrote, as the office types it; it came at half past ten."""
    said = person(number)
    answers = {name: str(said[name]) for name in ASKED}
    came = {"came_by": "post", "arrived_on": "2024-08-01", "arrived_at": "10:30"}
    more = {"ltft_percentage": "100", "in_training_on": "yes", "reason": "A letter.", "key": KEY}
    return answers | came | more | changes


async def entered(running, number, files=FILES, **changes):
    async with running.staff() as office:
        answer = await office.post(PAGE, data=typed(number, **changes), files=files)
    assert answer.status_code == 303, answer.text
    receipt = await running.processed(answer.headers["location"].rpartition("/")[2])
    return receipt, await running.read("applications").get(receipt["application_id"])


async def test_it_becomes_an_application_like_any_other_and_says_who_entered_it(running):
    receipt, application = await entered(running, 1)
    assert (receipt["source"], receipt["by_hand"]["why"]) == ("by-hand", "")
    assert (application["state"], application["source"]) == ("offered", "by-hand")
    assert application["first_submitted_at"].isoformat() == "2024-08-01T09:30:00+00:00"
    assert sorted(application["documents"]) == ["cv", "statement_1", "statement_2"]
    assert application["by_hand"] == {
        "by": "Ola Office",
        "at": "2024-08-01T10:00:00Z",
        "came_by": "post",
        "why": "",
    }
    lines = await running.read("history").find({"application_id": application["_id"]})
    assert [
        (line["what"], line["who"], line["why"]) for line in lines if "by hand" in line["what"]
    ] == [
        (
            "Entered by hand: it came by post on Thursday 1 August 2024, 10:30am",
            "Ola Office",
            "A letter.",
        )
    ]
    async with running.staff() as office:
        page = (await office.get(f"/applications/application/{application['_id']}")).text
        assert "By Ola Office; it came by post" in page
        listed = (await office.get("/applications/list?flag=by_hand")).text
        assert ("By hand" in listed, "Person Number1" in listed) == (True, True)
        export = (await office.get("/applications/list?format=csv")).text.splitlines()
        names = export[0].replace('"', "").split(",")
        row = export[1].replace('"', "").split(",")
        told = dict(zip(names, row, strict=False))
        assert [v for k, v in told.items() if "ntered" in k] == ["Ola Office"]
        trail = (await office.get("/applications/audit")).text
        assert ("enter-receipt" in trail, "A letter." in trail) == (True, True)
        seen = (await office.get(f"/applications/receipts/{receipt['_id']}")).text
        assert "Entered by Ola Office: it came by post." in seen


async def test_why_it_was_entered_names_nobody_who_is_erased(running):
    other = await running.take(person(2))
    name = other["answers"]["name"]
    await entered(running, 1, reason=f"{name} brought it.")
    await running.messaging.transact(lambda uow: erase_known(uow, other["person_id"]))
    for collection in ("applications", "history", "receipts", "submissions"):
        assert name not in str(await running.read(collection).find({}))


async def test_sent_twice_it_is_one(running):
    receipt, _ = await entered(running, 1)
    async with running.staff() as office:
        again = await office.post(PAGE, data=typed(1), files=FILES)
        assert again.status_code == 303
        assert "entered already" in (await office.get(again.headers["location"])).text
    assert await running.read("receipts").count({}) == 1
    assert await running.read("applications").count({}) == 1
    assert receipt["status"] == "applied"


async def test_the_same_by_hand_and_by_form_is_one_application(running):
    _, by_hand = await entered(running, 1)
    by_form = await running.take(person(1))
    assert by_form["_id"] == by_hand["_id"]
    assert await running.read("applications").count({}) == 1
    assert await running.read("submissions").count({}) == 2


async def test_nobody_enters_an_application_under_an_address_of_their_own(running):
    for address in ("test.person@example.org", "Test.Person+next@example.org"):
        async with running.staff() as office:
            answer = await office.post(PAGE, data=typed(1, email=address), files=FILES)
        assert (answer.status_code, "ask a colleague" in answer.text) == (422, True)
    assert await running.read("receipts").count({}) == 0


async def test_the_same_by_form_and_then_by_hand_is_one_application(running):
    by_form = await running.take(person(1))
    assert "by_hand" not in by_form
    _, by_hand = await entered(running, 1)
    assert by_hand["_id"] == by_form["_id"]
    versions = await running.read("submissions").find({"source": "by-hand"})
    assert [one["by_hand"]["by"] for one in versions] == ["Ola Office"]


async def test_somebody_elses_number_at_another_address_waits_for_the_office(running):
    first = await running.take(person(1))
    _, found = await entered(running, 1, email="somebody.else@example.org")
    assert found["_id"] == first["_id"]
    assert [one["kind"] for one in found["awaits_office"]] != []
    assert "by_hand" not in found


async def test_what_came_in_time_is_in_time_though_it_is_entered_later(running):
    running.clock.set(running.clock.now().replace(month=9, day=12))
    _, application = await entered(running, 1, arrived_on="2024-09-09", arrived_at="23:59")
    assert application["late"] is False
    _, late = await entered(running, 2, arrived_on="2024-09-10", arrived_at="00:00", key=KEY[::-1])
    assert late["late"] is True


async def test_what_is_missing_is_asked_for(running):
    _, application = await entered(running, 1, files={"cv": FILES["cv"]})
    assert application["state"] == "documents_needed"


async def test_what_cannot_be_used_is_said_at_its_field_and_nothing_is_kept(running):
    async with running.staff() as office:
        wrong = typed(1, email="no address", arrived_on="2031-01-01", came_by="pigeon", reason="")
        answer = await office.post(PAGE, data=wrong, files=FILES)
    assert answer.status_code == 422
    for field in ("email", "came_by", "reason"):
        assert f'href="#{field}"' in answer.text, field
    assert "Person Number1" in answer.text  # what was typed is still there
    assert await running.read("receipts").count({}) == 0


async def test_nobody_posts_under_its_name(running):
    body = encoded(person(1))
    headers = signed(body, running.clock.now())
    answer = await running.http.post("/webhooks/by-hand", content=body, headers=headers)
    assert answer.status_code == 404


@pytest.mark.browser
async def test_the_page_is_filled_in_on_a_desk_and_a_phone(browsing, tmp_path):
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/list", "list-empty")
    page = browsing.page
    await page.click("text=New application by hand")
    await browsing.look("by-hand")
    await page.click("button:has-text('Enter the application')")
    await browsing.look("by-hand-refused")
    assert "Enter the name" in await browsing.text()
    for name, value in typed(1).items():
        if name not in {"came_by", "discipline", "in_training_on", "key"}:
            await page.fill(f"#{name}", value)
    for name, value in (
        ("came_by", "post"),
        ("discipline", "secondary care"),
        ("in_training_on", "yes"),
    ):
        await page.check(f"input[name={name}][value='{value}']")
    for key, (name, data) in FILES.items():
        (tmp_path / name).write_bytes(data)
        await page.set_input_files(f"#{key}", tmp_path / name)
    await page.click("button:has-text('Enter the application')")
    assert "It is entered" in await page.inner_text("body")
    receipt = page.url.rpartition("/")[2]
    await browsing.running.processed(receipt)
    await browsing.see(f"/applications/receipts/{receipt}", "by-hand-receipt")
    await browsing.see("/applications/list", "list-by-hand")
    assert "BY HAND" in (await browsing.text()).upper()
