"""Which days an office in England works."""

from datetime import date

from nextstep_programme.working_days import bank_holiday, is_working_day, on_or_after


def test_weekends_and_bank_holidays_are_no_working_days():
    assert bank_holiday(date(2026, 12, 25)) == "Christmas Day"
    assert not is_working_day(date(2026, 12, 28))  # Boxing Day was a Saturday
    assert not is_working_day(date(2026, 9, 5))
    assert is_working_day(date(2026, 9, 4))


def test_the_next_working_day_after_christmas():
    assert on_or_after(date(2026, 12, 25)) == date(2026, 12, 29)
    assert on_or_after(date(2026, 12, 24)) == date(2026, 12, 24)
