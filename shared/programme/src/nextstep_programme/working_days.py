"""Days on which an office in England works."""

from datetime import date, timedelta
from functools import cache

import holidays

SATURDAY = 5


@cache
def _bank_holidays(year: int) -> dict[date, str]:
    return dict(holidays.country_holidays("GB", subdiv="ENG", years=year))


def bank_holiday(day: date) -> str | None:
    """The name of the bank holiday in England that falls on a day, or None."""
    return _bank_holidays(day.year).get(day)


def is_working_day(day: date) -> bool:
    """Whether a day is neither at a weekend nor a bank holiday in England."""
    return day.weekday() < SATURDAY and bank_holiday(day) is None


def on_or_after(day: date) -> date:
    """The first working day that is not before `day`."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
