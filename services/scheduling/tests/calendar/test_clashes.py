"""Clash warnings."""

from datetime import date, time

from scheduling.calendar.clashes import clashes, concerning

from ..builders import calendar, cohort, person_id, session


def found(*sessions):
    return [clash.message for clash in clashes(sessions, cohort())]


def test_the_published_calendar_has_no_clash():
    assert clashes(calendar(), cohort()) == ()


def test_two_sessions_at_the_same_time_clash():
    other = session("masterclass-2", on=date(2024, 9, 11), starts=time(18), ends=time(20))
    first = session("masterclass-1")
    assert found(other, first) == [f"{first.title} and {other.title} overlap on 11 September 2024."]


def test_one_session_after_the_other_is_no_clash():
    other = session("masterclass-2", on=date(2024, 9, 11), starts=time(19), ends=time(20))
    assert found(session("masterclass-1"), other) == []


def test_a_session_without_a_time_may_clash_with_any_on_its_day():
    module = session("module-1", on=date(2024, 9, 11))
    assert len(found(module, session("masterclass-1"))) == 1


def test_meetings_of_different_people_do_not_clash():
    one = session("masterclass-1", audience=(person_id(1),))
    two = session("masterclass-1", session_id="x", audience=(person_id(2),))
    assert found(one, two) == []


def test_a_cancelled_session_clashes_with_nothing():
    other = session("masterclass-2", on=date(2024, 9, 11), cancelled="Snow.")
    assert found(session("masterclass-1"), other) == []


def test_a_session_after_the_programme_year_is_pointed_out_on_its_page():
    late = session("networking-1", on=date(2025, 9, 1))
    seen = clashes([late, session("module-1")], cohort())
    assert concerning(seen, late.session_id) == (
        f"{late.title} is on 1 September 2025, outside the programme year.",
    )
    assert concerning(seen, session("module-1").session_id) == ()
