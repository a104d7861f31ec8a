"""The office finds, remembers and changes applications: in a real browser and over HTTP."""

import asyncio
from datetime import timedelta

import pytest

from applications.data_protection import erase
from applications.person_export import export

from ...forms import PDF, file, person

pytestmark = [pytest.mark.stack, pytest.mark.browser]
BORDERLINE = "2026-09-20"
"""A CCT date that one reading of the rules passes and another does not."""
NASTY = "<script>alert(1)</script>\"'{{ 7*7 }}"


async def referred(running, *numbers, **changes):
    return [
        await running.take(person(number, cct_date=BORDERLINE, **changes)) for number in numbers
    ]


async def post(client, path, **data):
    return await client.post(path, data=data)


def hidden(page, name):
    return [part.split('"')[0] for part in page.split(f'name="{name}" value="')[1:]]


async def test_the_office_finds_by_words_and_filters_and_goes_through_what_it_found(browsing):
    running, page = browsing.running, browsing.page
    names = ["Søren Sørensen", "Siân O'Brien", "Ann-Marie Smith-Jones"]
    for number, name in enumerate(names, start=1):
        await running.take(
            person(number, name=name, cct_date=BORDERLINE if number > 1 else "2025-08-06",
                   submitted_at=f"2024-07-0{number}T10:00:00+01:00")
        )  # fmt: skip
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/list?q=sorensen", "list-search")
    assert "1 application found" in await browsing.text()
    await page.goto(f"{browsing.url}/applications/list")
    await page.fill("#filter-q", "obrien")
    await page.click("button:has-text('Show')")
    assert "Siân O'Brien" in await browsing.text()
    await browsing.see("/applications/list?flag=borderline&sort=name", "list-flag")
    assert "2 applications found" in await browsing.text()
    await page.click("a:has-text('NS24-0003')")
    assert "1 of 2" in await browsing.text()
    await page.click("text=Next application")
    assert "Siân O'Brien" in await page.inner_text("h1")
    await browsing.look("one-in-list")
    await page.check("input[value=eligible]")
    await page.fill("#reason", "Spoke to the training programme director.")
    await page.click("text=Record")
    said = "Siân O'Brien (NS24-0002): Decided: eligible. Eligible. Place offered."
    assert said in await page.inner_text("body")
    await page.click("text=Back to the list")
    assert "2 applications found" in await browsing.text()


async def test_the_queue_of_referrals_says_why_and_goes_on_after_each_decision(browsing):
    running, page = browsing.running, browsing.page
    first, second, third = await referred(running, 1, 2, 3)
    await browsing.become("office", name="Ola Office")
    await browsing.see("/applications/list?state=referred&sort=submitted", "list-referred")
    why = [r["office"] for r in first["assessment"]["results"] if r["outcome"] == "refer"]
    assert why
    for sentence in why:
        assert sentence in await browsing.text()
    path = f"{browsing.url}/applications/application/{second['_id']}"
    await page.goto(path)  # not from the list: the queue is known all the same
    form = {"action": "eligible", "reason": "Spoke to the dean."}
    form["seen"] = await page.get_attribute("input[name=seen]", "value")
    await page.check("input[value=eligible]")
    await page.fill("#reason", "Spoke to the dean.")
    await page.click("text=Record")
    await browsing.look("one-decided")
    assert "Not in this list any more; 2 left" in await browsing.text()
    await page.click("text=Next application")
    assert third["reference"] in await page.inner_text("h1")
    before = await running.read("history").count({})
    async with running.staff() as another:
        again = await another.post(path.removeprefix(browsing.url) + "/decide", data=form)
        said = await another.get(again.headers["location"])
    assert again.status_code == 303
    assert "Decided: eligible: this was done already." in said.text
    assert await running.read("history").count({}) == before


async def test_the_same_words_another_time_are_another_decision(running):
    application = await running.take(person(1, documents={"cv": file()}))
    path = f"/applications/application/{application['_id']}"
    words = {"action": "documents", "reason": "Please send them."}
    async with running.staff() as office:
        for _ in range(2):
            seen = hidden((await office.get(path)).text, "seen")[0]
            answer = await post(office, f"{path}/decide", **words, seen=seen)
            assert answer.status_code == 303  # asked for twice, as it was wanted twice
        assert (await post(office, f"{path}/decide", **words, seen=seen)).status_code == 303
        assert "this was done already" in (await office.get(path)).text
        seen = hidden((await office.get(path)).text, "seen")[0]
        running.clock.set(running.clock.now() + timedelta(minutes=5))
        async with running.applicant(application["person_id"]) as applicant:
            sent = {"statement_1": ("mine.pdf", PDF)}
            assert (await applicant.post("/applications/me/documents", files=sent)).is_redirect
        answer = await post(office, f"{path}/decide", **words, seen=seen)
    assert answer.status_code == 409
    assert "It was changed after you looked at it." in answer.text
    happened = [line["kind"] for line in await running.read("history").find({})]
    assert happened.count("documents_requested") == 2


async def test_a_list_is_sorted_and_ticked_with_the_keyboard_alone(browsing):
    await browsing.running.take(person(1))
    await browsing.become("office")
    page = browsing.page
    await page.goto(f"{browsing.url}/applications/list")
    await page.keyboard.press("Tab")
    assert await page.evaluate("document.activeElement.innerText") == "Skip to main content"
    reached = set()
    for _ in range(60):
        await page.keyboard.press("Tab")
        reached.add(
            await page.evaluate("document.activeElement.id || document.activeElement.innerText"
                                " || document.activeElement.name")
        )  # fmt: skip
    assert {"filter-q", "Name", "id", "action", "NS24-0001", "See what would happen"} <= reached


async def test_views_are_kept_shared_renamed_and_deleted(browsing):
    running, page = browsing.running, browsing.page
    await referred(running, 1, 2)
    await browsing.become("office", subject="ola@example.org", name="Ola Office")
    await page.goto(f"{browsing.url}/applications/list?state=referred&sort=name")
    await page.click("text=Save this list as a view")
    await page.fill("#name", "To decide")
    await page.check("input[name=shared]")
    await page.click("button:has-text('Save view')")
    assert await page.inner_text("h1") == "To decide"
    await browsing.look("list-view")
    await browsing.see("/applications/views", "views")
    assert "2 applications now" in await browsing.text()
    await browsing.become("office", subject="uma@example.org", name="Uma")
    await page.goto(f"{browsing.url}/applications/list")
    await page.click("nav[aria-label='Saved views'] >> text=To decide")
    assert "2 applications found" in await browsing.text()
    await page.goto(f"{browsing.url}/applications/views")
    await page.click("summary")
    await page.fill("input[name=name]", "Undecided")
    await page.click("button:has-text('Save')")
    assert "“Undecided” is changed." in await browsing.text()
    await page.click("summary")
    await page.click("button:has-text('Delete this view')")
    assert "No view is saved" in await browsing.text()
    actions = [row["action"] for row in await running.read("_audit").find({})]
    assert actions == ["save-view", "change-view", "delete-view"]


async def test_the_columns_of_a_download_are_chosen_and_kept_in_the_address(browsing):
    running, page = browsing.running, browsing.page
    await running.take(person(1))
    await browsing.become("office", subject="ola@example.org", name="Ola Office")
    await page.goto(f"{browsing.url}/applications/list")
    await page.click("text=Columns of the download")
    await page.check("input[name=column][value=name]")
    await page.check("input[name=column][value=gmc_number]")
    await page.click("button:has-text('Show')")
    await page.wait_for_url("**column=name**")
    await browsing.look("columns-chosen")
    link = await page.get_attribute("text=Download as CSV", "href")
    async with running.staff() as office:
        table = (await office.get(f"/applications/list{link}")).text.lstrip("\ufeff")
    assert table.splitlines() == ['"name","gmc_number"', '"Person Number1","7000001"']
    await page.click("text=Save this list as a view")
    await page.fill("#name", "Numbers")
    await page.click("button:has-text('Save view')")
    (view,) = await running.read("views").find({})
    assert view["query"] == {"column": ["name", "gmc_number"]}
    await browsing.see("/applications/ledger", "columns-of-the-ledger")
    await page.click("text=Columns of the download")
    await browsing.look("columns-of-the-ledger-open")


async def test_a_view_of_ones_own_is_nobody_elses(running):
    async with running.staff() as office:
        await post(office, "/applications/views", name="Mine", filter="q=okafor")
        again = await post(office, "/applications/views", name=" mine ", filter="")
        assert again.status_code == 409
        assert "Choose another name" in again.text
        nameless = await post(office, "/applications/views", name="", filter="")
        assert nameless.status_code == 422
    (view,) = await running.read("views").find({})
    assert view["query"] == {"q": ["okafor"]}
    async with running.staff("read_only") as reader:
        assert (await post(reader, "/applications/views", name="x")).status_code == 403
        assert (await post(reader, f"/applications/views/{view['_id']}/delete")).status_code == 403
    await running.messaging.db.write("views").update(
        {"_id": view["_id"]}, {"$set": {"owner": "somebody.else@example.org"}}
    )
    async with running.staff() as office:
        assert "Mine" not in (await office.get("/applications/list")).text
        other = await post(office, f"/applications/views/{view['_id']}/delete")
        assert other.status_code == 303
    assert await running.read("views").count({}) == 1


async def test_many_are_settled_after_a_dry_run(browsing):
    running, page = browsing.running, browsing.page
    await referred(running, 1, 2)
    await running.take(person(3))
    await browsing.become("office", name="Ola Office")
    await page.goto(f"{browsing.url}/applications/list")
    for box in await page.query_selector_all("input[name=id]"):
        await box.check()
    await page.click("button:has-text('See what would happen')")
    await browsing.look("bulk")
    seen = await browsing.text()
    assert "Decided: eligible. Eligible. Place offered." in seen
    assert "This application is not waiting for a decision." in seen
    assert "Nothing has been changed yet" in seen
    states = [row["state"] for row in await running.read("applications").find({})]
    assert sorted(states) == ["offered", "referred", "referred"]
    await page.click("button:has-text('Settle referrals')")
    assert "There is a problem" in await browsing.text()
    await browsing.look("bulk-refused")
    await page.fill("#reason", "The deanery confirmed the dates.")
    await page.click("button:has-text('Settle referrals')")
    await browsing.look("bulk-report")
    states = [row["state"] for row in await running.read("applications").find({})]
    assert states == ["offered", "offered", "offered"]
    why = [row["why"] for row in await running.read("history").find({"what": "Decided: eligible"})]
    assert why == ["The deanery confirmed the dates."] * 2


async def test_a_dry_run_counts_the_places_that_those_before_would_take(running):
    chosen = await referred(running, 1, 2, 3)
    await running.messaging.db.write("ledgers").insert(
        {"_id": "2024-25", "places": 2, "offers": [], "accepted": [], "waiting": [],
         "sequence": 0, "version": 1}
    )  # fmt: skip
    async with running.staff() as office:
        page = await post(
            office, "/applications/bulk", action="eligible", id=[a["_id"] for a in chosen]
        )
    assert page.text.count("Place offered.") == 2
    assert page.text.count("Waiting list, position 1.") == 1
    assert (await running.read("ledgers").get("2024-25"))["sequence"] == 0
    assert await running.read("_audit").count({}) == 0
    assert await running.read("_timers").count({}) == 0


async def dry_run(office, action, chosen):
    answer = await office.post(
        "/applications/bulk", data={"action": action, "id": [a["_id"] for a in chosen]}
    )
    assert answer.status_code == 200, answer.text
    return {
        "action": action,
        "key": hidden(answer.text, "key")[0],
        "items": hidden(answer.text, "items"),
        "reason": "The deanery confirmed the dates.",
    }


async def test_what_somebody_else_decided_in_between_is_not_decided_again(running):
    first, second = await referred(running, 1, 2)
    async with running.staff() as office:
        form = await dry_run(office, "reject", [first, second])
        path = f"/applications/application/{first['_id']}/decide"
        await post(office, path, action="eligible", reason="I know them.")
        report = await office.post("/applications/bulk/confirm", data=form, follow_redirects=True)
    assert "It was changed after you looked at it." in report.text
    assert (await running.read("applications").get(first["_id"]))["state"] == "offered"
    assert (await running.read("applications").get(second["_id"]))["state"] == "rejected"


async def test_pressed_twice_at_once_everything_is_done_once(running):
    chosen = await referred(running, 1, 2, 3)
    async with running.staff() as office:
        form = await dry_run(office, "reject", chosen)
        presses = [office.post("/applications/bulk/confirm", data=form) for _ in range(3)]
        answers = await asyncio.gather(*presses)
        assert {answer.status_code for answer in answers} == {303}
        report = await office.get(answers[0].headers["location"])
    assert "Not changed" not in report.text
    assert await running.read("history").count({"what": "Rejected"}) == 3
    assert await running.read("_audit").count({"action": "reject"}) == 3
    assert await running.read("bulk_outcomes").count({"done": True}) == 3


async def test_a_key_confirms_only_what_it_was_made_for(running):
    first, second = await referred(running, 1, 2)
    async with running.staff() as office:
        form = await dry_run(office, "reject", [first])
        await office.post("/applications/bulk/confirm", data=form)
        other = await dry_run(office, "reject", [second])
        answer = await office.post("/applications/bulk/confirm", data=other | {"key": form["key"]})
    assert answer.status_code == 409
    assert (await running.read("applications").get(second["_id"]))["state"] == "referred"


async def test_all_that_a_filter_shows_can_be_chosen_or_downloaded(running):
    await referred(running, 1, 2)
    await running.take(person(3))
    async with running.staff() as office:
        everything = {"which": "all", "filter": "state=referred"}
        page = await post(office, "/applications/bulk", action="reject", **everything)
        assert len(hidden(page.text, "items")) == 2
        sheet = await post(office, "/applications/bulk", action="export", **everything)
        assert sheet.headers["content-type"].startswith("text/csv")
        assert len(sheet.text.strip().splitlines()) == 3
        two = {"which": "all", "filter": "state=referred&column=name&column=state"}
        sheet = await post(office, "/applications/bulk", action="export", **two)
        assert sheet.text.removeprefix("\ufeff").splitlines()[0] == '"state","name"'
        none = await post(office, "/applications/bulk", action="reject")
        assert none.status_code == 422
        strange = await post(office, "/applications/bulk", action="delete", **everything)
        assert strange.status_code == 422


async def test_those_who_may_only_look_see_no_button_and_can_press_none(running):
    (application,) = await referred(running, 1)
    path = f"/applications/application/{application['_id']}"
    async with running.staff("read_only") as reader:
        listed = await reader.get("/applications/list")
        assert "NS24-0001" in listed.text
        assert "Do something with many" not in listed.text
        assert 'type="checkbox" name="id"' not in listed.text
        assert "Add a note" not in (await reader.get(path)).text
        for route in ("/applications/bulk", "/applications/bulk/confirm", f"{path}/notes"):
            assert (await post(reader, route)).status_code == 403
    async with running.applicant(application["person_id"]) as applicant:
        assert (await applicant.get("/applications/list")).status_code == 403
    async with running.staff() as office:
        del office.headers["X-CSRF-Token"]
        assert (await post(office, "/applications/bulk", action="reject")).status_code == 403


async def test_notes_are_added_exported_and_erased(running):
    application = await running.take(person(1))
    path = f"/applications/application/{application['_id']}"
    async with running.staff() as office:
        kept = await post(office, f"{path}/notes?list=q%3Dx", text="Rang twice.\nNo answer.")
        assert kept.headers["location"] == f"{path}?list=q%3Dx#notes"
        assert "Rang twice." in (await office.get(path)).text
        for known in ("1", "1"):  # the same form twice
            await post(office, f"{path}/notes", text="Rang again.", known=known)
        assert await running.read("notes").count({"text": "Rang again."}) == 1
        await post(office, f"{path}/notes", text="Rang again.", known="2")
        assert await running.read("notes").count({"text": "Rang again."}) == 2
        await running.messaging.db.write("notes").delete({"text": "Rang again."})
        assert (await post(office, f"{path}/notes", text=" ")).status_code == 422
        (note,) = await running.read("notes").find({})
        assert (note["who"], note["text"]) == ("Ola Office", "Rang twice.\nNo answer.")
        held = await export(running.messaging, application["person_id"])
        assert [one["text"] for one in held["notes"]] == ["Rang twice.\nNo answer."]
        for name, text in (("Mine", "q=number1"), ("All", "q=norwich")):
            await post(office, "/applications/views", name=name, filter=text)
        await running.messaging.transact(lambda uow: erase(uow, application["person_id"]))
        assert await running.read("notes").count({}) == 0
        assert [view["name"] for view in await running.read("views").find({})] == ["All"]
        late = await post(office, f"{path}/notes", text="One more thing.")
        assert late.status_code == 409
        assert "Person Number1" not in (await office.get("/applications/list")).text


async def test_hostile_text_in_every_field_leaves_no_page(browsing):
    running, page = browsing.running, browsing.page
    fields = ("name", "discipline", "specialty", "region", "deanery", "trust", "training_grade",
              "gmc_number", "ntn", "cct_date")  # fmt: skip
    given = person(1, **dict.fromkeys(fields, NASTY))
    given["documents"] = {"cv": file(name=NASTY + "\u202egnp.exe" + "x" * 300)}
    application = await running.take(given)
    path = f"/applications/application/{application['_id']}"
    async with running.staff() as office:
        await post(office, f"{path}/notes", text=NASTY)
        await post(office, "/applications/views", name=NASTY[:50], filter=f"q={NASTY}", shared="1")
    said = []
    page.on("dialog", lambda dialog: said.append(dialog.message))
    await browsing.become("office")
    for address, name in (
        ("/applications/", "home-nasty"),
        ("/applications/list", "list-nasty"),
        (f"/applications/list?q={NASTY}&from={NASTY}&source={NASTY}", "list-asked-nasty"),
        (f"{path}?list={NASTY}", "one-nasty"),
        ("/applications/views", "views-nasty"),
    ):
        await browsing.see(address, name)
    async with running.staff() as office:
        everything = {"which": "all", "filter": ""}
        bulk = await post(office, "/applications/bulk", action="reject", **everything)
        assert "<script>alert" not in bulk.text
    await browsing.become("applicant", person_id=application["person_id"])
    await browsing.see("/applications/me", "me-nasty")
    assert said == []


async def test_what_the_home_page_counts_is_what_its_links_show(running):
    await referred(running, 1, 2)
    await running.take(person(3))
    await running.take(person(4, documents={"cv": file()}))
    async with running.staff() as office:
        home = (await office.get("/applications/")).text
        for text, href in (
            ("2 referrals to decide", "/applications/list?state=referred"),
            ("1 application waiting for documents", "/applications/list?state=documents_needed"),
        ):
            assert f'<a href="{href}">{text}</a>' in home
            shown = (await office.get(href)).text
            count = text.split()[0]
            assert f"{count} application{'s' if count != '1' else ''} found" in shown
