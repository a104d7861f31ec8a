"""What becomes of answers that an applicant sends again. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from applications.admissions.application import Application
from applications.admissions.eligibility import is_late
from applications.admissions.held_back import has_ended, held_because
from applications.admissions.submissions import OUTCOMES
from applications.admissions.versions import Version
from nextstep_programme import Cohort

Correcting = Literal["replaces", "waits"]
"""New answers replace those in force; or the office looks at them first."""


def correcting(application: Application, cohort: Cohort, now: datetime) -> Correcting | None:
    """What to tell somebody whose answers changed; None where there is nothing to correct.

    They send it from the address in force, which opening their link has confirmed.
    """
    if application.duplicate_of or application.state not in _GOING_ON:
        return None
    return "replaces" if held_because(application, now, None, cohort) is None else "waits"


_GOING_ON = frozenset(
    {"received", "documents_needed", "referred", "eligible", "waitlisted", "offered", "accepted"}
)


@dataclass(frozen=True)
class SentAgain:
    """The newest submission that by itself changed nothing, and is certainly by the applicant."""

    received_at: datetime
    waits: bool
    """The office is still to decide on it; else it was set aside."""


def sent_again(versions: Iterable[Version]) -> SentAgain | None:
    """What to tell somebody of what they sent again; nothing of what may be a stranger's."""
    theirs = [one for one in versions if one.held and one.held.kind in OUTCOMES]
    newest = max(theirs, key=lambda one: one.received_at, default=None)
    if newest is None or newest.held is None or newest.held.status == "applied":
        return None
    return SentAgain(newest.received_at, newest.waits)


def may_apply_again(
    application: Application, again: SentAgain | None, cohort: Cohort, now: datetime
) -> bool:
    """Whether somebody who left, or did not answer, is told that the form is still open.

    Nobody is who was told no.
    """
    left = has_ended(application) and application.state != "rejected"
    return left and again is None and not is_late(now, cohort)
