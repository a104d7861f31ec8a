"""A dry run of what is in quarantine: what would become an application if it were tried now?"""

from dataclasses import dataclass

from applications.intake import store
from applications.intake.field_map.overlays import Overlay
from applications.intake.reading import faults_of
from applications.intake.receipts import Receipt
from applications.intake.sources import LiveSource
from nextstep_messaging import Database

MOST_TRIED = 500
"""Receipts of one dry run."""


@dataclass(frozen=True)
class Trial:
    """What would become of a receipt now."""

    receipt: Receipt
    faults: tuple[str, ...]
    """Empty: it would become an application."""


async def tried(db: Database, source: LiveSource, overlay: Overlay, zone: str) -> list[Trial]:
    """Try everything of a source in quarantine, oldest first. Nothing is changed."""
    found = []
    for receipt_id in await store.oldest(db.read, "quarantined", MOST_TRIED, source.name):
        whole = await store.whole_receipt(db, receipt_id)
        if whole is not None:
            found.append(Trial(whole[0], await faults_of(source, *whole, overlay, zone)))
    return found
