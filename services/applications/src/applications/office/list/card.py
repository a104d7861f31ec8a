"""One card for each application: the little that lists, counts and charts need of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, get_args

from applications.admissions.answers import Answers
from applications.admissions.application import LeaveEntry, Rotation
from applications.admissions.eligibility import DOCUMENTS
from applications.admissions.held_back import APPLIED_AGAIN
from applications.admissions.states import STATES, State
from applications.admissions.waiting import (
    Doubt,
    HeldKind,
    HeldSubmission,
    Reasons,
    listed_sentences,
    reasons_of,
)
from nextstep_programme.employers import Employers, spelling
from nextstep_programme.letters import unaccented
from nextstep_programme.searching import finds, searchable

FLAGS = {
    "borderline": "Borderline: a rule refers it",
    "part_time": "Trains less than full time",
    "no_gmc": "No GMC or GDC number",
    "late": "Late",
    "by_hand": "Entered by hand",
    "after_decision": "Something else to settle",
    "waits_submission": "Submission to decide on",
    "waits_late": "Submission to decide on: after the deadline",
    "waits_decided": "Submission to decide on: after the decision",
    "waits_again": "Submission to decide on: applied again",
    "waits_doubt": "Submission to decide on: not certain whose",
    "waits_time": "The form\u2019s time is not believed",
    "waits_virus": "Virus found after the decision",
    "old_rules": "Judged by older rules",
    "offer_ending": "Offer ends soon",
    "leave_missing": "Leave not possible, employer not told",
    "leave_unanswered": "Leave applied for, no answer, date near",
    "leave_not_applied": "Leave not applied for, date near",
    "leave_unsaid": "Study leave not declared for every date",
    "bounced": "Email came back",
}
"""What the office can filter by, beside the state."""
HELD_FLAGS: Mapping[HeldKind, str] = {
    "after_deadline": "waits_late",
    "after_decision": "waits_decided",
    **dict.fromkeys(APPLIED_AGAIN.values(), "waits_again"),
    **dict.fromkeys(get_args(Doubt), "waits_doubt"),
}
"""The flag of each reason why a submission waits."""


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
    """Where somebody works, as they wrote it."""
    employer: str | None
    """The same by the office's list; as they wrote it where that does not know whom they mean."""
    state: State
    submitted_at: datetime
    first_submitted_at: datetime
    offer_expires_at: datetime | None
    cct_year: int | None
    source: str | None
    rules: str | None
    """The version of the rules that judged it."""
    erased: bool
    study_leave: tuple[LeaveEntry, ...]
    rotations: tuple[Rotation, ...]
    marks: frozenset[str]
    """Those of `FLAGS` that follow from the application alone."""
    referred: tuple[str, ...]
    """What the rules refer to the office, in sentences."""
    waits: Reasons
    """What else the office must settle."""
    text: str
    """Its search words, each after a space."""
    employer_text: str
    """The same of what the employer is called."""
    unknown_employers: frozenset[str]
    """What the applicant wrote of which nobody has said whom it means: see `spelling`."""

    @property
    def decided(self) -> bool:
        """Whether a decision was made."""
        return STATES[self.state].decided

    def why(self, zone: str) -> tuple[str, ...]:
        """What a person has to decide: what the rules refer, and what came in beside it."""
        return (*self.referred, *listed_sentences(self.waits, zone))

    def says(self, words: list[str]) -> bool:
        """Whether a search for these words finds the application."""
        return finds(words, self.text + self.employer_text)


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
        employer=answers.trust,
        state=document["state"],
        submitted_at=document["submitted_at"],
        first_submitted_at=document["first_submitted_at"],
        offer_expires_at=document["offer_expires_at"],
        # stored as ISO text, because the database knows no dates without a time
        cct_year=int(str(answers.cct_date)[:4]) if answers.cct_date else None,
        source=document.get("source"),
        rules=assessment["version"] if assessment else None,
        erased=document["erased"],
        study_leave=tuple(map(LeaveEntry.model_validate, document["study_leave"])),
        rotations=tuple(map(Rotation.model_validate, document.get("rotations", ()))),
        marks=frozenset(_marks(document, answers)),
        referred=_referred(document),
        waits=reasons_of(document["awaits_office"]),
        text=_text(document["reference"], answers),
        employer_text="",
        unknown_employers=frozenset(),
    )


@lru_cache(maxsize=4096)
def _search_words(names: tuple[str, ...]) -> str:
    return searchable(*names)


def at_employer(card: Card, employers: Employers) -> Card:
    """The card with the employer that the applicant means, found by all that it is called."""
    named = (card.trust, *(rotation.trust for rotation in card.rotations))
    return replace(
        card,
        employer=employers.called(card.trust),
        employer_text=_search_words(employers.names(card.trust)),
        unknown_employers=frozenset(
            spelling(one) for one in named if one and employers.meant_by(one) is None
        )
        - {""},
    )


def _marks(document: Mapping[str, Any], answers: Answers) -> list[str]:
    results = (document["assessment"] or {"results": ()})["results"]
    found = {
        "borderline": any(r["outcome"] == "refer" and r["rule"] != DOCUMENTS for r in results),
        "part_time": answers.ltft_percentage is not None and answers.ltft_percentage < 100,  # noqa: PLR2004 -- per cent
        "no_gmc": not (answers.gmc_reference or answers.gdc_registration or document["erased"]),
        "late": document["late"],
        "by_hand": document.get("by_hand") is not None,
    }
    marks = [mark for mark, holds in found.items() if holds]
    waits = reasons_of(document["awaits_office"])
    about = {f"waits_{one.about}" for one in waits}
    about |= {HELD_FLAGS[one.kind] for one in waits if isinstance(one, HeldSubmission)}
    return [*marks, *(["after_decision"] if about else []), *about]


def _referred(document: Mapping[str, Any]) -> tuple[str, ...]:
    if document["state"] != "referred":
        return ()
    results = (document["assessment"] or {"results": ()})["results"]
    return tuple(r["office"] for r in results if r["outcome"] != "pass" and r["rule"] != DOCUMENTS)


def _text(reference: str, answers: Answers) -> str:
    """Everything that an application is found by: names, numbers, employer and specialty."""
    return searchable(
        reference,
        answers.name,
        answers.email,
        answers.gmc_number,
        answers.gdc_number,
        answers.ntn,
        answers.trust,
        answers.specialty,
    )
