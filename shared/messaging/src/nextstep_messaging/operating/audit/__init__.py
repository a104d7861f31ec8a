"""The audit trail: who changed what, when and from where, as a log that is only ever added to.

An entry is written in the transaction of the act (`recording`). Within a second or two one worker
seals what was added since: each entry gets its number and a leaf of a Merkle tree (`sealing`,
`tree`, `entry`). Whoever knows an earlier root finds out what was changed since (`examining`).
Decision 14 says why.
"""

from nextstep_messaging.operating.audit.recording import (
    Actor,
    AuditEntry,
    erase_details,
    record,
    record_all,
)
from nextstep_messaging.operating.audit.store import AUDIT_COLLECTIONS, ENTRIES

__all__ = [
    "AUDIT_COLLECTIONS",
    "ENTRIES",
    "Actor",
    "AuditEntry",
    "erase_details",
    "record",
    "record_all",
]
