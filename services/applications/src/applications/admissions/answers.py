"""What an applicant answered, whatever form it came from."""

import re
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from nextstep_programme.email_address import address_key

BESIDE = frozenset({"unread", "vague"})
"""What stands beside the answers about how they were read."""


class Answers(BaseModel):
    """One submission's answers, cleaned and typed. None means: not answered."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    email: str
    """As written but for what pasting adds; compared as `same_address` does."""
    gmc_number: str | None = None
    """General Medical Council reference, kept as text: seven digits when valid."""
    gdc_number: str | None = None
    """General Dental Council number, four to seven digits when valid."""
    discipline: str | None = None
    specialty: str | None = None
    region: str | None = None
    deanery: str | None = None
    trust: str | None = None
    """The employer, a trust or a practice, as written: what it means says the office's list."""
    training_grade: str | None = None
    ntn: str | None = None
    """National Training Number, `DEANERY/SPECIALTY/GMC-or-GDC/SUFFIX`."""
    cct_date: date | None = None
    """Expected date of the Certificate of Completion of Training."""
    ltft_percentage: int | None = None
    """Less-than-full-time percentage; 100 or None is full time."""
    in_training_on: bool | None = None
    """Will still be in a training programme in the region on the cohort's stated day."""
    unread: dict[str, str] = Field(default_factory=dict)
    """Answers that were given but could not be read as what they should be, as written."""
    vague: dict[str, str] = Field(default_factory=dict, exclude_if=lambda vague: not vague)
    """Answers that say less than was asked (a month for a day), as written: what was read is the
    last day that they can mean."""

    def changed_from(self, earlier: "Answers") -> tuple[str, ...]:
        """Names of the answers that differ from an earlier submission's, in field order."""
        names = [name for name in type(self).model_fields if name not in BESIDE]
        return tuple(name for name in names if self.said(name) != earlier.said(name))

    def said(self, name: str) -> tuple[object, str | None, str | None]:
        """An answer as it was read, with what was written where that says more or less."""
        return getattr(self, name), self.unread.get(name), self.vague.get(name)

    @property
    def gmc_reference(self) -> str | None:
        """The GMC reference if it has the form of one."""
        return _numbered(self.gmc_number, r"[0-9]{7}")

    @property
    def gdc_registration(self) -> str | None:
        """The GDC number if it has the usual form."""
        return _numbered(self.gdc_number, r"[0-9]{4,7}")

    def identities(self) -> tuple[str, ...]:
        """What recognises the same person again, strongest first: number, then address.

        Text that is not a registration number ("applied for") identifies nobody.
        """
        found = (
            f"gmc:{self.gmc_reference}" if self.gmc_reference else "",
            f"gdc:{self.gdc_registration}" if self.gdc_registration else "",
            f"email:{address_key(self.email)}",
        )
        return tuple(key for key in found if key)


def _numbered(text: str | None, form: str) -> str | None:
    return text if text and re.fullmatch(form, text) else None
