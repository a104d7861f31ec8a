"""By when a request must be answered: pure rules about days.

UK GDPR, article 12(3) and 12A (as amended by the Data (Use and Access) Act 2025), and the ICO's
guidance on counting:

- one calendar month, which begins on the day of receipt and ends on the corresponding day of the
  next month, or on its last day where there is none;
- where proof of who asks was wanted, the month begins on the day on which it came;
- days between a question about what is meant and its answer do not count;
- two further months if the person is told so, and why, within the first;
- a last day at a weekend or on a bank holiday becomes the next working day.

A complaint (Data Protection Act 2018, section 164A, in force since 19 June 2026) is acknowledged
within 30 days, counted from the day after receipt, and then answered without undue delay.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from applications.data_requests.request import DataRequest
from nextstep_programme.working_days import on_or_after

ACKNOWLEDGE_DAYS = 30
EXTENSION_MONTHS = 2
SOON = timedelta(days=7)
"""From here on an open request is pressing."""

ClockState = Literal["runs", "awaits_identity", "stopped", "no_deadline", "closed"]


@dataclass(frozen=True)
class Clock:
    """Where a request stands in time."""

    state: ClockState
    due: date | None
    """The last day for the answer; None while that is not known, and for complaints."""
    acknowledge_by: date | None = None
    """Of a complaint that is not acknowledged: the last day for that."""
    extend_by: date | None = None
    """The last day on which two months more can be announced, if they can."""

    @property
    def next(self) -> date | None:
        """The next day that must not be missed."""
        return self.acknowledge_by or self.due

    def late(self, today: date) -> bool:
        """Whether a day was missed."""
        return self.next is not None and today > self.next

    def pressing(self, today: date) -> bool:
        """Whether one is near, or was missed."""
        return self.next is not None and today >= self.next - SOON


def months_after(day: date, months: int = 1) -> date:
    """The corresponding day so many months later, or that month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def answer_by(begun: date, stopped_days: int = 0, *, months: int = 1) -> date:
    """The last day for an answer, of a clock that begins on `begun`."""
    return on_or_after(months_after(begun, months) + timedelta(days=stopped_days))


def acknowledge_by(received: date) -> date:
    """The last day for telling somebody that their complaint has come."""
    return on_or_after(received + timedelta(days=ACKNOWLEDGE_DAYS))


def clock_of(request: DataRequest) -> Clock:
    """Where a request stands."""
    if not request.open:
        return Clock("closed", None)
    if request.kind == "complaint":
        late = None if request.last("acknowledged") else acknowledge_by(request.received)
        return Clock("no_deadline", None, acknowledge_by=late)
    identity = request.last("identity_asked", "identity_confirmed")
    if identity is not None and identity.kind == "identity_asked":
        return Clock("awaits_identity", None)
    begun = identity.on if identity else request.received
    question = request.last("question_asked", "question_answered")
    if question is not None and question.kind == "question_asked":
        return Clock("stopped", None)
    stopped = stopped_days(request, begun)
    first = answer_by(begun, stopped)
    if request.last("extended"):
        return Clock("runs", answer_by(begun, stopped, months=1 + EXTENSION_MONTHS))
    return Clock("runs", first, extend_by=first)


def stopped_days(request: DataRequest, begun: date) -> int:
    """Days from each question to its answer, as far as the clock was running by then."""
    days, asked = 0, None
    for step in request.steps:
        if step.kind == "question_asked":
            asked = max(step.on, begun)
        elif step.kind == "question_answered" and asked is not None:
            days += max(0, (step.on - asked).days)
            asked = None
    return days
