"""What makes an applicant awkward.

The rules of the services are not used here: a quirk is built from the published conditions (two
training years of CCT counted from 8 October 2024 or, on another reading, 11 September 2024; East
of England; in training on 31 July 2024; the deadline of 9 September 2024).
"""

import random
from datetime import date, timedelta

from nextstep_local.demo.papers import HOSTILE_NAMES
from nextstep_local.demo.person import Applicant, Upload
from nextstep_local.demo.simulated_time import london
from nextstep_local.demo.specialties import BY_NAME, OUT_OF_REACH


def make_awkward(chance: random.Random, applicant: Applicant) -> None:
    """Change what the applicant sends as their quirk says."""
    if applicant.quirk in _CHANGES:
        _CHANGES[applicant.quirk](chance, applicant)


def _far(_: random.Random, applicant: Applicant) -> None:
    _completes(applicant, OUT_OF_REACH)


def _completes(applicant: Applicant, on: date) -> None:
    """They complete training on another day, so their grade is another one."""
    specialty = BY_NAME[applicant.answers["specialty"]]
    applicant.answers |= {"cct_date": on.isoformat(), "training_grade": specialty.grade(on)}


def _elsewhere(_: random.Random, applicant: Applicant) -> None:
    applicant.answers |= {"region": "London", "deanery": "London", "ntn": ""}


def _left_training(_: random.Random, applicant: Applicant) -> None:
    applicant.answers["in_training_on"] = "no"


def _borderline(chance: random.Random, applicant: Applicant) -> None:
    # Within two years of Module 1 (8 October), not of Masterclass 1 (11 September).
    _completes(applicant, date(2026, 9, chance.randint(12, 30)))


def _part_time(chance: random.Random, applicant: Applicant) -> None:
    applicant.answers["ltft_percentage"] = chance.choice(("60%", "80", "50"))
    _completes(applicant, date(2026, chance.randint(11, 12), 15))


def _unregistered(_: random.Random, applicant: Applicant) -> None:
    for number in ("gmc_number", "gdc_number"):
        if number in applicant.answers:
            applicant.corrections[number] = applicant.answers[number]
            applicant.answers[number] = ""


def _late(chance: random.Random, applicant: Applicant) -> None:
    # From the first second after the deadline to some days after it.
    deadline = london(date(2024, 9, 9)) + timedelta(hours=14, minutes=59)
    applicant.at = deadline + timedelta(minutes=chance.randint(1, 4 * 24 * 60))


def _without_document(chance: random.Random, applicant: Applicant) -> None:
    missing = chance.choice(("cv", "statement_1", "statement_2"))
    applicant.corrected_uploads[missing] = applicant.uploads.pop(missing)


def _unusable_document(_: random.Random, applicant: Applicant) -> None:
    applicant.corrected_uploads["cv"] = applicant.uploads["cv"]
    applicant.uploads["cv"] = Upload("cv.pdf", b"MZ\x90\x00 this is no document")


def _second_thoughts(chance: random.Random, applicant: Applicant) -> None:
    specialty, now = BY_NAME[applicant.answers["specialty"]], applicant.answers["trust"]
    applicant.corrections["trust"] = specialty.employer(chance, but=now)


def _hostile(_: random.Random, applicant: Applicant) -> None:
    name = HOSTILE_NAMES[applicant.number % len(HOSTILE_NAMES)]
    applicant.uploads["cv"] = Upload(name, applicant.uploads["cv"].data)


_CHANGES = {
    "too far from CCT": _far,
    "another region": _elsewhere,
    "not in training": _left_training,
    "borderline CCT": _borderline,
    "part-time": _part_time,
    "missing GMC": _unregistered,
    "late": _late,
    "missing document": _without_document,
    "unusable document": _unusable_document,
    "amended": _second_thoughts,
    "hostile file names": _hostile,
}
