"""What was announced of a Fellow who graduated."""

from datetime import date
from typing import ClassVar

from awards.fellows.records import Record


class Graduation(Record):
    """What was announced of one Fellow; the id is the person's."""

    collection: ClassVar[str] = "graduations"
    cohort: str
    revision: int
    graduated_on: date
    bursary: bool
    discount_until: date
