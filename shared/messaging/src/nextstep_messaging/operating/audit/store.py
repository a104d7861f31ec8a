"""Where the audit trail lies in a service's database."""

from typing import Final

from nextstep_messaging.database.schema import Collection, Index

ENTRIES: Final = "_audit"
"""All entries: `number` and `leaf` once they are sealed. By `_id` in the order of writing."""
HEAD: Final = "_audit_head"
"""`log`: the tree so far (see `sealing`). `head`: where the hash chain of earlier releases ended.
`examined`: what the last examination of the whole log found. `restored`: which entries say that
the log goes on from a backup."""
NOTES: Final = "_audit_notes"
"""Signed checkpoints as they were sent: of the service's own log and of those of the others;
`heard_at` is when each came last, on the wall clock."""
HELD_LEAVES: Final = "_audit_held_leaves"
HELD_LOGS: Final = "_audit_held_logs"
"""Of each other service's log: how far its leaves are here without a gap."""
CONTRADICTIONS: Final = "_audit_contradictions"
"""Who holds another history than which log tells."""
RESTORATIONS: Final = "_audit_restorations"
"""Which logs of others go on from a backup, from where on, and what was held beyond that."""
LOST: Final = "_audit_lost"
"""What was held of a log and is in it no more since it goes on from a backup: the rows of
`HELD_LEAVES` and `NOTES` as they were, and by which restoration."""
AUDIT_COLLECTIONS: Final = (
    Collection(NOTES, (Index([("log", 1), ("size", 1)]),)),
    Collection(HELD_LEAVES, (Index([("log", 1), ("number", 1)], unique=True),)),
    Collection(HELD_LOGS),
    Collection(CONTRADICTIONS),
    Collection(RESTORATIONS, (Index([("log", 1)]),)),
    Collection(LOST, (Index([("log", 1)]),)),
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
