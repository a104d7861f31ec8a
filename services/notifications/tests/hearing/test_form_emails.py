"""Whoever fills in a form with a stranger's address, again and again, does not flood them."""

import html
import random
import re
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nextstep_contracts import Event, FormSetAside, Person
from nextstep_web.testing import signed_in
from notifications.hearing.email_record import HELD
from notifications.hearing.form_emails import Bounds, day_of, mailbox_of, one_more

from .. import builders as b
from ..conftest import Client, Running, Start

BOUNDS = Bounds(an_hour=3, a_day=5)
VICTIM = "victim@example.org"
MIDNIGHT = datetime(2024, 9, 1, tzinfo=UTC)


def sent(moments: list[datetime]) -> int:
    """How many of the emails caused at these moments are sent."""
    days = {}
    count = 0
    for at in moments:
        empty = day_of(VICTIM, at)
        after = one_more(days.get(empty.key, empty), at, BOUNDS)
        if after is not None:
            days[empty.key] = after
            count += 1
    return count


MOMENTS = st.lists(
    st.integers(0, 3 * 24 * 60).map(lambda minutes: MIDNIGHT + timedelta(minutes=minutes)),
    max_size=60,
)


@given(MOMENTS, st.randoms(use_true_random=False))
def test_in_whatever_order_they_are_heard_the_same_number_is_sent(moments, chance: random.Random):
    shuffled = [*moments]
    chance.shuffle(shuffled)
    assert sent(shuffled) == sent(moments)


@given(MOMENTS)
def test_no_day_and_no_hour_has_more_than_its_bound(moments):
    days = {at.date() for at in moments}
    hours = {(at.date(), at.hour) for at in moments}
    assert sent(moments) <= BOUNDS.a_day * len(days)
    assert sent(moments) <= BOUNDS.an_hour * len(hours)
    assert sent(moments) >= min(len(moments), BOUNDS.an_hour)


def test_an_hour_and_then_a_day_by_example():
    in_one_hour = [MIDNIGHT + timedelta(minutes=n) for n in range(10)]
    all_day = [MIDNIGHT + timedelta(hours=n) for n in range(24)]
    assert (sent(in_one_hour), sent(all_day)) == (3, 5)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Ada@Example.org", "ada@example.org", True),
        ("ada+1@example.org", "ada+2@example.org", True),
        ("a.da@gmail.com", "ada@gmail.com", True),
        ("ada@googlemail.com", "ada@gmail.com", True),
        ("a.da@example.org", "ada@example.org", False),
        ("+1@example.org", "+2@example.org", False),
    ],
)
def test_addresses_of_one_mailbox_count_together(one, other, same):
    assert (mailbox_of(one) == mailbox_of(other)) is same


def to_victim(number: int) -> Event:
    """Applications of invented people, all with the address of one who exists."""
    who = Person(person_id=f"person-{number}", name=f"Dr Invented {number}", email=VICTIM)
    return b.submitted(number, who=who)


@pytest.mark.stack
async def test_a_flood_of_forms_is_held_back_and_decisions_still_go(
    start: Start, smtp_sink, client_of: Client
):
    flood = [to_victim(n) for n in range(1, 31)]
    async with start(form_emails_an_hour=4, form_emails_a_day=9) as service:
        await service.hear(*flood, *flood)  # each comes twice
        assert len(await service.emails(state="sent")) == 4
        assert len(smtp_sink.mails) == 4
        held = await service.emails(state="held")
        assert len(held) == 26
        assert {one.note for one in held} == {HELD}
        await service.hear(b.offered(1), b.submitted(31))
        assert len(smtp_sink.mails) == 6  # the decision, and somebody else's receipt
        await the_office_reads_of_it_and_sends_one(service, client_of)
        assert len(smtp_sink.mails) == 7
        await of_the_week_the_office_sees_this_weeks_alone(service, client_of)


@pytest.mark.stack
async def test_to_set_aside_what_a_flood_brought_is_no_flood(start: Start, smtp_sink):
    aside = [
        FormSetAside(
            cohort=b.COHORT,
            submission_id=f"form-{n}",
            person=Person(person_id=f"sender-{n}", name=f"Dr Invented {n}", email=VICTIM),
            received_at=b.NOW,
        )
        for n in range(1, 31)
    ]
    async with start(form_emails_an_hour=4, form_emails_a_day=9) as service:
        await service.hear(*aside)
        assert len(smtp_sink.mails) == 4
        assert len(await service.emails(state="held")) == 26


async def the_office_reads_of_it_and_sends_one(service: Running, client_of: Client):
    office = signed_in(service.settings, "office", subject="office@example.org")
    async with client_of(service, office) as client:
        home = await client.get("/notifications/", headers={"accept": "text/html"})
        assert "26 emails to 1 address held back this week" in home.text
        listed = await client.get(held_this_week(home.text))
        assert "26 found" in listed.text
        assert listed.text.count("Held back") >= 25
        [one, *_] = await service.emails(state="held")
        page = await client.get(f"/notifications/mails/{one.email_id}")
        assert "would be flooded" in page.text
        answer = await client.post(
            f"/notifications/mails/{one.email_id}/resend",
            data={"reason": "She rang and asked for it"},
        )
        assert answer.status_code == 303
    await service.settled()


def held_this_week(home: str) -> str:
    """Where the start page's line about them leads."""
    [link] = re.findall(r'href="([^"]+)">\d+ emails? to [^<]+ held back this week', home)
    return html.unescape(link)


async def of_the_week_the_office_sees_this_weeks_alone(service: Running, client_of: Client):
    office = signed_in(service.settings, "office", subject="office@example.org")
    service.clock.advance(timedelta(days=8))
    async with client_of(service, office) as client:
        assert "held back" not in (await client.get("/notifications/")).text
        await service.hear(to_victim(40))
        home = await client.get("/notifications/")
        assert "1 email to 1 address held back this week" in home.text
        assert "1 found" in (await client.get(held_this_week(home.text))).text
        everything = await client.get("/notifications/mails?state=held&since=never")
        assert "26 found" in everything.text
