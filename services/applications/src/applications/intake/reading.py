"""From a stored receipt to a submission: the body, the map in force and the office's corrections.

One way for the worker, for previews and for dry runs, so that what is promised is what happens.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import structlog

from applications.intake.adapter import Adapter, UnreadableError
from applications.intake.field_map.mapping import Mapped, MappingError, map_submission
from applications.intake.field_map.overlays import Overlay, overlaid
from applications.intake.receipts import Receipt
from applications.intake.reconciliation.exports import ExportedRow, as_source
from applications.intake.sources import LiveSource, Source

log = structlog.get_logger()

UNFORESEEN = (
    "It cannot be read, in a way that nobody foresaw ({}). The log says more, under the number of"
    " this receipt. Try it again once the cause is mended, or type its answers."
)
"""Not what the error says: that is for whoever reads the code."""


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
    except Exception as error:  # noqa: BLE001 - a person looks at it, and no page fails over it
        return Opened(None, str(_unforeseen(receipt, error)), definition, adapter)
    return Opened(payload, "", definition, adapter)


def _unforeseen(receipt: Receipt, error: Exception) -> UnreadableError:
    log.error("receipt_not_read", receipt=receipt.id, exc_info=error)
    return UnreadableError(UNFORESEEN.format(type(error).__name__))


def mapped(found: Opened, receipt: Receipt, zone: str) -> Mapped:
    """Map what a receipt holds. One that cannot be read at all can still be typed in whole.

    Raises:
        UnreadableError: the body cannot be read and nothing was typed.
        MappingError: there is no name or no address.

    """
    if found.payload is None and not receipt.typed:
        raise UnreadableError(found.fault)
    payload = found.payload or {}
    try:
        return map_submission(payload, found.definition, found.adapter, zone, receipt.typed)
    except MappingError:
        raise
    except Exception as error:
        raise _unforeseen(receipt, error) from error


async def read(
    source: LiveSource, receipt: Receipt, body: bytes, overlay: Overlay, zone: str
) -> Mapped:
    """Read a stored receipt as it would become an application now.

    Raises:
        UnreadableError, MappingError: as `mapped`.

    """

    def work() -> Mapped:
        return mapped(opened(source, receipt, body, overlay), receipt, zone)

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
