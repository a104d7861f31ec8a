"""The field map: from a form's own data to answers and documents. Pure.

Without a name and an address there is no application, so their absence is a fault of the map or
of the record and waits for a person. Any other answer that cannot be read is kept as written and
judged by the rules.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from applications.answers import Answers
from applications.intake.delivery import Adapter
from applications.intake.documents import Upload, as_upload
from applications.intake.sources import Source
from applications.intake.text import LONGEST, clean

YES = frozenset({"yes", "y", "true", "1"})
NO = frozenset({"no", "n", "false", "0"})


class MappingError(ValueError):
    """The submission has no usable name or address. `faults` has a sentence for each."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults


@dataclass(frozen=True)
class Mapped:
    """A submission in the programme's own terms."""

    answers: Answers
    uploads: tuple[Upload, ...]
    submitted_at: datetime | None


def map_submission(
    payload: Mapping[str, Any],
    source: Source,
    adapter: Adapter,
    zone: str,
    corrections: Mapping[str, str] | None = None,
) -> Mapped:
    """Read a submission by its source's map. Naive moments are local to `zone`.

    What the office typed for an answer (`corrections`) stands in for what the map finds.

    Raises:
        MappingError: there is no name or no address to make an application of.

    """
    read: dict[str, Any] = {}
    unread: dict[str, str] = {}
    corrected = corrections or {}
    for name in (*source.fields, *(name for name in corrected if name not in source.fields)):
        given = corrected.get(name) or find(payload, source.fields.get(name))
        if given is None or given == "":
            continue
        reader: Callable[[Any], Any] = READERS.get(name, _text)
        value = reader(given)
        if value is None:
            unread[name] = clean(str(given))[:LONGEST]
        else:
            read[name] = value
    faults = tuple(_missing(name, source, unread) for name in ("name", "email") if name not in read)
    if faults:
        raise MappingError(faults)
    return Mapped(
        answers=Answers(**read, unread=unread),
        uploads=tuple(_uploads(payload, source, adapter)),
        submitted_at=_moment(find(payload, source.submitted_at), zone),
    )


def find(payload: Any, path: tuple[str, ...] | None) -> Any:
    """The value at a path of keys and list positions; None when it leads nowhere."""
    if path is None:
        return None
    for key in path:
        if isinstance(payload, Mapping):
            payload = payload.get(key)
        elif isinstance(payload, list) and key.isdecimal() and int(key) < len(payload):
            payload = payload[int(key)]
        else:
            return None
    return payload


def submission_id(payload: Mapping[str, Any], source: Source) -> str | None:
    """The form's own id of the submission, if its map names one and it is there."""
    given = find(payload, source.submission_id)
    return str(given) if isinstance(given, (str, int)) and str(given).strip() else None


def _missing(name: str, source: Source, unread: Mapping[str, str]) -> str:
    where = ".".join(source.fields[name])
    if name in unread:
        return f"The {name} at “{where}” cannot be used: “{unread[name][:80]}”."
    return f"There is no {name} at “{where}”."


def _uploads(payload: Mapping[str, Any], source: Source, adapter: Adapter) -> list[Upload]:
    given = {key: find(payload, path) for key, path in source.documents.items()}
    return [
        as_upload(key, adapter.file(value))
        for key, value in given.items()
        if value is not None and value != ""
    ]


def _text(given: Any) -> str | None:
    if isinstance(given, bool) or not isinstance(given, (str, int, float)):
        return None
    text = clean(str(given))
    return text if 0 < len(text) <= LONGEST else None


def _email(given: Any) -> str | None:
    """A plausible address: mail itself proves it. RFC 5321 allows 254 characters."""
    text = _text(given) or ""
    plausible = re.fullmatch(
        r"[^\s@<>()\[\],;:\\\"]{1,64}@[^\s@<>()\[\],;:\\\"]+\.[^\s@.]{2,}", text
    )
    return text if plausible and len(text) <= 254 else None  # noqa: PLR2004 -- see docstring


def _number(given: Any) -> str | None:
    """A registration number without the spaces and the prefix that people write."""
    text = _text(given)
    return re.sub(r"^(GMC|GDC)", "", re.sub(r"[\s\-:]", "", text or "").upper()) or None


def _date(given: Any) -> date | None:
    """ISO 8601, or day first with slashes, dots or dashes as written in the United Kingdom."""
    text = _text(given) or ""
    day_first = re.fullmatch(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})", text)
    try:
        if day_first:
            day, month, year = (int(part) for part in day_first.groups())
            return date(year, month, day)
        return date.fromisoformat(text[:10]) if re.match(r"\d{4}-\d{2}-\d{2}", text) else None
    except ValueError:
        return None


def _percentage(given: Any) -> int | None:
    found = re.fullmatch(r"(\d{1,3})(\.0+)?\s*%?", _text(given) or "")
    return int(found.group(1)) if found else None


def _yes_or_no(given: Any) -> bool | None:
    said = str(given).strip().casefold()
    return True if said in YES else False if said in NO else None


READERS: dict[str, Callable[[Any], Any]] = {
    "email": _email,
    "gmc_number": _number,
    "gdc_number": _number,
    "cct_date": _date,
    "ltft_percentage": _percentage,
    "in_training_on": _yes_or_no,
}


def _moment(given: Any, zone: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(str(given))
        local = found if found.tzinfo else found.replace(tzinfo=ZoneInfo(zone))
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
