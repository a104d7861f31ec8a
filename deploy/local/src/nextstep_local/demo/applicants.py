"""The 140 applicants of the simulated year: who they are, what they send, what they will do.

Everything comes from one seed. What makes an applicant awkward is named in `quirk`; how they
answer an offer in `answer`.
"""

import random
from datetime import date, datetime, timedelta
from typing import Any

from nextstep_local.demo.names import address, invent
from nextstep_local.demo.papers import HOSTILE_NAMES, pdf
from nextstep_local.demo.person import Answer, Applicant, Quirk, Source, Upload
from nextstep_local.demo.quirks import make_awkward
from nextstep_local.demo.simulated_time import london
from nextstep_local.demo.specialties import REGION, drawn

QUIRKS: dict[Quirk, int] = {
    "too far from CCT": 3,
    "another region": 2,
    "not in training": 2,
    "borderline CCT": 6,
    "part-time": 5,
    "missing GMC": 4,
    "late": 4,
    "missing document": 5,
    "unusable document": 3,
    "amended": 6,
    "sent twice": 8,
    "hostile file names": len(HOSTILE_NAMES),
}
"""How many of each; everybody else is plain."""

ABOUT_DOCUMENTS: tuple[Quirk, ...] = (
    "missing document",
    "unusable document",
    "hostile file names",
)
"""What is awkward about these is in their documents, so their form has to ask for some."""

FIRST_DAY = date(2024, 6, 10)
RUSH = date(2024, 9, 9)
"""Most people apply in the last days before a deadline; a quarter of ours on the last weekend."""


def invent_applicants(seed: int, count: int) -> list[Applicant]:
    """The applicants in the order in which they apply.

    A smaller `count` keeps the share of the quirks, at least one of each.
    """
    chance = random.Random(seed)  # noqa: S311 - the same people in every run is the point
    quirks = _quirks(chance, count)
    days = _days(chance, count)
    made = [
        _applicant(chance, number, name, quirk, at)
        for number, (name, quirk, at) in enumerate(
            zip(invent(chance, count), quirks, days, strict=True), start=1
        )
    ]
    return sorted(made, key=lambda applicant: (applicant.at, applicant.number))


def _quirks(chance: random.Random, count: int) -> list[Quirk]:
    quirks: list[Quirk] = []
    for quirk, number in QUIRKS.items():
        quirks += [quirk] * max(1, round(number * count / 140))
    quirks += ["plain"] * (count - len(quirks))
    chance.shuffle(quirks)
    return quirks


def _days(chance: random.Random, count: int) -> list[datetime]:
    """When people apply: spread over the summer, with a rush at the end."""
    span = (RUSH - FIRST_DAY).days
    days = []
    for _ in range(count):
        rushing = chance.random() < 0.25  # noqa: PLR2004 - see RUSH
        back = chance.randint(0, 3) if rushing else chance.randint(0, span)
        moment = london(RUSH - timedelta(days=back))
        days.append(moment + timedelta(minutes=chance.randint(0, 13 * 60)))
    return sorted(days)


def _applicant(
    chance: random.Random, number: int, name: str, quirk: Quirk, at: datetime
) -> Applicant:
    email = address(name, number)
    applicant = Applicant(
        number=number,
        name=name,
        email=email,
        quirk=quirk,
        answer=_answer(chance),
        at=at,
        answers=_answers(chance, name, email),
        uploads=_uploads(name),
    )
    make_awkward(chance, applicant)
    applicant.source = _source(applicant)
    return applicant


def _source(applicant: Applicant) -> Source:
    """The form somebody found first; drawn apart, so that nobody else changes with it."""
    drawn = random.Random(f"form of {applicant.email}").random()  # noqa: S311 - a simulation
    if drawn < 0.45:  # noqa: PLR2004 - not quite half use our own
        return "native"
    if drawn < 0.65:  # noqa: PLR2004 - see WITHOUT_DOCUMENTS: they have nothing to send awkwardly
        return "jotform" if applicant.quirk in ABOUT_DOCUMENTS else "typeform"
    return "jotform" if drawn < 0.82 else "drupal"  # noqa: PLR2004


def _answer(chance: random.Random) -> Answer:
    drawn = chance.random()
    if drawn < 0.80:  # noqa: PLR2004 - four in five say yes
        return "accept"
    if drawn < 0.90:  # noqa: PLR2004 - every tenth no
        return "decline"
    if drawn < 0.96:  # noqa: PLR2004 - some never answer
        return "ignore"
    return "accept, then withdraw"


def _answers(chance: random.Random, name: str, email: str) -> dict[str, Any]:
    specialty = drawn(chance)
    number = specialty.registration(chance)
    spaced = (number, f"GMC {number}", f"{number[:3]} {number[3:]}")
    registration = (
        {"gdc_number": number} if specialty.dental else {"gmc_number": chance.choice(spaced)}
    )
    # Any day that lies within two years of both readings of the commencement.
    cct = date(2024, 11, 1) + timedelta(days=chance.randint(0, 660))
    written = chance.choice((cct.isoformat(), cct.strftime("%d/%m/%Y"), cct.strftime("%d.%m.%Y")))
    return {
        "name": name,
        "email": chance.choice((email, email, email, email.title())),
        **registration,
        "discipline": specialty.discipline,
        "specialty": specialty.name,
        "region": REGION,
        "deanery": REGION,
        "trust": specialty.employer(chance),
        "training_grade": specialty.grade(cct),
        "ntn": specialty.training_number(number),
        "cct_date": written,
        "ltft_percentage": chance.choice(("100", "", "100%")),
        "in_training_on": "yes",
    }


def _uploads(name: str) -> dict[str, Upload]:
    slug = name.replace(" ", "-")
    lines = ["Invented for a demonstration.", "No such person has written this."]
    return {
        "cv": Upload(f"CV {name}.pdf", pdf(f"Curriculum vitae of {name}", lines)),
        "statement_1": Upload(f"{slug}_statement1.pdf", pdf("Why this programme", lines)),
        "statement_2": Upload(f"{slug}_statement2.pdf", pdf("What I would improve", lines)),
    }
