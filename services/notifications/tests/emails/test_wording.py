"""Words in emails are plain, local and safe."""

from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notifications.emails.wording import (
    clean,
    day_in_words,
    greeting,
    moment_in_words,
    span_in_words,
    time_in_words,
)


@given(st.text())
def test_cleaned_text_is_one_line_without_control_characters(text: str):
    cleaned = clean(text)
    assert cleaned == cleaned.strip()
    assert "\n" not in cleaned
    assert "\r" not in cleaned
    assert "\x00" not in cleaned


def test_direction_marks_that_reverse_text_are_removed():
    assert clean("Ada\u202e gro.live\u2066 \u200fOkafor") == "Ada gro.live Okafor"


def test_a_newline_cannot_start_a_header():
    assert clean("Ada\r\nBcc: everybody@example.org") == "Ada Bcc: everybody@example.org"


def test_names_in_any_script_stay_as_they_are():
    assert clean("  Siân  O'Brien-Nguyễn ") == "Siân O'Brien-Nguyễn"
    assert clean("محمد علی") == "محمد علی"


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "Win at https://evil.example",
        "visit www.evil.org now",
        "evil.com",
        "a@b",
        "x" * 81,
    ],
)
def test_a_name_that_reads_like_an_advert_is_not_greeted(name: str):
    assert greeting(name) == "Hello"


@pytest.mark.parametrize("name", ["Dr Ada Okafor", "J.R. St.John-Smith", "Ng"])
def test_a_person_is_greeted_by_name(name: str):
    assert greeting(name) == f"Dear {name}"


def test_times_are_told_as_people_tell_them():
    times = [time(0), time(9), time(9, 30), time(12), time(12, 5), time(17), time(23, 59)]
    assert [time_in_words(t) for t in times] == [
        "midnight",
        "9am",
        "9:30am",
        "midday",
        "12:05pm",
        "5pm",
        "11:59pm",
    ]


def test_days_carry_their_weekday():
    assert day_in_words(date(2024, 10, 8)) == "Tuesday 8 October 2024"


def test_a_moment_is_told_in_local_time_on_both_sides_of_a_clock_change():
    summer = moment_in_words(datetime(2024, 10, 26, 16, tzinfo=UTC), "Europe/London")
    winter = moment_in_words(datetime(2024, 10, 27, 16, tzinfo=UTC), "Europe/London")
    assert summer == "5pm on Saturday 26 October 2024"
    assert winter == "4pm on Sunday 27 October 2024"


def test_midnight_is_told_as_the_minute_before_so_that_nobody_mistakes_the_day():
    moment = datetime(2024, 9, 9, 23, tzinfo=UTC)  # midnight in London
    assert moment_in_words(moment, "Europe/London") == "11:59pm on Monday 9 September 2024"


def test_an_open_time_is_said_to_be_open():
    assert span_in_words(None, None) == "time to be confirmed"
    assert span_in_words(time(9), None) == "from 9am, end to be confirmed"
    assert span_in_words(time(17), time(19)) == "5pm to 7pm"
