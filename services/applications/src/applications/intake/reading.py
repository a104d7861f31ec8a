"""From a stored receipt to a submission: the body, the map in force and the office's corrections.

One way for the worker, for previews and for dry runs, so that what is promised is what happens.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from applications.intake.adapter import Adapter, UnreadableError
from applications.intake.field_map.mapping import Mapped, MappingError, map_submission
from applications.intake.field_map.overlays import Overlay, overlaid
from applications.intake.receipts import Receipt
from applications.intake.reconciliation.exports import ExportedRow, as_source
from applications.intake.sources import LiveSource, Source


@dataclass(frozen=True)
class Opened:
    """A receipt's content, with what reads it."""

    payload: dict[str, Any] | None
    """None when the body cannot be read; `fault` says why."""
    fault: str
    definition: Source
    adapter: Adapter


def opened(source: LiveSource, receipt: Receipt, body: bytes, overlay: Overlay) -> Opened:
    """Open a body with its source's adapter; a row of an export with the reader of rows."""
    adapter: Adapter
    if receipt.origin:
        definition, adapter = as_source(source.definition), ExportedRow(source.definition)
    else:
        definition, adapter = overlaid(source.definition, overlay), source.adapter
    try:
        payload = adapter.read(body, receipt.content_type)
    except UnreadableError as error:
        return Opened(None, str(error), definition, adapter)
    return Opened(payload, "", definition, adapter)


def mapped(found: Opened, typed: Mapping[str, str], zone: str) -> Mapped:
    """Map a submission. One that cannot be read at all can still be typed in whole.

    Raises:
        UnreadableError: the body cannot be read and nothing was typed.
        MappingError: there is no name or no address.

    """
    if found.payload is None and not typed:
        raise UnreadableError(found.fault)
    return map_submission(found.payload or {}, found.definition, found.adapter, zone, typed)


async def read(
    source: LiveSource, receipt: Receipt, body: bytes, overlay: Overlay, zone: str
) -> Mapped:
    """Read a stored receipt as it would become an application now.

    Raises:
        UnreadableError, MappingError: as `mapped`.

    """

    def work() -> Mapped:
        return mapped(opened(source, receipt, body, overlay), receipt.typed, zone)

    return await asyncio.to_thread(work)


async def faults_of(
    source: LiveSource, receipt: Receipt, body: bytes, overlay: Overlay, zone: str
) -> tuple[str, ...]:
    """Why a receipt could not become an application now; empty when it could."""
    try:
        await read(source, receipt, body, overlay, zone)
    except MappingError as error:
        return error.faults
    except UnreadableError as error:
        return (str(error),)
    return ()
