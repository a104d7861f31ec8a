"""Whether one can apply now, and for what: what the public page says. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from applications.admissions.eligibility import is_late
from applications.admissions.offers import automatic
from applications.admissions.place_ledger import Ledger
from nextstep_programme import Cohort, LegalPageName

Left = Literal["left", "waiting_list", "full"]
State = Literal["not_open", "open", "waiting_list", "closed"]
Because = Literal["before_opening", "pages_missing", "deadline", "closed_early", "list_full"]


@dataclass(frozen=True)
class OpenToApply:
    """How a cohort stands to whoever would apply now. No number in it: that could tell of one."""

    state: State
    because: Because | None = None
    """Why one cannot apply; None where one can."""
    changes_at: datetime | None = None
    """The next moment at which it is otherwise whatever anybody does."""

    @property
    def places_left(self) -> bool:
        """Whether an eligible applicant who came now would be offered a place."""
        return self.state == "open"


def left_for_newcomers(ledger: Ledger, cohort: Cohort, now: datetime) -> Left:
    """What an eligible applicant would find who came now: as `place_ledger.admit` decides it.

    In a reviewed cohort places are left until the office has offered them. `full`: one could only
    wait behind a list that is as long as the cohort lets it be, or after an early close.
    """
    if ledger.closed_at is not None:
        return "full"
    reviewed = cohort.selection.mode == "reviewed"
    if ledger.free > 0 and not ledger.waiting and (reviewed or automatic(cohort, now)):
        return "left"
    limit = cohort.selection.waiting_list_limit
    full = limit is not None and ledger.free <= 0 and len(ledger.waiting) >= limit
    return "full" if full else "waiting_list"


def open_to_apply(
    cohort: Cohort, ledger: Ledger, missing: Sequence[LegalPageName], now: datetime
) -> OpenToApply:
    """How a cohort stands to whoever would apply now.

    Args:
        cohort: the year's definition.
        ledger: who holds, is offered or waits for a place.
        missing: pages that the law asks for and that are not there: nothing opens without them.
        now: the moment; the opening belongs to the time in which one can apply, and so does the
            whole second of the deadline.

    """
    if now < cohort.opening:
        return OpenToApply("not_open", "before_opening", cohort.opening)
    if is_late(now, cohort):
        return OpenToApply("closed", "deadline")
    over = cohort.deadline + timedelta(seconds=1)
    if missing:
        return OpenToApply("not_open", "pages_missing", over)
    match left_for_newcomers(ledger, cohort, now):
        case "left":
            return OpenToApply("open", None, over)
        case "waiting_list":
            return OpenToApply("waiting_list", None, over)
    because: Because = "closed_early" if ledger.closed_at else "list_full"
    return OpenToApply("closed", because, over)


def headline(found: OpenToApply) -> str:
    """How it stands, in a few words."""
    return {
        "not_open": "Applications are not open yet",
        "open": "Applications are open, and there are places left",
        "waiting_list": "You can apply for the waiting list",
        "closed": "Applications are closed",
    }[found.state]
