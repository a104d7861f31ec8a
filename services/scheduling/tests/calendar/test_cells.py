"""How a session's day and times are written."""

from datetime import date, time

from scheduling.calendar.pages.cells import when
from scheduling.calendar.session import Session


def a_session(**given) -> Session:
    named = {"session_id": "s", "cohort": "2024-25", "zone": "Europe/London", "kind": "module"}
    return Session(**(named | {"title": "Module 1", "venue": "Online"} | given))


def test_a_session_says_what_is_known_of_its_day_and_times():
    on = date(2024, 9, 11)
    assert when(a_session(on=on, starts=time(17), ends=time(19))) == "Wed 11 Sep 2024, 5pm to 7pm"
    assert when(a_session(on=on)) == "Wed 11 Sep 2024, time to be confirmed"
    assert when(a_session()) == "No date yet"
