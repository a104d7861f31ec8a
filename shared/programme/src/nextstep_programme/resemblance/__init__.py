"""Whether two entries that people wrote may mean the same person, employer or address.

A hint for somebody who looks, never a decision: what is alike may be chance, and what is not alike
may be the same all the same. What follows from a likeness is for each service to say.
"""

from nextstep_programme.resemblance.contact import address_trace, number_trace
from nextstep_programme.resemblance.employers import EmployerName
from nextstep_programme.resemblance.names import PersonName

__all__ = ["RULE", "EmployerName", "PersonName", "address_trace", "number_trace"]

RULE = 1
"""Raised when other things become alike: traces that were stored before are then incomplete."""
