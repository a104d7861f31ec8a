"""Invitations are what Outlook and Gmail take for invitations, and stand at the right hour."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from icalendar import Calendar

from notifications.calendar.details import Details
from notifications.calendar.entries import entry_from
from notifications.calendar.ics import invitation_ics, uid_for
from notifications.calendar.what_to_send import CalendarStep, Invitation

from ..builders import NOW, scheduled

OFFICE = ("Next Step Programme", "office@nextstep.example.org")


def built(step: CalendarStep, name: str = "Dr Ada Okafor") -> tuple[Calendar, Any]:
    raw = invitation_ics(
        step, name=name, organiser=OFFICE, link="https://ns.example.org/scheduling/me", now=NOW
    )
    calendar = Calendar.from_ical(raw)
    return calendar, calendar.walk("VEVENT")[0]


def step_on(day: date, starts: time | None = time(17), sequence: int = 0) -> CalendarStep:
    details = entry_from(scheduled(on=day, starts=starts)).details
    assert details is not None
    sent = Invitation("session-1", "person-1", sequence, details, "ada@example.org", active=True)
    return CalendarStep("invited", sent)


def test_an_invitation_asks_for_the_entry_with_organiser_and_attendee():
    calendar, event = built(step_on(date(2024, 10, 8)))
    assert calendar["METHOD"] == "REQUEST"
    assert event["ORGANIZER"] == "mailto:office@nextstep.example.org"
    assert event["ATTENDEE"] == "mailto:ada@example.org"
    assert event["ATTENDEE"].params["RSVP"] == "FALSE"
    assert (event["SEQUENCE"], event["STATUS"]) == (0, "CONFIRMED")
    assert event["LOCATION"] == "Online"


def test_the_hour_in_london_is_kept_across_both_clock_changes():
    moments = [
        built(step_on(day))[1]["DTSTART"].dt
        for day in (date(2024, 10, 26), date(2024, 10, 27), date(2025, 3, 29), date(2025, 3, 30))
    ]
    assert moments == [
        datetime(2024, 10, 26, 16, tzinfo=UTC),
        datetime(2024, 10, 27, 17, tzinfo=UTC),
        datetime(2025, 3, 29, 17, tzinfo=UTC),
        datetime(2025, 3, 30, 16, tzinfo=UTC),
    ]


def test_no_time_zone_is_needed_to_read_it():
    assert built(step_on(date(2024, 10, 8)))[0].walk("VTIMEZONE") == []


def test_an_open_time_is_an_all_day_entry_even_on_the_day_the_clocks_change():
    _, event = built(step_on(date(2024, 10, 27), starts=None))
    assert (event["DTSTART"].dt, event["DTEND"].dt) == (date(2024, 10, 27), date(2024, 10, 28))
    details = entry_from(scheduled(on=date(2024, 10, 27), starts=None)).details
    assert details is not None
    assert details.ends_at - details.starts_at == timedelta(hours=25)


def test_a_change_and_a_cancellation_keep_the_uid():
    first = step_on(date(2024, 10, 8))
    gone = CalendarStep("cancelled", step_on(date(2024, 10, 8), sequence=3).invitation)
    calendar, event = built(gone)
    assert event["UID"] == built(first)[1]["UID"]
    assert (calendar["METHOD"], event["STATUS"], event["SEQUENCE"]) == ("CANCEL", "CANCELLED", 3)


def test_the_uid_differs_by_person_and_names_nobody():
    mine = uid_for("session-1", "person-1", "nextstep.example.org")
    assert mine != uid_for("session-1", "person-2", "nextstep.example.org")
    assert "person" not in mine


def test_a_hostile_name_stays_inside_its_parameter():
    raw = invitation_ics(
        step_on(date(2024, 10, 8)),
        name='Ada"\r\nATTENDEE:mailto:evil@example.org',
        organiser=OFFICE,
        link="https://ns.example.org",
        now=NOW,
    )
    events = Calendar.from_ical(raw).walk("VEVENT")
    assert events[0]["ATTENDEE"] == "mailto:ada@example.org"
    assert "\r\nATTENDEE:mailto:evil" not in raw


def test_a_hostile_title_cannot_add_a_property():
    details = Details("x\\nBEGIN:VALARM;,", date(2024, 10, 8), None, None, "Europe/London", "a;b,c")
    sent = Invitation("s", "p", 0, details, "ada@example.org", active=True)
    calendar, event = built(CalendarStep("invited", sent))
    assert calendar.walk("VALARM") == []
    assert event["SUMMARY"] == details.title
    assert event["LOCATION"] == "a;b,c"
