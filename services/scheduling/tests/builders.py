"""What tests need of the domain, each with sensible defaults."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from typing import Any

from nextstep_contracts import (
    ApplicationAmended,
    ApplicationWithdrawn,
    EmailBounced,
    EmailSent,
    Person,
    PlaceAccepted,
)
from nextstep_programme import Cohort, load
from scheduling.attendance.evidence import Evidence
from scheduling.calendar.session import Session, from_cohort
from scheduling.completion.rules import Policy
from scheduling.fellows.fellow import Fellow, Status, Verdict
from scheduling.fellows.who_is_a_fellow import accept

COHORT_ID = "2024-25"
ACCEPTED_AT = datetime(2024, 7, 1, 9, 0, tzinfo=UTC)


@cache
def cohort() -> Cohort:
    return load(COHORT_ID).cohort


@cache
def calendar() -> tuple[Session, ...]:
    return from_cohort(cohort())


def session(key: str = "masterclass-1", **changes: Any) -> Session:
    found = next(s for s in calendar() if s.session_id == f"{COHORT_ID}:{key}")
    return found.model_copy(update=changes)


def policy(**changes: Any) -> Policy:
    return Policy(**({"masterclasses_required": 4} | changes))


def at(on: date, hour: int = 12) -> datetime:
    return datetime.combine(on, time(hour), UTC)


def accepted(number: int = 1, *, revision: int = 3, **changes: Any) -> PlaceAccepted:
    values: dict[str, Any] = {
        "cohort": COHORT_ID,
        "application_id": f"application-{number}",
        "revision": revision,
        "person": person(number),
        "reference": f"NS24-{number:04d}",
        "accepted_at": ACCEPTED_AT + timedelta(minutes=number),
        "discipline": ("primary care", "secondary care", "dentistry")[number % 3],
        "trust": f"Trust {number % 5}",
    }
    return PlaceAccepted(**(values | changes))


def amended(
    number: int = 1, address: str = "", *, revision: int = 5, **changes: Any
) -> ApplicationAmended:
    who = person(number).model_copy(update={"email": address or f"new{number}@example.org"})
    values: dict[str, Any] = {
        "cohort": COHORT_ID,
        "application_id": f"application-{number}",
        "revision": revision,
        "person": who,
        "reference": f"NS24-{number:04d}",
        "amended_at": datetime(2024, 10, 20, 9, 0, tzinfo=UTC),
        "of_a_fellow": True,
    }
    return ApplicationAmended(**(values | changes))


def withdrawn(number: int = 1, *, revision: int = 4, **changes: Any) -> ApplicationWithdrawn:
    values: dict[str, Any] = {
        "cohort": COHORT_ID,
        "application_id": f"application-{number}",
        "revision": revision,
        "person": person(number),
        "reference": f"NS24-{number:04d}",
        "withdrawn_at": datetime(2024, 10, 20, 9, 0, tzinfo=UTC) + timedelta(minutes=number),
        "was_fellow": True,
    }
    return ApplicationWithdrawn(**(values | changes))


def email(number: int, revision: int, *, bounced: bool = False) -> EmailSent | EmailBounced:
    about: dict[str, Any] = {
        "email_id": f"email-{number}",
        "revision": revision,
        "cause_id": "6b0f0f2e-0000-4000-8000-000000000001",
        "cause_type": "scheduling.SessionScheduled.v1",
        "cause_subject": "2024-25:module-1",
        "person_id": person_id(number),
        "template": "session_scheduled",
    }
    at = datetime(2024, 8, revision, tzinfo=UTC)
    if bounced:
        return EmailBounced(**about, bounced_at=at, permanent=True, diagnostic="550")
    return EmailSent(**about, sent_at=at, title="Invitation")


def person(number: int) -> Person:
    return Person(
        person_id=person_id(number), name=f"Fellow {number:02d}", email=f"f{number}@example.org"
    )


def person_id(number: int) -> str:
    return f"person-{number:02d}"


def fellow(number: int = 1, **changes: Any) -> Fellow:
    event = accepted(number, **changes)
    return accept(Fellow(cohort=COHORT_ID, person_id=event.person.person_id), event)


def with_verdicts(one: Fellow, statuses: dict[str, Status]) -> Fellow:
    verdicts = {key: Verdict(status=status, revision=1) for key, status in statuses.items()}
    return one.model_copy(update={"verdicts": verdicts})


def evidence(status: Status, saving: int = 1, number: int = 1, **changes: Any) -> Evidence:
    values: dict[str, Any] = {
        "session_id": f"{COHORT_ID}:masterclass-1",
        "person_id": person_id(number),
        "status": status,
        "saving": saving,
        "by": "office@example.org",
        "at": datetime(2024, 9, 11, 18, 0, tzinfo=UTC),
    }
    return Evidence(**(values | changes))
