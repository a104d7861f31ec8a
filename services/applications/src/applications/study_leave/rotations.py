"""Rotations: where a Fellow works during the year, as told at acceptance or later."""

from collections.abc import Sequence
from datetime import date

from applications.admissions.application import Rotation
from nextstep_programme import Cohort

MOST = 4
"""Rotations in one year: trainees move once or twice, some every three months."""
LONGEST_NAME = 200


class RotationError(ValueError):
    """The rotations contradict each other. `faults` has a sentence for each row, from 1."""

    def __init__(self, faults: dict[int, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


def trust_on(on: date, trust: str | None, rotations: Sequence[Rotation]) -> str | None:
    """Where a Fellow works on a day: by the last rotation that began by then, or as at first."""
    begun = [rotation for rotation in rotations if rotation.from_date <= on]
    return max(begun, key=lambda rotation: rotation.from_date).trust if begun else trust


def read_rotations(
    given: Sequence[tuple[str, str]], cohort: Cohort, trust: str | None
) -> tuple[Rotation, ...]:
    """Turn rows of a form (employer, first day) into rotations in the order of their days.

    Empty rows say nothing.

    Raises:
        RotationError: a row is half empty, or its day cannot be, or two rows have the same day.

    """
    faults: dict[int, str] = {}
    read: dict[int, Rotation] = {}
    for row, (name, first_day) in enumerate(given, start=1):
        if not name and not first_day:
            continue
        try:
            read[row] = _rotation(name, first_day, cohort)
        except ValueError as fault:
            faults[row] = str(fault)
    faults |= _contradictions(read, trust)
    if faults:
        raise RotationError(faults)
    return tuple(sorted(read.values(), key=lambda rotation: rotation.from_date))


def _rotation(name: str, first_day: str, cohort: Cohort) -> Rotation:
    if not name:
        raise ValueError("Say where you go to.")
    if len(name) > LONGEST_NAME:
        raise ValueError(f"Give the employer's name in at most {LONGEST_NAME} characters.")
    try:
        day = date.fromisoformat(first_day)
    except ValueError:
        raise ValueError(f"Give the first day at {name}.") from None
    if not cohort.applications_open <= day <= cohort.completes_on:
        raise ValueError(f"The first day at {name} is not within the programme's year.")
    return Rotation(trust=name, from_date=day)


def _contradictions(read: dict[int, Rotation], trust: str | None) -> dict[int, str]:
    """Two employers on one day, or a move to where somebody works already."""
    faults: dict[int, str] = {}
    before, day = trust, None
    for row, rotation in sorted(read.items(), key=lambda item: item[1].from_date):
        if rotation.from_date == day:
            faults[row] = "Two rotations begin on the same day."
        elif before and rotation.trust.casefold() == before.casefold():
            faults[row] = f"You are at {rotation.trust} before that day already."
        before, day = rotation.trust, rotation.from_date
    return faults
