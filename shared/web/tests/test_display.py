from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from fastapi import FastAPI

from nextstep_web import WebSettings, display

from .conftest import browser_of, enter


def test_moments_are_written_in_london_time_on_both_sides_of_a_clock_change():
    before = datetime(2024, 10, 27, 0, 59, tzinfo=UTC)
    after = datetime(2024, 10, 27, 1, 1, tzinfo=UTC)
    assert display.moment(before) == "Sunday 27 October 2024, 1:59am"
    assert display.moment(after) == "Sunday 27 October 2024, 1:01am"
    assert display.short_moment(datetime(2025, 3, 30, 1, 0, tzinfo=UTC)) == "30 Mar 2025, 2am"


def test_a_late_summer_evening_in_utc_is_the_next_day_in_london():
    assert display.day(datetime(2024, 9, 9, 23, 30, tzinfo=UTC)) == "10 September 2024"


def test_what_is_not_known_says_so():
    assert (display.day(None), display.short_day(None)) == ("to be confirmed", display.NOT_KNOWN)
    assert (display.weekday(None), display.moment(None)) == (display.TO_COME, display.TO_COME)
    assert display.short_moment(None) == display.NOT_KNOWN


def test_a_table_writes_its_days_and_moments_and_leaves_the_rest():
    assert display.written(date(2024, 10, 8)) == "8 Oct 2024"
    assert display.written(datetime(2024, 10, 8, 16, tzinfo=UTC)) == "8 Oct 2024, 5pm"
    assert (display.written("8"), display.written(8), display.written(None)) == ("8", 8, None)


async def test_a_page_writes_in_the_zone_of_its_cohort(
    make_app: Callable[..., FastAPI], settings: WebSettings
):
    for zone, said in (("Europe/London", "2 Sep 2024, 1pm"), ("Asia/Tokyo", "2 Sep 2024, 9pm")):
        async with browser_of(make_app(zone=zone)) as browser:
            enter(browser, settings, "office")
            page = (await browser.get("/awards/moment")).text
        assert said in page
        assert "Monday 2 September 2024, " in page
        assert "11:30am to midday" in page


def test_a_moment_without_a_time_zone_is_a_mistake():
    with pytest.raises(ValueError, match="time zone"):
        display.moment(datetime(2024, 9, 9))  # noqa: DTZ001 - what is refused


def test_days_money_and_counts():
    assert display.short_day(date(2024, 10, 8)) == "8 Oct 2024"
    assert (display.pounds(200), display.pounds(1250.5)) == ("£200", "£1,250.50")
    assert (display.plural(1, "place"), display.plural(70, "place")) == ("1 place", "70 places")
    assert display.plural(2, "inquiry", "inquiries") == "2 inquiries"


def test_a_file_name_without_a_space_may_break_where_words_of_the_language_do_not():
    assert display.overlong("Curriculum_Vitae_of_a_Person_2024_final.pdf")
    assert not display.overlong("Otorhinolaryngology at Cambridge University Hospitals NHS Trust")
    assert not display.overlong(None)
