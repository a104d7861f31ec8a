"""Files looked at in the sandbox: what `inspection` and `plain_text` find, whatever they hold."""

from dataclasses import asdict
from typing import Any

import structlog

from nextstep_documents.archives import Found
from nextstep_documents.inspection import (
    LARGEST,
    Inspected,
    Upload,
    inspect,
    named,
    plain_problem,
)
from nextstep_documents.plain_text import text_of
from nextstep_documents.sandbox import (
    DOCUMENT,
    QUICK,
    Limits,
    LostError,
    TooMuchError,
    sandbox,
)

log = structlog.get_logger()

COULD_NOT = "we could not open it; save it as a PDF and send that"


async def inspect_apart(upload: Upload, owner: str, largest: int = LARGEST) -> Inspected:
    """`inspection.inspect` of a file that `owner` sent, when it is their turn."""
    try:
        return await _inspect(upload, owner, largest, DOCUMENT)
    except TooMuchError as lost:
        return _lost(upload, lost)


async def inspect_quickly(
    upload: Upload, owner: str, limits: Limits = QUICK, largest: int = LARGEST
) -> Inspected | None:
    """The same where others wait behind the file; None if it costs more than that."""
    try:
        return await _inspect(upload, owner, largest, limits)
    except TooMuchError:
        return None


async def _inspect(upload: Upload, owner: str, largest: int, limits: Limits) -> Inspected:
    plain = upload.fault or plain_problem(upload.data, largest)
    if plain:
        return named(upload, None, Found(plain))
    about = {"key": upload.key, "name": upload.given_name, "largest": largest}
    try:
        found = await sandbox().ask(
            f"{__name__}:inspected", about, upload.data, owner=owner, limits=limits
        )
        return Inspected(
            content_type=str(found["content_type"]),
            name=str(found["name"]),
            problem=None if found["problem"] is None else str(found["problem"]),
            notes=tuple(str(note) for note in found["notes"]),
        )
    except TooMuchError:
        raise
    except (LostError, KeyError, TypeError) as lost:
        return _lost(upload, lost)


def _lost(upload: Upload, lost: Exception) -> Inspected:
    log.warning("inspection_lost", key=upload.key, reason=str(lost))
    return named(upload, None, Found(COULD_NOT))


async def text_apart(data: bytes, content_type: str, owner: str) -> str | None:
    """`plain_text.text_of`, for `owner`, who looks at it."""
    about = {"content_type": content_type}
    try:
        found = await sandbox().ask(f"{__name__}:text", about, data, owner=owner)
    except LostError:
        return None
    said = found.get("text")
    return None if said is None else str(said)


def inspected(about: dict[str, Any], data: bytes) -> dict[str, Any]:
    """In the sandbox: what a file is."""
    return asdict(inspect(Upload(about["key"], about["name"], data), about["largest"]))


def text(about: dict[str, Any], data: bytes) -> dict[str, Any]:
    """In the sandbox: what a file says."""
    return {"text": text_of(data, about["content_type"])}
