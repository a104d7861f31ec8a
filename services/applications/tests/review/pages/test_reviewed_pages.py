"""Pages of a reviewed cohort: who sees what, and the whole path in a real browser."""

from uuid import uuid4

import httpx
import pytest

from applications.office.recording_emails import record_email
from applications.review.conflicts import told_as
from nextstep_contracts import EmailBounced
from nextstep_web.testing import signed_in

from ...forms import person
from ...reviewed_cohort import reviewed_cohort

pytestmark = [pytest.mark.stack, pytest.mark.browser]

ADA, BEN = "ada.panel@example.org", "ben.office@example.org"
SELECTION = "/applications/selection"
REVIEWS = "/applications/reviews"


@pytest.fixture
def cohort_setting(tmp_path):
    """The packaged cohort with two places that are filled after a review."""
    return reviewed_cohort(tmp_path, places=2)


def browser_of(running, subject, *roles):
    session = signed_in(
        running.settings, *roles, name=subject.split(".")[0].title(), subject=subject
    )
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(running.app),
        base_url="http://applications.test",
        cookies=session.cookies,
        headers=session.headers,
    )


async def sent(client, path, status=303, **fields):
    answer = await client.post(path, data=fields)
    assert answer.status_code == status, answer.text
    return answer


async def seen(client, path, status=200):
    answer = await client.get(path)
    assert answer.status_code == status, answer.text
    return answer.text


async def reviewers(office, **trusts):
    for email in (ADA, BEN):
        name = email.split(".")[0]
        fields = {"email": email, "name": name.title(), "trust": trusts.get(name, "")}
        await sent(office, f"{SELECTION}/reviewers", **fields)


async def points(client, application_id, each, comment="", status=303):
    given = {"points-motivation": each, "points-potential": each}
    fields = given | {"comment": comment, "do": "lock"}
    return await sent(client, f"{REVIEWS}/{application_id}", status, **fields)


async def test_a_reviewer_whose_email_came_back_is_shown_with_what_to_do(running):
    async with browser_of(running, BEN, "office") as office:
        await reviewers(office)
        assert "came back" not in await seen(office, f"{SELECTION}/reviewers")
        bounce = EmailBounced(
            email_id="one", revision=1, bounced_at=running.clock.now(), permanent=True,
            diagnostic="550 no such user", cause_id=uuid4(), cause_subject=ADA,
            cause_type="applications.ReviewerInvited.v1", template="reviewer_invited",
            person_id=told_as(running.app.state.here.cohort.id, ADA),
        )  # fmt: skip
        await running.messaging.transact(lambda uow: record_email(uow, bounce))
        page = await seen(office, f"{SELECTION}/reviewers")
        assert f"The email to Ada came back: nobody reads at {ADA}." in page
        assert "The email to Ben" not in page
        gone = {"reviewer": ADA, "reason": "A wrong address"}
        await sent(office, f"{SELECTION}/reviewers/stand-down", **gone)
        assert "came back" not in await seen(office, f"{SELECTION}/reviewers")


@pytest.mark.parametrize("cohort_setting", ["2024-25"])
async def test_a_rolling_cohort_has_no_review(running):
    async with running.staff() as office, browser_of(running, ADA, "panel") as panel:
        assert "Selection" not in await seen(office, "/applications/")
        for path in (SELECTION, f"{SELECTION}/ranking", f"{SELECTION}/reviewers", REVIEWS):
            assert "no review" in await seen(office, path, 404)
        await sent(office, f"{SELECTION}/apply", 404, digest="")
        await seen(panel, "/applications/", 403)


async def test_each_role_reaches_its_own_pages_only(running):
    application = (await running.take(person(1)))["_id"]
    async with (
        running.staff() as office,
        running.staff("read_only") as reader,
        browser_of(running, ADA, "panel") as ada,
        browser_of(running, "eve@example.org", "panel") as stranger,
    ):
        await reviewers(office)
        await sent(office, f"{SELECTION}/deal", seed="x")
        for page in ("", "/reviewers", "/ranking", "/decisions", f"/application/{application}"):
            assert "Selection" in await seen(reader, SELECTION + page)
            await seen(ada, SELECTION + page, 403)
        for deed in ("deal", "reviewers", "by-rank", "drop", "apply", "reviewers/stand-down"):
            await sent(reader, f"{SELECTION}/{deed}", 403)
            await sent(ada, f"{SELECTION}/{deed}", 403)
        for deed in ("assign", "unassign", "unlock", "conflict", "stage", "drop"):
            await sent(reader, f"{SELECTION}/application/{application}/{deed}", 403)
            await sent(ada, f"{SELECTION}/application/{application}/{deed}", 403)
        await seen(reader, REVIEWS, 403)
        assert "has not asked you to review" in await seen(stranger, REVIEWS, 403)
        await points(stranger, application, 3, status=404)
        answer = await ada.get("/applications/")
        assert answer.headers["location"] == REVIEWS
        assert "Person Number1" in await seen(ada, REVIEWS)
        await seen(ada, f"/applications/application/{application}", 403)
        document = await ada.get(f"{REVIEWS}/{application}/documents/cv")
        assert document.headers["content-disposition"].startswith("attachment;")
        sheet = await seen(ada, f"{REVIEWS}/{application}")
        assert "person1@example.org" not in sheet


async def test_nobody_who_still_scores_sees_what_others_wrote(running):
    application = (await running.take(person(1)))["_id"]
    async with (
        running.staff() as office,
        browser_of(running, ADA, "panel") as ada,
        browser_of(running, BEN, "office") as ben,
        browser_of(running, BEN.replace("@", "+work@"), "office") as ben_spelled_otherwise,
    ):
        await reviewers(office)
        await sent(office, f"{SELECTION}/deal", seed="x")
        await points(ada, application, 4, comment="Reads like a born leader.")
        mine = f"{SELECTION}/application/{application}"
        open_to_office = await seen(office, mine)
        assert "born leader" in open_to_office
        assert "4.00" in open_to_office
        for page in (f"{REVIEWS}/{application}", REVIEWS, mine, SELECTION,
                     f"/applications/application/{application}"):  # fmt: skip
            shown = await seen(ben, page)
            assert "born leader" not in shown
            assert "4.00" not in shown
        shown = await seen(ben_spelled_otherwise, mine)
        assert "born leader" not in shown
        assert "4.00" not in shown
        await seen(ben_spelled_otherwise, f"{SELECTION}/ranking", 403)
        assert "locked all your sheets" in await seen(ben, "/applications/audit", 403)
        for page in ("ranking", "ranking?format=csv", "decisions"):
            assert "locked all your sheets" in await seen(ben, f"{SELECTION}/{page}", 403)
        refused = await points(ben, application, 9, status=422)
        assert "must be from 1 to 5" in refused.text
        assert "born leader" not in refused.text
        await points(ben, application, 2, comment="Not yet.")
        assert "born leader" in await seen(ben, f"{REVIEWS}/{application}")
        assert "3.00" in await seen(ben, f"{SELECTION}/ranking")
        fields = {"reviewer": BEN, "reason": "Scored somebody else."}
        await sent(office, f"{mine}/unlock", **fields)
        assert "born leader" not in await seen(ben, f"{REVIEWS}/{application}")
        await seen(ben, f"{SELECTION}/ranking", 403)


async def test_a_conflict_makes_an_application_disappear_everywhere(running):
    here = await running.take(person(1, trust="Papworth", name="Hidden Person"))
    other = await running.take(person(2, name="Open Person"))
    application = here["_id"]
    async with running.staff() as office, browser_of(running, BEN, "office") as ben:
        await reviewers(office)
        await sent(office, f"{SELECTION}/application/{application}/assign", reviewer=BEN)
        await sent(office, f"{SELECTION}/application/{other['_id']}/assign", reviewer=BEN)
        assert "Hidden Person" in await seen(ben, REVIEWS)
        missing = await sent(ben, f"{REVIEWS}/{application}/conflict", 422, kind="personal")
        assert "Say why" in missing.text
        fields = {"kind": "personal", "reason": "My brother."}
        await sent(ben, f"{REVIEWS}/{application}/conflict", **fields)
        receipt = (await running.read("receipts").find({"application_id": application}))[0]["_id"]
        for path in (
            f"{REVIEWS}/{application}",
            f"{REVIEWS}/{application}/documents/cv",
            f"{SELECTION}/application/{application}",
            f"/applications/application/{application}",
            f"/applications/application/{application}/documents/cv",
            f"/applications/receipts/{receipt}",
        ):
            assert "Hidden" not in await seen(ben, path, 404)
            no_such = await ben.get(path.replace(application, "nobody").replace(receipt, "none"))
            assert no_such.status_code == 404
        decision = {"action": "withdraw", "reason": "Because."}
        await sent(ben, f"/applications/application/{application}/decide", 404, **decision)
        await sent(ben, f"{SELECTION}/application/{application}/stage", 409, choice="offer")
        await points(ben, other["_id"], 3)
        await sent(ben, f"{SELECTION}/application/{application}/stage", 409, choice="offer")
        given = {"action": "offer", "reason": "Out of order."}
        await sent(office, f"/applications/application/{application}/decide", **given)
        for path in (
            REVIEWS,
            SELECTION,
            f"{SELECTION}/reviewers",
            "/applications/list",
            "/applications/list?q=hidden",
            "/applications/list?format=csv",
            "/applications/receipts",
        ):
            shown = await seen(ben, path)
            assert "Hidden Person" not in shown, path
            assert application not in shown, path
            assert "brother" not in shown, path
        for path in (
            f"{SELECTION}/ranking",
            f"{SELECTION}/decisions",
            "/applications/ledger",
            "/applications/ledger?format=csv",
            "/applications/ledger?format=json",
            "/applications/audit",
            "/applications/audit?format=csv",
            "/applications/dead-letters",
            "/applications/eligibility",
            "/applications/eligibility?format=csv",
            "/applications/study-leave",
            "/applications/ledger/change/order",
            "/applications/reconciliation",
            f"/applications/maps/native/from/{receipt}",
        ):
            assert "Hidden Person" not in await seen(ben, path, 403)
        assert "Hidden Person" in await seen(office, "/applications/list?q=hidden")


async def test_hostile_comments_and_reasons_do_not_leave_their_place(running):
    nasty = "<script>alert(1)</script>"
    application = (await running.take(person(1)))["_id"]
    async with running.staff() as office, browser_of(running, BEN, "office") as ben:
        await reviewers(office, ada=nasty)
        await sent(office, f"{SELECTION}/application/{application}/assign", reviewer=BEN)
        await points(ben, application, 3, comment=nasty)
        fields = {"choice": "reject", "reason": nasty, "exception": nasty}
        await sent(office, f"{SELECTION}/application/{application}/stage", **fields)
        for page in ("/reviewers", "/decisions", f"/application/{application}"):
            shown = await seen(office, SELECTION + page)
            assert "<script>alert" not in shown
            assert "&lt;script&gt;" in shown


async def score_in_browser(here, subject, given):
    """Score everything in the list, best names first, each from the sheet before."""
    page = here.page
    await here.become("panel", name=subject.split(".")[0].title(), subject=subject)
    await page.goto(f"{here.url}{REVIEWS}")
    first = True
    while await page.locator(".nhsuk-tag", has_text="Not started").count():
        await page.locator("tr", has_text="Not started").first.get_by_role("link").click()
        name = (await page.inner_text("h1")).split("Number")[1].strip()
        assert "what others gave" in await here.text()
        if first:
            await here.look("review-sheet")
        motivation, potential = given[name]
        await page.check(f"input[name=points-motivation][value='{motivation}']")
        if first:
            await page.click("button:text-is('Lock my sheet')")
            assert "Choose the points for Potential" in await here.text()
            await here.look("review-sheet-refused")
        await page.check(f"input[name=points-potential][value='{potential}']")
        await page.fill("#comment", f"Seen by {subject}.")
        await page.click("button:text-is('Lock my sheet')")
        assert "Your sheet is locked" in await here.text()
        first = False
        await page.goto(f"{here.url}{REVIEWS}")
    assert "5 of 5" in await here.text()


async def stage_in_browser(here):
    """Stage by rank, settle the tie by hand, and put the waiting list in order."""
    page = here.page
    await here.see(SELECTION, "coverage-after")
    await page.click("nav >> text=Ranking")
    await page.fill("#offers", "2")
    await page.fill("#waiting", "1")
    await page.click("button:has-text('Stage by rank')")
    # 2 and 3 are equal on everything registered: they cross the line and stay undecided
    assert "A tie crosses the line: NS24-0002 and NS24-0003 stay" in await page.inner_text("body")
    await here.look("ranking")
    for number, choice, more in (
        (3, "offer", {}),
        (2, "waitlist", {"position": "1"}),
        (4, "waitlist", {"position": "1"}),
        (5, "reject", {"reason": "Apply again next year."}),
    ):
        await page.click(f"text=Person Number{number} ")
        if number == 2:
            await here.look("selection-one")
        await page.check(f"input[name=choice][value={choice}]")
        for field, text in more.items():
            await page.fill(f"#{field}", text)
        await page.click("button:text-is('Stage')")
    assert "Position 1 is given to NS24-0002 and NS24-0004" in await here.text()
    await page.click("text=Person Number4 ")
    await page.check("input[name=choice][value=waitlist]")
    await page.fill("#position", "2")
    await page.click("button:text-is('Stage')")


async def test_the_office_takes_a_reviewed_cohort_from_submissions_to_places_by_pages_alone(
    browsing,
):
    running, page = browsing.running, browsing.page
    people = {n: await running.take(person(n)) for n in range(1, 6)}
    assert {one["state"] for one in people.values()} == {"eligible"}
    await browsing.become("office", name="Ola Office")
    await page.goto(f"{browsing.url}/applications/")
    assert "5 applications lacking reviewers" in await browsing.text()
    await page.click("nav >> text=Selection")
    await page.click("text=Add reviewers")
    for email in (ADA, "cyd.panel@example.org"):
        await page.fill("#name", email.split(".")[0].title())
        await page.fill("#email", email)
        await page.click("button:has-text('Add the reviewer')")
    await browsing.look("reviewers")
    await page.click("nav >> text=Coverage")
    await browsing.look("coverage-before")
    await page.click("button:has-text('Deal evenly')")
    assert "Dealt: 10 sheets" in await page.inner_text("body")
    best_to_worst = {"1": (5, 5), "2": (4, 4), "3": (4, 4), "4": (3, 2), "5": (1, 1)}
    await score_in_browser(browsing, ADA, best_to_worst)
    await browsing.look("reviews")
    await page.click("text=Person Number1")
    await browsing.look("review-locked")
    await score_in_browser(browsing, "cyd.panel@example.org", best_to_worst | {"4": (1, 5)})
    await browsing.become("office", name="Ola Office")
    await stage_in_browser(browsing)
    await page.click("text=Look at all staged decisions")
    await browsing.look("decisions")
    assert "Your name, Ola Office" in await browsing.text()
    await page.click("button:has-text('Apply 5 decisions')")
    await browsing.look("round")
    assert "5 decisions applied by Ola Office" in await browsing.text()
    await browsing.see("/applications/ledger", "ledger-reviewed")
    assert "agrees with its history" in await browsing.text()
    person_id = people[1]["person_id"]
    await browsing.become("applicant", person_id=person_id, name="Applicant")
    await page.goto(f"{browsing.url}/applications/me/decline")
    await page.click("button:has-text('Decline the place')")
    states = {n: (await running.read("applications").get(p["_id"]))["state"]
              for n, p in people.items()}  # fmt: skip
    assert states == {1: "declined", 2: "offered", 3: "offered", 4: "waitlisted", 5: "rejected"}
    await browsing.become("applicant", person_id=people[4]["person_id"], name="Applicant")
    await page.goto(f"{browsing.url}/applications/me")
    assert "You are number 1 on the list today" in await browsing.text()


async def test_who_has_a_conflict_is_told_what_they_are_kept_from(browsing):
    running = browsing.running
    hidden = await running.take(person(1, trust="Papworth"))
    other = (await running.take(person(2)))["_id"]
    async with running.staff() as office, browser_of(running, ADA, "office") as ada:
        await reviewers(office, ada="papworth")
        fields = {"email": ADA, "name": "Ada", "trust": ""}
        refused = await sent(ada, f"{SELECTION}/reviewers", 409, **fields)
        assert "ask a colleague without one" in refused.text
        for unknown in (hidden["person_id"], "nobody"):
            await sent(ada, f"/applications/fresh-link/{unknown}", 404)
    await browsing.become("office", name="Ada", subject=ADA)
    await browsing.see("/applications/", "home-conflict")
    assert "Counted without what a conflict of interest hides from you" in await browsing.text()
    await browsing.see(f"{SELECTION}/application/{other}", "selection-one-apart")
    assert "ask a colleague without one" in await browsing.text()


async def test_the_office_answers_suggested_conflicts_and_sees_what_became_stale(
    browsing,
):
    running, page = browsing.running, browsing.page
    first = await running.take(person(1, trust="Papworth"))
    second = await running.take(person(2))
    async with (
        running.staff() as office,
        browser_of(running, ADA, "panel") as ada,
        browser_of(running, BEN, "office") as ben,
    ):
        await reviewers(office, ada="papworth")
        await sent(office, f"{SELECTION}/deal", seed="x")
        await browsing.become("office", name="Ola Office")
        await browsing.see(SELECTION, "coverage-conflict")
        assert "1 possible conflict of interest" in await browsing.text()
        await page.click("text=1 possible conflict of interest")
        await browsing.look("reviewers-suggestion")
        await page.fill("#reason-1", "Left Papworth last year.")
        await page.click("button:has-text('It is none')")
        assert "No conflict" in await browsing.text()
        await browsing.look("selection-one-conflict")
        await page.select_option("#reviewer", label="Ada")
        await page.click("button:text-is('Ask')")
        for who in (ada, ben):
            await points(who, second["_id"], 4)
        await points(ada, first["_id"], 5)
        await browsing.become("office", name="Ben", subject=BEN)
        await browsing.see(f"{SELECTION}/application/{first['_id']}", "selection-one-closed")
        assert "once your own sheet is locked" in await browsing.text()
        await points(ben, first["_id"], 1)
        await browsing.see(f"{SELECTION}/ranking", "ranking-wide")
        assert "Wide" in await browsing.text()
        await page.click("button:has-text('Stage by rank')")
        async with running.applicant(second["person_id"]) as applicant:
            await sent(applicant, "/applications/me/withdraw", reason="Moving abroad.")
        await browsing.see(f"{SELECTION}/decisions", "decisions-stale")
        assert "The application is now “Withdrawn”." in await browsing.text()
        await page.click("button:has-text('Apply 1 decision')")
        await browsing.look("round-refused")
        assert "Refused, and still staged" in await browsing.text()
        await page.click("text=Person Number2")
        await browsing.look("selection-one-stale")
        await page.click("button:has-text('Drop the draft')")
        assert "Dropped: undecided again." in await page.inner_text("body")
        assert "will not be applied" not in await browsing.text()
