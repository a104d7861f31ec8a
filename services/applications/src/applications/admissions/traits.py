"""What two people of a selection may have in common: names, addresses, numbers, employers.

Likeness is a hint for the office, see `nextstep_programme.resemblance`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self

from applications.admissions.answers import Answers
from nextstep_programme.resemblance import (
    RULE,
    EmployerName,
    PersonName,
    address_trace,
    number_trace,
)

BY_THIS_RULE = f"rule:{RULE}"
"""Among what is stored of an application: it was written by the rule in force."""


@dataclass(frozen=True)
class Traits:
    """What may be alike, read once for all comparisons."""

    email: str
    """Without regard to case."""
    mailbox: str
    name: PersonName
    trust: str
    employers: tuple[EmployerName, ...]
    """All that their employer is called, as far as that is known."""
    numbers: frozenset[str]

    @classmethod
    def read(
        cls,
        name: str,
        email: str,
        trust: str | None,
        numbers: Iterable[str | None] = (),
        also_called: Sequence[str] = (),
    ) -> Self:
        """Read what somebody is called, where they work, and how they are registered.

        `also_called` is what else the employer is called, where somebody has said which it is.
        """
        return cls(
            email.casefold(),
            address_trace(email),
            PersonName.read(name),
            trust or "",
            tuple(map(EmployerName.read, dict.fromkeys((trust or "", *also_called)))),
            frozenset(trace for one in numbers if (trace := number_trace(one or ""))),
        )

    @classmethod
    def of_applicant(cls, answers: Answers) -> Self:
        """The traits that somebody's answers show."""
        numbers = (answers.gmc_number, answers.gdc_number)
        return cls.read(answers.name, answers.email, answers.trust, numbers)

    @property
    def in_common(self) -> list[str]:
        """What anybody alike has at least one of as well: where to look for conflicts."""
        found = {
            "email": {self.email, self.mailbox},
            "name": self.name.traces,
            "trust": frozenset().union(*(one.traces for one in self.employers)),
            "number": self.numbers,
        }
        return sorted(f"{what}:{one}" for what, values in found.items() for one in values if one)
