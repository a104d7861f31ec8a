"""What Fellows receive, and the days on which it runs out."""

from datetime import date

from nextstep_programme import Cohort


def after_years(start: date, years: int) -> date:
    """The same day some years later; 29 February becomes the 28th where there is none."""
    return after_months(start, 12 * years)


def after_months(start: date, months: int) -> date:
    """The same day some months later, or the month's last day where it has no such day."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    for day in range(start.day, 0, -1):
        try:
            return date(year, month + 1, day)
        except ValueError:
            continue
    raise AssertionError("every month has a first day")


def discount_until(cohort: Cohort, graduated_on: date) -> date:
    """The last day of the reduced fee: counted from completion, or from a later graduation."""
    start = max(cohort.completes_on, graduated_on)
    return after_years(start, cohort.benefits.discount_years)


def membership_ends(cohort: Cohort) -> date:
    """The day on which the Fellows' FMLM membership ends."""
    return after_months(cohort.benefits.membership_from, cohort.benefits.membership_months)
