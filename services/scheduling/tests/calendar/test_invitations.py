"""Whom a session invites."""

from datetime import UTC, date, datetime

from scheduling.calendar.invitations import invited
from scheduling.fellows.who_is_a_fellow import withdraw

from ..builders import fellow, person_id, session, with_verdicts, withdrawn


def test_the_register_of_a_session_lists_its_fellows_of_that_day_by_name():
    late = fellow(3, accepted_at=datetime(2024, 9, 12, 9, tzinfo=UTC))
    listed = invited(session("masterclass-1"), [fellow(2), late, fellow(1)])
    assert [f.name for f in listed] == ["Fellow 01", "Fellow 02"]


def test_a_learning_set_s_register_lists_its_audience_only():
    meeting = session("masterclass-1", audience=(person_id(2),))
    assert [f.person_id for f in invited(meeting, [fellow(1), fellow(2)])] == [person_id(2)]


def test_somebody_with_a_verdict_stays_listed_when_the_session_is_moved():
    known = with_verdicts(withdraw(fellow(), withdrawn()), {"2024-25:masterclass-1": "attended"})
    moved = session("masterclass-1", on=date(2024, 12, 1))
    assert invited(moved, [known]) == [known]
