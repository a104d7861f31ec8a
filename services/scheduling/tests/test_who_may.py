"""Who may see and do what."""

import csv

import pytest

from .builders import accepted, person_id
from .conftest import Running

pytestmark = pytest.mark.stack
MC1 = "/scheduling/sessions/2024-25:masterclass-1"
FELLOW = f"/scheduling/fellows/{person_id(1)}"


async def test_each_role_sees_its_own_pages(running: Running):
    await running.joined(accepted(1), accepted(2))
    pages = ["/scheduling/", "/scheduling/sessions", MC1, f"{MC1}/register", "/scheduling/sets"]
    standing = ["/scheduling/fellows", FELLOW, "/scheduling/audit", "/scheduling/dead-letters"]
    forms = ["/scheduling/sessions/new", f"{MC1}/edit", f"{MC1}/cancel"]
    seen = {}
    for role in ("office", "read_only", "facilitator", "panel"):
        async with running.staff(role) as browser:
            seen[role] = [(await browser.get(p)).status_code for p in pages + standing + forms]
    yes, no = 200, 403
    assert seen == {
        "office": [yes] * 12,
        "read_only": [yes] * 9 + [no] * 3,
        "facilitator": [yes] * 5 + [no] * 7,
        "panel": [no] * 12,
    }


async def test_only_the_office_changes_the_programme(running: Running):
    await running.joined(accepted(1))
    changes = [
        "/scheduling/sessions/new",
        f"{MC1}/edit",
        f"{MC1}/cancel",
        f"{FELLOW}/waivers",
        f"{FELLOW}/waivers/withdraw",
        "/scheduling/sets/allocate",
        "/scheduling/sets/swap",
    ]
    for role in ("read_only", "facilitator", "panel"):
        async with running.staff(role) as browser:
            assert [(await browser.post(path)).status_code for path in changes] == [403] * 7
    async with running.staff("read_only") as reader:
        assert (await reader.post(f"{MC1}/register")).status_code == 403


async def test_a_fellow_sees_their_own_page_only(running: Running):
    await running.joined(accepted(1), accepted(2))
    async with running.fellow(person_id(1)) as browser:
        own = await browser.get("/scheduling/me")
        assert (own.status_code, "Fellow 01" in own.text) == (200, True)
        assert "Fellow 02" not in own.text
        for path in ("/scheduling/", FELLOW, f"{MC1}/register", "/scheduling/sets"):
            assert (await browser.get(path)).status_code == 403
    async with running.fellow("nobody-we-know") as stranger:
        assert "not on the list of Fellows yet" in (await stranger.get("/scheduling/me")).text


async def test_a_forged_form_and_a_wrong_address_are_refused(running: Running):
    async with running.staff() as office:
        assert (await office.get("/scheduling/sessions/2024-25:nothing")).status_code == 404
        assert (await office.get("/scheduling/fellows/nobody")).status_code == 404
        office.headers["X-CSRF-Token"] = "forged"
        assert (await office.post("/scheduling/sets/allocate")).status_code == 403


async def test_a_bad_form_is_shown_again_with_what_is_wrong(running: Running):
    await running.joined(accepted(1))
    async with running.staff() as office:
        new = await office.post(
            "/scheduling/sessions/new", data={"kind": "networking", "on": "tomorrow"}
        )
        assert new.status_code == 422
        assert "There is a problem" in new.text
        mark = await office.post(f"{MC1}/register", data={f"status-{person_id(1)}": "asleep"})
        assert mark.status_code == 422
        assert "is not a mark" in mark.text
        waiver = {"session_id": "2024-25:masterclass-1", "reason": "Not allowed here"}
        assert (await office.post(f"{FELLOW}/waivers", data=waiver)).status_code == 422


async def test_the_office_adds_a_session_and_a_swap_of_learning_sets(running: Running):
    await running.joined(*(accepted(n) for n in range(1, 9)))
    async with running.staff() as office:
        added = await office.post(
            "/scheduling/sessions/new",
            data={
                "kind": "surgery",
                "title": "Surgery: measuring change",
                "venue": "Online",
                "on": "2024-12-02",
                "starts": "12:00",
                "ends": "13:00",
                "joining": "https://meet.example/1",
            },
        )
        assert added.headers["location"].endswith("2024-25:surgery-measuring-change")
        await office.post("/scheduling/sets/allocate")
        table = (await office.get("/scheduling/sets?format=csv")).text.splitlines()[1:]
        before = {line[1]: line[0] for line in csv.reader(table)}
        first = next(p for p, of in before.items() if of == "1")
        second = next(p for p, of in before.items() if of == "2")
        swap = {"first": first, "second": second, "reason": "Same department"}
        assert (await office.post("/scheduling/sets/swap", data=swap)).status_code == 303
        table = (await office.get("/scheduling/sets?format=csv")).text.splitlines()[1:]
        after = {line[1]: line[0] for line in csv.reader(table)}
    assert after == before | {first: "2", second: "1"}
