"""Where the audit trail lies in a service's database."""

from typing import Final

from nextstep_messaging.database.schema import Collection, Index

ENTRIES: Final = "_audit"
"""All entries: `number` and `leaf` once they are sealed. By `_id` in the order of writing."""
HEAD: Final = "_audit_head"
"""`log`: the tree so far (see `sealing`). `head`: where the hash chain of earlier releases ended.
`examined`: what the last examination of the whole log found."""
NOTES: Final = "_audit_notes"
"""Signed checkpoints as they were sent: of the service's own log and of those of the others;
`heard_at` is when each came last, on the wall clock."""
HELD_LEAVES: Final = "_audit_held_leaves"
HELD_LOGS: Final = "_audit_held_logs"
"""Of each other service's log: how far its leaves are here without a gap."""
CONTRADICTIONS: Final = "_audit_contradictions"
"""Who holds another history than which log tells."""
AUDIT_COLLECTIONS: Final = (
    Collection(NOTES, (Index([("log", 1), ("size", 1)]),)),
    Collection(HELD_LEAVES, (Index([("log", 1), ("number", 1)], unique=True),)),
    Collection(HELD_LOGS),
    Collection(CONTRADICTIONS),
    Collection(
        ENTRIES,
        (
            Index([("about", 1)]),
            Index([("who", 1)]),
            Index(
                [("number", 1)],
                unique=True,
                partial={"number": {"$gt": 0}},
                name="sealed_number",
                instead_of="number_1",
            ),
            Index([("sealed", 1), ("_id", 1)], partial={"sealed": False}),
        ),
    ),
    Collection(HEAD),
)
