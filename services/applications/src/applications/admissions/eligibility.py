"""Is this person eligible? Pure rules over the cohort's published conditions.

Each rule answers pass, refer or fail with a sentence for the office, one fit for the applicant
and where the rule comes from. Nothing here rejects anybody: what does not pass goes to a person.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

from pydantic import BaseModel, ConfigDict

from applications.admissions.answers import Answers
from applications.admissions.training_window import judge_cct
from applications.admissions.wording import folded
from nextstep_programme.model import Cohort, Eligibility
from nextstep_programme.writing import day, deadline, exact_moment, listed, moment

Outcome = Literal["pass", "refer", "fail"]
DOCUMENTS = "documents"
"""The rule that a missing document trips: it waits for the applicant, not for the office."""


IDENTITY = "identity"
SOMEBODY_ELSE = (
    "It shares a number or an address with another application. Ask a colleague who may know all."
)


class RuleResult(BaseModel):
    """What one rule found, in words for the office and for the applicant."""

    model_config = ConfigDict(frozen=True)

    rule: str
    outcome: Outcome
    office: str
    applicant: str
    source: str


class Assessment(BaseModel):
    """All rules over one set of answers, under one version of the rules."""

    model_config = ConfigDict(frozen=True)

    version: str
    results: tuple[RuleResult, ...]

    @property
    def verdict(self) -> Outcome:
        """The worst outcome, leaving aside documents, which the applicant can still send."""
        found = {result.outcome for result in self.results if result.rule != DOCUMENTS}
        if "fail" in found:
            return "fail"
        return "refer" if "refer" in found else "pass"

    def without_others(self) -> "Assessment":
        """The assessment for somebody who must not know all applications: no other is named."""
        results = tuple(
            one.model_copy(update={"office": SOMEBODY_ELSE}) if one.rule == IDENTITY else one
            for one in self.results
        )
        return self.model_copy(update={"results": results})

    @property
    def concerns(self) -> tuple[RuleResult, ...]:
        """The results that a person has to look at."""
        return tuple(r for r in self.results if r.outcome != "pass" and r.rule != DOCUMENTS)


def assess(
    answers: Answers,
    documents_needed: Sequence[str],
    submitted_at: datetime,
    cohort: Cohort,
    *,
    identity_concern: str | None = None,
) -> Assessment:
    """Run every rule of the cohort over the answers.

    Args:
        answers: the current answers.
        documents_needed: documents missing or unusable, in words for the applicant.
        submitted_at: when the person first submitted; lateness is judged by it.
        cohort: the year's definition.
        identity_concern: why this may not be the person it seems to be, for the office.

    """
    rules = cohort.eligibility
    results = [
        _discipline(answers, rules),
        _registration(answers),
        _region(answers, rules),
        _training(answers, rules),
        _cct(answers, rules),
        _deadline(submitted_at, cohort),
        _documents(documents_needed),
    ]
    if identity_concern:
        results.append(_identity(identity_concern))
    return Assessment(version=rules.version, results=tuple(results))


def is_late(submitted_at: datetime, cohort: Cohort) -> bool:
    """After the deadline, which is inclusive to the second and local to the programme."""
    return submitted_at.replace(microsecond=0) > cohort.deadline


def _discipline(answers: Answers, rules: Eligibility) -> RuleResult:
    known = {folded(discipline) for discipline in rules.disciplines}
    passed = answers.discipline is not None and folded(answers.discipline) in known
    said = f"“{answers.discipline}”" if answers.discipline else "not given"
    return RuleResult(
        rule="discipline",
        outcome="pass" if passed else "refer",
        office=f"The discipline is {said}; the programme lists {listed(rules.disciplines)}.",
        applicant="The programme is open to your discipline."
        if passed
        else "We need to check your discipline.",
        source="cohort file, eligibility.disciplines",
    )


def _registration(answers: Answers) -> RuleResult:
    """GMC references have seven digits; GDC numbers have four to seven, others are only noted."""
    source = "GMC reference and GDC registration number formats"
    ok = "We have your registration number."
    if answers.gmc_number and not answers.gmc_reference:
        return RuleResult(
            rule="registration",
            outcome="refer",
            office=f"“{answers.gmc_number}” is not a GMC reference, which has seven digits.",
            applicant="We need to check your GMC reference number.",
            source=source,
        )
    if not answers.gmc_number and answers.gdc_number and not answers.gdc_number.isdecimal():
        return RuleResult(
            rule="registration",
            outcome="refer",
            office=f"“{answers.gdc_number}” is no GDC number, and no GMC reference was given.",
            applicant="We need to check your GMC or GDC number.",
            source=source,
        )
    if answers.gmc_number:
        note = f"GMC reference {answers.gmc_number}."
    elif answers.gdc_registration:
        note = f"GDC number {answers.gdc_registration}."
    elif answers.gdc_number:
        note = f"GDC number “{answers.gdc_number}” is unusual: most have four to seven digits."
    else:
        return RuleResult(
            rule="registration",
            outcome="refer",
            office="Neither a GMC reference nor a GDC number was given.",
            applicant="We need your GMC or GDC number.",
            source=source,
        )
    return RuleResult(rule="registration", outcome="pass", office=note, applicant=ok, source=source)


def _region(answers: Answers, rules: Eligibility) -> RuleResult:
    outcome, office = _judge_region(answers, rules)
    applicant = {
        "pass": f"You train in the {rules.region}.",
        "refer": f"We need to check that you train in the {rules.region}.",
        "fail": f"The programme is for trainees in the {rules.region}.",
    }
    return RuleResult(
        rule="region",
        outcome=outcome,
        office=office,
        applicant=applicant[outcome],
        source="cohort file, eligibility.region",
    )


def _judge_region(answers: Answers, rules: Eligibility) -> tuple[Outcome, str]:
    """A training number of another region contradicts the answer, so a person looks."""
    if not answers.region:
        return "refer", "No training region was given."
    if folded(answers.region) != folded(rules.region):
        return "fail", f"The region is “{answers.region}”, not the {rules.region}."
    prefix = (answers.ntn or "").partition("/")[0].strip().upper()
    if prefix and prefix not in rules.training_number_prefixes:
        return "refer", f"The region is {answers.region}, but the training number is {answers.ntn}."
    return "pass", f"The region is {answers.region}."


def _training(answers: Answers, rules: Eligibility) -> RuleResult:
    on = day(rules.training_on)
    wording: dict[bool | None, tuple[Outcome, str, str]] = {
        True: (
            "pass",
            f"Says they will be in training on {on}.",
            f"You will still be in training on {on}.",
        ),
        False: (
            "fail",
            f"Says they will not be in training on {on}.",
            f"The programme is for people who are still in training on {on}.",
        ),
        None: (
            "refer",
            f"Did not say whether they will be in training on {on}.",
            f"We need to check that you will be in training on {on}.",
        ),
    }
    outcome, office, applicant = wording[answers.in_training_on]
    if outcome == "pass" and answers.cct_date and answers.cct_date < rules.training_on:
        outcome, _, applicant = wording[None]
        office = f"{office[:-1]}, but gives a CCT date of {day(answers.cct_date)}."
    return RuleResult(
        rule="training",
        outcome=outcome,
        office=office,
        applicant=applicant,
        source="cohort file, eligibility.training_on",
    )


def _cct(answers: Answers, rules: Eligibility) -> RuleResult:
    outcome, office = judge_cct(answers, rules)
    applicant = {
        "pass": "Your date of CCT or CCST is within the programme's window.",
        "refer": "We need to check your date of CCT or CCST with you.",
        "fail": f"The programme is for trainees within {rules.cct_window_years} training years"
        f" of their CCT or CCST on {day(rules.commencement)}.",
    }
    return RuleResult(
        rule="cct",
        outcome=outcome,
        office=office,
        applicant=applicant[outcome],
        source="cohort file, eligibility.cct_window_years and eligibility.commencement",
    )


def _deadline(submitted_at: datetime, cohort: Cohort) -> RuleResult:
    late = is_late(submitted_at, cohort)
    same_minute = abs(submitted_at - cohort.deadline) < timedelta(minutes=1)
    when = (exact_moment if same_minute else moment)(submitted_at, cohort.zone)
    closed = deadline(cohort.deadline, cohort.zone)
    return RuleResult(
        rule="deadline",
        outcome="refer" if late else "pass",
        office=f"Submitted on {when}; the deadline {'was' if late else 'is'} {closed}.",
        applicant="Your application came after the deadline. We have kept it."
        if late
        else "Your application came before the deadline.",
        source="cohort file, deadline_on and deadline_at",
    )


def _documents(needed: Sequence[str]) -> RuleResult:
    waiting = f"Waiting for: {listed(tuple(needed))}."
    return RuleResult(
        rule=DOCUMENTS,
        outcome="refer" if needed else "pass",
        office=waiting if needed else "All documents are there.",
        applicant=f"Please send us: {listed(tuple(needed))}."
        if needed
        else "We have all your documents.",
        source="cohort file, eligibility.documents",
    )


def _identity(concern: str) -> RuleResult:
    return RuleResult(
        rule=IDENTITY,
        outcome="refer",
        office=concern,
        applicant="We need to check your registration number and email address with you. If you "
        "have sent us the form before, please tell us.",
        source="one application for each person",
    )
