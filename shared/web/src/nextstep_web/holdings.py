"""What the collections behind every service's pages hold about people."""

from typing import Final

from nextstep_messaging import Holding, Holdings, Whose, goes
from nextstep_web import access_ended, kept_conflicts, link_requests, staff_sessions

_EITHER: Final = (Whose("person_id"), Whose("viewer_id"))
WEB_HOLDINGS: Final = Holdings(
    (
        Holding(kept_conflicts.SAID, _EITHER, goes),
        Holding(kept_conflicts.HEARD, _EITHER, goes),
    ),
    # ids of sessions and people, when a link was asked for, and the sessions of staff
    frozenset({access_ended.ENDED, link_requests.REQUESTS, staff_sessions.SESSIONS}),
)
