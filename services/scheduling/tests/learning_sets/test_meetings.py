"""The meetings of the sets."""

from datetime import date, time

from scheduling.learning_sets.meetings import meetings

from ..builders import cohort


def test_set_three_meets_in_the_third_slot_of_each_topic():
    assert [(s.session_id, s.on, s.starts, s.ends) for s in meetings(cohort(), 3)] == [
        ("2024-25:topic-1-set-3", date(2024, 11, 1), time(13), time(14, 30)),
        ("2024-25:topic-2-set-3", date(2024, 12, 6), time(13), time(14, 30)),
        ("2024-25:topic-3-set-3", date(2025, 1, 11), time(15), time(16, 30)),
        ("2024-25:topic-4-set-3", date(2025, 2, 28), time(13), time(14, 30)),
    ]


def test_no_two_sets_meet_at_the_same_time():
    slots = [(s.on, s.starts) for n in range(1, 11) for s in meetings(cohort(), n)]
    assert len(slots) == len(set(slots)) == 40
