"""What the collections that every service has hold about people."""

import re
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from nextstep_contracts import PersonErased
from nextstep_messaging.bus.dead_letters import DEAD_LETTERS, forgotten
from nextstep_messaging.database.inbox import INBOX
from nextstep_messaging.database.outbox import OUTBOX
from nextstep_messaging.database.timer import TIMERS
from nextstep_messaging.operating.audit import store as audit
from nextstep_messaging.operating.audit.recording import blanked
from nextstep_messaging.operating.holdings import Document, Holding, Holdings, Whose

_PERSON: Final = re.compile(r'"person_id"\s*:\s*"([^"]+)"')


def people_told_of(document: Document) -> Iterator[str]:
    """The people whom the body of a message is about, whether it can be read as JSON or not."""
    return (found[1] for found in _PERSON.finditer(str(document.get("body") or "")))


def _letter(document: Document, _ids: AbstractSet[str]) -> Document:
    return document | forgotten(document)


def _event(document: Document, _ids: AbstractSet[str]) -> Document | None:
    """An event that names somebody is not said once they are erased; that they are, is."""
    return document if f".{PersonErased.event_name}." in document["type"] else None


def _entry(document: Document, _ids: AbstractSet[str]) -> Document:
    return blanked(document)


def system_holdings(entries: Sequence[Whose]) -> Holdings:
    """Those of a service's own bus, timers and audit log.

    `entries`: whose an entry of the audit log is, by whom and what it is about.
    """
    told = Whose(people_told_of)
    return Holdings(
        (
            Holding(DEAD_LETTERS, (told,), _letter),
            Holding(OUTBOX, (told,), _event),
            Holding(audit.ENTRIES, tuple(entries), _entry),
        ),
        frozenset(
            {
                INBOX,
                TIMERS,
                audit.HEAD,
                audit.NOTES,
                audit.HELD_LEAVES,
                audit.HELD_LOGS,
                audit.CONTRADICTIONS,
                audit.RESTORATIONS,
                audit.LOST,
            }
        ),
    )
