"""Who was at which module, by the latest verdict."""

from functools import reduce

from awards.fellows.attendance import capstone, hear_attendance
from nextstep_programme import cohort_path, load_cohort

from ..builders import attendance


def test_an_attendance_correction_wins_over_the_verdict_it_corrects():
    missed = attendance(revision=1, attended=False)
    mended = attendance(revision=2)
    for events in ([missed, mended], [mended, missed], [mended, mended, missed]):
        assert reduce(hear_attendance, events, None).attended


def test_the_capstone_is_the_last_module():
    session = capstone(load_cohort(cohort_path("2024-25")).cohort)
    assert (session.key, session.number) == ("module-4", 4)
