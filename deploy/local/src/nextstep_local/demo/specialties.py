"""What the invented applicants train in, where, and what goes with it.

So that a doctor believes it: whoever trains in general practice is at most an ST3, dentists are
registered with the GDC and work towards a CCST, psychiatrists work for mental health trusts. The
numbers of the specialties within training numbers are of our own making.
"""

import random
from dataclasses import dataclass
from datetime import date

from nextstep_programme import StartingEmployer, load

COHORT = load("2024-25").cohort
"""The year that the demo plays."""
REGION = COHORT.eligibility.region
NEARLY_DONE = date(2025, 9, 1)
"""Whoever completes training before this day is in the last year of it when applications close."""
OUT_OF_REACH = date(2027, 8, 4)
"""A CCT date three training years after the applications: the first Wednesday of August."""
_MENTAL_HEALTH = (
    "cambridgeshire-and-peterborough",
    "essex-partnership",
    "hertfordshire-partnership",
    "norfolk-and-suffolk",
)
_HOSPITALS = (
    "bedfordshire-hospitals",
    "cambridge-university-hospitals",
    "east-and-north-hertfordshire",
    "east-suffolk-and-north-essex",
    "james-paget",
    "mid-and-south-essex",
    "norfolk-and-norwich",
    "north-west-anglia",
    "princess-alexandra",
    "queen-elizabeth-kings-lynn",
    "west-hertfordshire",
    "west-suffolk",
)
_GP_PRACTICES = ("Riverside Surgery, Ely", "The Old Mill Practice, Diss", "Harbour Medical Centre")
_DENTAL_PRACTICES = ("Castle Dental Care, Colchester", "Market Street Orthodontics")


@dataclass(frozen=True)
class Specialty:
    """What somebody trains in."""

    name: str
    discipline: str
    number: int
    """Within a National Training Number."""
    last_grades: tuple[str, str, str]
    """The grades of the last three years of training."""
    employers: tuple[str, ...]
    """Keys of the cohort's list of employers, or names of practices that are not on it."""

    @property
    def dental(self) -> bool:
        """Whether it is for dentists: registered with the GDC, working towards a CCST."""
        return self.discipline == "dentistry"

    def grade(self, completes: date) -> str:
        """The grade of somebody who completes training on a day."""
        if completes >= OUT_OF_REACH:
            return self.last_grades[0]
        return self.last_grades[2 if completes < NEARLY_DONE else 1]

    def registration(self, chance: random.Random) -> str:
        """A number as the GDC, or the GMC, gives them."""
        if self.dental:
            return str(chance.randint(60_000, 299_999))
        return str(chance.randint(4_000_000, 7_999_999))

    def training_number(self, registration: str) -> str:
        """The National Training Number: region, specialty, the doctor's or dentist's own number."""
        (region, *_) = COHORT.eligibility.training_number_prefixes
        return f"{region}/{self.number:03}/{registration}/C"

    def employer(self, chance: random.Random, *, but: str = "") -> str:
        """Where somebody works, as they would write it; not at the same as `but` says."""
        left = [one for one in self.employers if but not in written(one)]
        return chance.choice(written(chance.choice(left)))


def written(employer: str) -> tuple[str, ...]:
    """The ways in which people write an employer: a key of the list, or a practice's name."""
    known = _LISTED.get(employer)
    # in full more often than in short
    return (known.name, known.name, *known.spellings) if known else (employer,)


_LISTED: dict[str, StartingEmployer] = {one.key: one for one in COHORT.employers}


def _hospital(
    name: str, number: int, *grades: str, discipline: str = "secondary care"
) -> Specialty:
    one, two, three = grades
    return Specialty(name, discipline, number, (one, two, three), _HOSPITALS)


def _psychiatry(name: str, number: int) -> Specialty:
    return Specialty(name, "mental health", number, ("ST4", "ST5", "ST6"), _MENTAL_HEALTH)


SPECIALTIES = (
    _hospital("Acute internal medicine", 11, "ST5", "ST6", "ST7"),
    _hospital("Anaesthetics", 12, "ST5", "ST6", "ST7"),
    _hospital("Emergency medicine", 13, "ST4", "ST5", "ST6"),
    _hospital("Geriatric medicine", 14, "ST5", "ST6", "ST7"),
    _hospital("Obstetrics and gynaecology", 15, "ST5", "ST6", "ST7"),
    _hospital("Paediatrics", 16, "ST5", "ST6", "ST7"),
    _hospital("Trauma and orthopaedic surgery", 17, "ST6", "ST7", "ST8"),
    Specialty("General practice", "primary care", 21, ("ST1", "ST2", "ST3"), _GP_PRACTICES),
    _psychiatry("General psychiatry", 31),
    _psychiatry("Child and adolescent psychiatry", 32),
    Specialty("Orthodontics", "dentistry", 41, ("ST1", "ST2", "ST3"), _DENTAL_PRACTICES),
    _hospital("Paediatric dentistry", 42, "ST1", "ST2", "ST3", discipline="dentistry"),
    _hospital("Oral surgery", 43, "ST1", "ST2", "ST3", discipline="dentistry"),
)
BY_NAME = {one.name: one for one in SPECIALTIES}
HOW_MANY = {"secondary care": 10, "primary care": 4, "mental health": 3, "dentistry": 2}
"""How the applicants share out between the disciplines."""


def drawn(chance: random.Random) -> Specialty:
    """A specialty by chance."""
    discipline = chance.choices(list(HOW_MANY), weights=tuple(HOW_MANY.values()))[0]
    return chance.choice([one for one in SPECIALTIES if one.discipline == discipline])
