"""What the source of a cohort leaves open."""

from nextstep_programme.model import Cohort


def open_points(cohort: Cohort) -> list:
    return []
