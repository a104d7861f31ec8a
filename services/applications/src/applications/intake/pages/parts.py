"""What the pages of intake share: the forms that post here, and how a receipt is shown."""

import json
import re
from collections.abc import Iterator, Mapping
from itertools import count
from typing import Any

from fastapi import Request

from applications.admissions.document_names import document_title
from applications.intake.receipts import Receipt, Status
from applications.intake.sources import LiveSource
from applications.intake.store import find_receipt
from applications.web.access import Reader, hidden_ids
from applications.web.acting import applications_here
from applications.web.answer_labels import LABELS
from nextstep_contracts import NoSuch

STATUSES: dict[Status, tuple[str, str]] = {
    "new": ("Waiting", "blue"),
    "applied": ("Applied", "green"),
    "quarantined": ("Quarantined", "red"),
    "dismissed": ("Dismissed", "grey"),
    "erased": ("Erased", "grey"),
}
LONGEST_SHOWN = 300
"""Characters of one raw value: documents travel as text of many thousands."""
MOST_SHOWN = 5_000
"""Values of one receipt on a page: a form has a few dozen answers, a hostile body millions."""
LONGEST_WORD = 28
"""Characters without a space that a phone shows in one line of a table."""


def sources_of(request: Request) -> Mapping[str, LiveSource]:
    """The forms that post here, by name."""
    found: Mapping[str, LiveSource] = request.app.state.sources
    return found


def reader_of(request: Request, receipt: Receipt) -> LiveSource | None:
    """What reads a receipt: its form, or what reads entries by hand; None if that is gone."""
    found: Mapping[str, LiveSource] = request.app.state.readers
    return found.get(receipt.source)


def source_named(request: Request, name: str) -> LiveSource:
    """A form that posts here.

    Raises:
        NoSuch: it is not configured, or no longer.

    """
    found = sources_of(request).get(name)
    if found is None:
        raise NoSuch("This form is not configured.")
    return found


async def receipt_not_hidden(request: Request, reader: Reader) -> None:
    """Let the receipt of a hidden application look like none at all; see `conflict_free`.

    A receipt that belongs to no application yet may be of the same person: from whom an application
    is hidden, all of these are.
    """
    wanted = request.path_params.get("receipt_id")
    if wanted is None:
        return
    receipt = await find_receipt(applications_here(request).db.read, wanted)
    hidden = await hidden_ids(request, reader)
    whose = receipt and receipt.application_id
    if receipt is None or whose in hidden or (hidden and whose is None):
        raise NoSuch("There is no such receipt.")


def wake_intake(request: Request) -> None:
    """Let receipts be processed that wait again."""
    request.app.state.wake_intake()


def receipt_path(receipt_id: str) -> str:
    """Where the office finds a receipt."""
    return f"/applications/receipts/{receipt_id}"


def received_cell(receipt: Receipt) -> dict[str, Any]:
    """When a receipt came, with a link to it."""
    return {"text": receipt.received_at, "href": receipt_path(receipt.id)}


def status_tag(status: Status) -> dict[str, str]:
    """A receipt's state as a table cell."""
    text, colour = STATUSES[status]
    return {"tag": text, "colour": colour}


def field_name(field: str) -> str:
    """What an answer or a document is called."""
    return LABELS.get(field) or document_title(field)


def brief(value: Any) -> str | None:
    """A raw value in a table."""
    if value is None:
        return None
    text = json.dumps(shortened(value), ensure_ascii=False).encode("utf-8", "replace").decode()
    return fitting(text[:LONGEST_SHOWN])


def shortened(value: Any) -> Any:
    """A raw value without the bulk of its longest texts, nor more than `MOST_SHOWN` values."""
    return _shortened(value, count(1))


def _shortened(value: Any, numbers: Iterator[int]) -> Any:
    if isinstance(value, dict):
        kept: dict[str, Any] = {}
        for key, inner in value.items():
            if next(numbers) > MOST_SHOWN:
                kept["…"] = f"({len(value) - len(kept):,} more)"
                break
            kept[key[:LONGEST_SHOWN]] = _shortened(inner, numbers)
        return kept
    if isinstance(value, list):
        first: list[Any] = []
        for inner in value:
            if next(numbers) > MOST_SHOWN:
                first.append(f"… ({len(value) - len(first):,} more)")
                break
            first.append(_shortened(inner, numbers))
        return first
    if isinstance(value, str) and len(value) > LONGEST_SHOWN:
        return f"{value[:60]}… ({len(value):,} characters)"
    return value


def fitting(text: str) -> str:
    """A text with its longest words cut, so that it fits on a phone; the whole is elsewhere."""
    return re.sub(rf"\S{{{LONGEST_WORD},}}", lambda word: f"{word[0][: LONGEST_WORD - 4]}…", text)
