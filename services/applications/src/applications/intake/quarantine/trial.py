"""Dry runs of a map: on what is in quarantine, and on what a form posted last."""

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from applications.intake import store
from applications.intake.adapter import UnreadableError
from applications.intake.field_map.mapping import MappingError
from applications.intake.field_map.overlays import Overlay
from applications.intake.reading import faults_of, mapped, opened
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


MOST_LATEST = 50
"""Receipts that a map is held against before it is kept: what a form posts in a few days."""
MOST_BYTES = 100 * 1024 * 1024
"""Of their bodies together: with documents in them, fewer are read."""


@dataclass(frozen=True)
class MapsCompared:
    """What two maps find in the receipts that a form posted last."""

    receipts: tuple[Receipt, ...]
    lost: tuple[Trial, ...]
    """Those that can be read by the map in force and not by the other."""
    answers: tuple[tuple[str, int, int], ...]
    """Answers and documents: how many receipts have each by the map in force, and by the other;
    only those of which it is not the same number."""


async def held_against_latest(
    db: Database, source: LiveSource, now: Overlay, wanted: Overlay, zone: str
) -> MapsCompared:
    """Hold a wanted map against what the form posted last. Nothing is changed."""
    receipts: list[Receipt] = []
    lost: list[Trial] = []
    before: Counter[str] = Counter()
    after: Counter[str] = Counter()
    total = 0
    for receipt_id in await store.latest_posted(db.read, source.name, MOST_LATEST):
        whole = await store.whole_receipt(db, receipt_id)
        if whole is None or total > MOST_BYTES:
            continue
        receipt, body = whole
        total += len(body)
        receipts.append(receipt)
        found, _ = await asyncio.to_thread(_answered, source, receipt, body, now, zone)
        then, faults = await asyncio.to_thread(_answered, source, receipt, body, wanted, zone)
        before.update(found)
        after.update(then)
        if found and faults:
            lost.append(Trial(receipt, faults))
    names = [one for one in {**before, **after} if before[one] != after[one]]
    differ = tuple((one, before[one], after[one]) for one in sorted(names))
    return MapsCompared(tuple(receipts), tuple(lost), differ)


def _answered(
    source: LiveSource, receipt: Receipt, body: bytes, overlay: Overlay, zone: str
) -> tuple[list[str], tuple[str, ...]]:
    """Which answers and documents a map finds, and why it finds none."""
    try:
        found = mapped(opened(source, receipt, body, overlay), receipt, zone)
    except MappingError as error:
        return [], error.faults
    except UnreadableError as error:
        return [], (str(error),)
    said = [name for name in type(found.answers).model_fields if _said(found.answers.said(name))]
    return [*said, *(upload.key for upload in found.uploads)], ()


def _said(answer: Iterable[object]) -> bool:
    return any(one is not None and one != {} for one in answer)
