"""When offers end, and how long free places are offered to the waiting list."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from nextstep_programme.model import Cohort

END_OF_DAY = time(23, 59, 59)
OFFER_TIMER = "offer"
"""The timer of an application that ends its offer."""
REMINDER_TIMER = "study-leave"
"""The timer of an application that reminds its Fellow of study leave: it ends with the place."""


def expiry(cohort: Cohort, at: datetime) -> datetime:
    """The end of an offer made now: the end of the local day some days on.

    Offers made from `short_offers_from` on are shorter, because the programme is about to start.
    """
    local = at.astimezone(ZoneInfo(cohort.zone)).date()
    rules = cohort.selection
    days = rules.short_offer_days if local >= rules.short_offers_from else rules.offer_days
    return cohort.moment(local + timedelta(days=days), END_OF_DAY)


def automatic(cohort: Cohort, at: datetime) -> bool:
    """Whether a free place goes to the next on the waiting list without the office asking for it.

    So in both modes: a reviewed cohort's list is empty until the office applies its decisions, and
    from then on is the order that the office decided.
    """
    local = at.astimezone(ZoneInfo(cohort.zone)).date()
    return local <= cohort.selection.promote_until
