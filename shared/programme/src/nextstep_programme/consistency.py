"""Do the parts of a cohort fit together?"""

from nextstep_programme.model import Cohort


def inconsistencies(cohort: Cohort) -> list:
    return []
