"""The pages over HTTP: who may see them, what they find, and what the office can do."""

import pytest

from nextstep_web.testing import SignedIn, signed_in
from notifications.data_protection import export_person

from .. import builders as b
from ..conftest import Client, Running, Start
from ..delivery.faulty_smtp import FaultyServer

pytestmark = pytest.mark.stack


def office(running: Running) -> SignedIn:
    return signed_in(running.settings, "office", subject="office@example.org")


PAGES = (
    "/notifications/",
    "/notifications/mails",
    "/notifications/calendar",
    "/notifications/calendar/session-1",
    "/notifications/people/person-1",
    "/notifications/templates",
    "/notifications/templates/place_offered",
    "/notifications/audit",
    "/notifications/dead-letters",
)


async def test_the_pages_are_the_offices_alone(service: Running, client_of: Client):
    await service.hear(b.scheduled(), b.accepted())
    fellow = signed_in(service.settings, "fellow", person_id="person-1")
    for path in PAGES:
        async with client_of(service, None) as anybody:
            assert (await anybody.get(path)).status_code == 303
        async with client_of(service, fellow) as somebody:
            assert (await somebody.get(path)).status_code == 403
        async with client_of(service, office(service)) as staff:
            assert (await staff.get(path)).status_code == 200


async def test_emails_are_found_by_state_kind_and_words(service: Running, client_of: Client):
    await service.hear(
        b.submitted(1), b.submitted(2, who=b.person(2, "Dr Ngozi (x)")), b.offered(1)
    )

    async with client_of(service, office(service)) as staff:

        async def found(**query: str) -> int:
            page = await staff.get("/notifications/mails", params={**query, "format": "csv"})
            return len(page.text.strip().splitlines()) - 1

        assert await found() == 3
        assert await found(state="sent") == 3
        assert await found(state="failed") == 0
        assert await found(kind="place_offered") == 1
        assert await found(q="ngozi (") == 1
        assert await found(q="APPLICANT1@") == 2


async def test_an_email_is_shown_in_a_frame_that_can_do_nothing(
    service: Running, client_of: Client
):
    await service.hear(b.submitted())
    [row] = await service.emails()
    async with client_of(service, office(service)) as staff:
        page = await staff.get(f"/notifications/mails/{row.email_id}")
        frame = await staff.get(f"/notifications/mails/{row.email_id}/html")
    assert 'sandbox width="100%"' in page.text
    policy = frame.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert policy.endswith("; sandbox")
    assert "script-src" not in policy
    assert "frame-src 'self'" in page.headers["content-security-policy"]


async def test_a_link_in_a_stored_email_is_worth_nothing(service: Running, client_of: Client):
    await service.hear(b.offered())
    [row] = await service.emails()
    async with client_of(service, office(service)) as staff:
        frame = await staff.get(f"/notifications/mails/{row.email_id}/html")
    assert "/applications/link/personal-link-application" in frame.text
    assert "/applications/link/ey" not in frame.text


async def test_an_invitation_can_be_downloaded(service: Running, client_of: Client):
    await service.hear(b.scheduled(), b.accepted())
    [row] = await service.emails(template="invitation")
    async with client_of(service, office(service)) as staff:
        file = await staff.get(f"/notifications/mails/{row.email_id}/invite.ics")
    assert file.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "METHOD:REQUEST" in file.text


async def test_a_session_shows_who_holds_which_version(service: Running, client_of: Client):
    await service.hear(b.accepted(1), b.scheduled())
    await service.hear(b.changed())
    await service.hear(b.accepted(2))
    async with client_of(service, office(service)) as staff:
        table = await staff.get("/notifications/calendar/session-1?format=csv")
    assert table.text.splitlines()[1:] == [
        '"Dr Applicant 1","invited",1,"2024-10-09, 17:00"',
        '"Dr Applicant 2","invited",0,"2024-10-09, 17:00"',
    ]


async def test_the_office_sends_a_failed_email_again_with_a_reason(start: Start, client_of: Client):
    faulty = FaultyServer()
    await faulty.start()
    faulty.script = ["rcpt 550 no such user"]
    async with start(smtp_port=faulty.port) as service:
        await service.hear(b.submitted())
        [row] = await service.emails()
        path = f"/notifications/mails/{row.email_id}/resend"
        async with client_of(service, office(service)) as staff:
            assert (await staff.post(path, data={"reason": ""})).status_code == 422
            answer = await staff.post(path, data={"reason": "The mailbox is open again."})
            assert answer.status_code == 303
            await service.settled()
            assert len(faulty.taken) == 1
            trail = await staff.get("/notifications/audit")
            assert "The mailbox is open again." in trail.text
            assert "Those on this page are as they were written." in trail.text
            assert (await staff.post(path, data={"reason": "Once more"})).status_code == 303
        reader = signed_in(service.settings, "read_only")
        async with client_of(service, reader) as other:
            assert (await other.post(path, data={"reason": "I like it"})).status_code == 403
    await faulty.stop()


async def test_the_metrics_count_what_is_still_to_send(service: Running, client_of: Client):
    await service.hear(b.submitted())
    async with client_of(service, None) as anybody:
        metrics = (await anybody.get("/metrics")).text
    assert 'nextstep_work_pending{kind="emails"} 0.0' in metrics
    assert 'nextstep_work_pending{kind="calendars"} 0.0' in metrics


async def test_which_privacy_notice_somebody_was_led_to_is_kept_shown_and_exported(
    service: Running, client_of: Client
):
    await service.hear(b.submitted(1), b.accepted())
    told = (await export_person(service.messaging, "person-1"))["emails"]
    assert {one["template"]: one["privacy_notice"] for one in told} == {
        "application_received": {"page": "privacy-applicants", "version": "2024-25.1"},
        "place_accepted": {"page": "privacy-fellows", "version": "2024-25.1"},
    }
    async with client_of(service, office(service)) as staff:
        kept = next(one for one in told if one["template"] == "place_accepted")
        page = (await staff.get(f"/notifications/mails/{kept['_id']}")).text
        assert "For Fellows, version 2024-25.1" in page
        where = "/notifications/about/privacy-fellows?version=2024-25.1"
        assert where in page
        assert (await staff.get(where)).status_code == 200
