"""One card for each application: the little that lists, counts and charts need of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications.admissions.answers import Answers
from applications.admissions.application import Rotation
from applications.admissions.eligibility import DOCUMENTS
from applications.admissions.states import STATES, State
from applications.admissions.wording import search_words, unaccented
from nextstep_contracts import StudyLeaveEntry

FLAGS = {
    "borderline": "Borderline: a rule refers it",
    "part_time": "Trains less than full time",
    "no_gmc": "No GMC number",
    "late": "Late",
    "after_decision": "Submission to decide on",
    "old_rules": "Judged by older rules",
    "offer_ending": "Offer ends soon",
    "leave_missing": "Leave not possible, trust not told",
    "leave_unanswered": "Leave applied for, no answer, date near",
    "leave_unsaid": "Study leave not declared for every date",
    "bounced": "Mail came back",
}
"""What the office can filter by, beside the state."""


@dataclass(frozen=True, slots=True)
class Card:
    """What a list shows of an application, and what it is found and counted by."""

    id: str
    version: int
    person_id: str
    reference: str
    name: str
    sort_name: str
    discipline: str | None
    trust: str | None
    state: State
    submitted_at: datetime
    first_submitted_at: datetime
    offer_expires_at: datetime | None
    cct_year: int | None
    source: str | None
    rules: str | None
    """The version of the rules that judged it."""
    erased: bool
    study_leave: tuple[StudyLeaveEntry, ...]
    rotations: tuple[Rotation, ...]
    marks: frozenset[str]
    """Those of `FLAGS` that follow from the application alone."""
    text: str
    """Its search words, each after a space."""

    @property
    def decided(self) -> bool:
        """Whether a decision was made."""
        return STATES[self.state].decided

    def says(self, words: list[str]) -> bool:
        """Whether each of these begins a word of the application."""
        return all(f" {word}" in self.text for word in words)


def card_of(document: Mapping[str, Any]) -> Card:
    """The card of a stored application."""
    answers = Answers.model_construct(**document["answers"])
    assessment = document["assessment"]
    return Card(
        id=document["_id"],
        version=document["version"],
        person_id=document["person_id"],
        reference=document["reference"],
        name=answers.name,
        sort_name=unaccented(answers.name),
        discipline=answers.discipline,
        trust=answers.trust,
        state=document["state"],
        submitted_at=document["submitted_at"],
        first_submitted_at=document["first_submitted_at"],
        offer_expires_at=document["offer_expires_at"],
        # stored as ISO text, because the database knows no dates without a time
        cct_year=int(str(answers.cct_date)[:4]) if answers.cct_date else None,
        source=document.get("source"),
        rules=assessment["version"] if assessment else None,
        erased=document["erased"],
        study_leave=tuple(map(StudyLeaveEntry.model_validate, document["study_leave"])),
        rotations=tuple(map(Rotation.model_validate, document.get("rotations", ()))),
        marks=frozenset(_marks(document, answers)),
        text=_text(document["reference"], answers),
    )


def _marks(document: Mapping[str, Any], answers: Answers) -> list[str]:
    results = (document["assessment"] or {"results": ()})["results"]
    found = {
        "borderline": any(r["outcome"] == "refer" and r["rule"] != DOCUMENTS for r in results),
        "part_time": answers.ltft_percentage is not None and answers.ltft_percentage < 100,  # noqa: PLR2004 -- per cent
        "no_gmc": answers.gmc_reference is None and not document["erased"],
        "late": document["late"],
        "after_decision": document["awaits_office"] is not None,
    }
    return [mark for mark, holds in found.items() if holds]


def _text(reference: str, answers: Answers) -> str:
    """Everything that an application is found by: names, numbers, trust and specialty."""
    said = (
        reference,
        answers.name,
        answers.email,
        answers.gmc_number,
        answers.gdc_number,
        answers.ntn,
        answers.trust,
        answers.specialty,
    )
    words = {word for text in said if text for word in search_words(text)}
    return "".join(f" {word}" for word in sorted(words))
