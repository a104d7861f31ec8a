"""What an applicant answered, whatever form it came from."""

from datetime import date

from pydantic import BaseModel, ConfigDict, Field


class Answers(BaseModel):
    """One submission's answers, cleaned and typed. None means: not answered."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    email: str
    """As written; compared without regard to case."""
    gmc_number: str | None = None
    """General Medical Council reference, kept as text: seven digits when valid."""
    gdc_number: str | None = None
    """General Dental Council number, four to seven digits when valid."""
    discipline: str | None = None
    specialty: str | None = None
    region: str | None = None
    deanery: str | None = None
    trust: str | None = None
    """The employing trust or practice, as written: the list of trusts is never complete."""
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

    def changed_from(self, earlier: "Answers") -> tuple[str, ...]:
        """Names of the answers that differ from an earlier submission's, in field order."""
        return tuple(
            name
            for name in type(self).model_fields
            if getattr(self, name) != getattr(earlier, name)
        )

    def identities(self) -> tuple[str, ...]:
        """What recognises the same person again, strongest first: number, then address."""
        keys = []
        if self.gmc_number:
            keys.append(f"gmc:{self.gmc_number}")
        if self.gdc_number:
            keys.append(f"gdc:{self.gdc_number}")
        keys.append(f"email:{self.email.casefold()}")
        return tuple(keys)
