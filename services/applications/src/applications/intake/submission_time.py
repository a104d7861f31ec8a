"""When somebody submitted: what a form says is believed only where it can be true. Pure.

A form's own clock decides whether an application is in time, so a time that no applicant can have
submitted at (the day zero of a spreadsheet, an empty clock, tomorrow) must not: the moment of
arrival counts instead, and the office is told.
"""

from datetime import datetime, time, timedelta

from applications.admissions.waiting import TimeFault
from nextstep_programme import Cohort

BEFORE_OPENING = timedelta(days=14)
"""How long before applications open a time is believed: forms go online before they are
announced, and the office tries them."""
CLOCKS_DIFFER = timedelta(minutes=15)
"""How far after the arrival a time may be, as two clocks differ, without a word to the office."""


def time_that_counts(
    said: datetime | None, as_written: str, received_at: datetime, cohort: Cohort
) -> tuple[datetime, TimeFault | None]:
    """When a submission counts as submitted.

    Args:
        said: the time that the form gives, if there is one that can be read.
        as_written: what the form has in its place; empty if it has nothing.
        received_at: when the submission arrived.
        cohort: the year that it is for.

    Returns:
        the moment, never after the arrival; and why the form's own time is not believed, or None.

    """
    if said is None:
        return received_at, "unreadable" if as_written else None
    opened = cohort.moment(cohort.applications_open, time.min)
    if said < opened - BEFORE_OPENING:
        return received_at, "before_opening"
    if said > received_at + CLOCKS_DIFFER:
        return received_at, "after_arrival"
    return min(said, received_at), None
