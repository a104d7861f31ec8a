"""What this service holds about people, and what stays of it when somebody is erased.

An erasure (`data_protection.py`) goes by the same rules, and so does a backup.
"""

from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from typing import Any

from nextstep_messaging import Holding, Holdings, Whose, goes, system_holdings
from nextstep_messaging.operating.erased_words import ERASED
from nextstep_web.employers import HEARD as EMPLOYERS
from nextstep_web.holdings import WEB_HOLDINGS
from scheduling.attendance.store import EVIDENCE, REGISTERS
from scheduling.calendar.store import SESSIONS
from scheduling.fellows.fellow import Fellow
from scheduling.fellows.records import from_document, to_document
from scheduling.fellows.store import FELLOWS
from scheduling.fellows.who_is_a_fellow import erase
from scheduling.learning_sets.allocation import Allocation, without_reasons
from scheduling.learning_sets.store import ALLOCATIONS
from scheduling.office.store import EMAILS

NOT_YET = datetime(9999, 1, 1, tzinfo=UTC)
"""When somebody was erased of whom only that is restored; the earliest moment counts, and the
restore erases them again."""


def _fellow_left(document: dict[str, Any], _ids: AbstractSet[str]) -> dict[str, Any]:
    if document.get("erased_at"):
        return document
    return to_document(document["_id"], erase(from_document(Fellow, document), NOT_YET))


def _allocation_left(document: dict[str, Any], ids: AbstractSet[str]) -> dict[str, Any]:
    after = before = from_document(Allocation, document)
    for one in sorted(ids):
        after = without_reasons(after, one, ERASED)
    return document if after == before else to_document(document["_id"], after)


WRITTEN = (
    (EVIDENCE, ("reason",)),
    (ALLOCATIONS, ("moves.reason",)),
    (FELLOWS, ("waivers.*",)),
    (SESSIONS, ("cancelled",)),
)
"""Where the office and facilitators write about one Fellow or session and may name another."""
HOLDINGS = (
    Holdings(
        (
            Holding(FELLOWS, (Whose("person_id"),), _fellow_left),
            Holding(EVIDENCE, (Whose("person_id"),), goes),
            Holding(ALLOCATIONS, (Whose("moves.person_id"),), _allocation_left),
        ),
        # ids and verdicts, which stay; what a session is; which emails went out; what employers
        # are called
        frozenset({REGISTERS, SESSIONS, EMAILS, EMPLOYERS}),
        written=WRITTEN,
    )
    .and_(WEB_HOLDINGS)
    .and_(
        system_holdings(
            (
                Whose("about", through=FELLOWS, key="person_id"),
                Whose("who", through=FELLOWS, key="person_id"),
            )
        )
    )
)
"""By collection."""
