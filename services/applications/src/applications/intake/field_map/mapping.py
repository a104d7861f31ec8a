"""The field map: from a form's own data to answers and documents. Pure.

Without a name and an address there is no application, so their absence is a fault of the map or
of the record and waits for a person. Any other answer that cannot be read is kept as written and
judged by the rules.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from applications.admissions.answers import Answers
from applications.admissions.clean_text import LONGEST, clean
from applications.documents.inspection import Upload, as_upload
from applications.intake.adapter import Adapter
from applications.intake.field_map.answer_readers import (
    ABSURD,
    Customs,
    plain,
    read_moment,
    reader,
    translated,
)
from applications.intake.sources import SPLIT_NAME, Source

NOTHING: tuple[Any, ...] = ("", [], {}, [""])
"""How forms say that a question was not answered."""


class MappingError(ValueError):
    """No application can be made of the submission. `faults` has a sentence for each reason."""

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
    """Read a submission by its source's map.

    Args:
        payload: the submission as its adapter reads it.
        source: the map.
        adapter: reads documents, and knows what is no submission yet.
        zone: where moments without an offset are local, unless the source says where.
        corrections: what the office typed for an answer, instead of what the map finds.

    Raises:
        MappingError: it is only a draft, or has no name or no address to make an application of.

    """
    unfinished = adapter.unfinished(payload)
    if unfinished:
        raise MappingError((unfinished,))
    customs = Customs(source.dates == "month-first", source.time_zone or zone)
    read, unread = _read(payload, source, customs)
    for name, typed in (corrections or {}).items():
        unread.pop(name, None)
        value = reader(name)(typed, Customs(zone=zone))  # typed as people in the office write
        if value is None:
            unread[name] = clean(typed)[:LONGEST]
        else:
            read[name] = value
    faults = tuple(_missing(name, source, unread) for name in ("name", "email") if name not in read)
    if faults:
        raise MappingError(faults)
    return Mapped(
        answers=Answers(**read, unread=unread),
        uploads=tuple(_uploads(payload, source, adapter)),
        submitted_at=read_moment(find(payload, source.submitted_at), customs),
    )


def _read(
    payload: Mapping[str, Any], source: Source, customs: Customs
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers that can be read, and those that cannot, as written."""
    read: dict[str, Any] = {}
    unread: dict[str, str] = {}
    for name, path in source.fields.items():
        given = translated(plain(find(payload, path)), source.values.get(name, {}))
        if given is None or given in NOTHING:
            continue
        value = reader(name)(given, customs)
        if value is None:
            unread[name] = clean(str(given)[:ABSURD])[:LONGEST]
        else:
            read[name] = value
    parts = [read.pop(part) for part in SPLIT_NAME if part in read]
    if parts and "name" not in read:
        read["name"] = " ".join(parts)
    return read, unread


def find(payload: Any, path: tuple[str, ...] | None) -> Any:
    """The value at a path of keys and list positions; None when it leads nowhere."""
    if path is None:
        return None
    for key in path:
        if isinstance(payload, Mapping):
            payload = payload.get(key)
        elif isinstance(payload, list):
            payload = payload[int(key)] if _is_position(key, payload) else None
        elif isinstance(payload, str) and key == "0":
            pass  # a question that may be answered several times was answered once
        else:
            return None
    return payload


def _is_position(key: str, found: list[Any]) -> bool:
    return key.isascii() and key.isdecimal() and int(key[:9]) < len(found)


def submission_id(payload: Mapping[str, Any], source: Source) -> str | None:
    """The form's own id of the submission, if its map names one and it is there."""
    given = find(payload, source.submission_id)
    return str(given) if isinstance(given, (str, int)) and str(given).strip() else None


def _missing(name: str, source: Source, unread: Mapping[str, str]) -> str:
    where = ".".join(source.fields.get(name) or source.fields[SPLIT_NAME[0]])
    if name in unread:
        return f"The {name} at “{where}” cannot be used: “{unread[name][:80]}”."
    return f"There is no {name} at “{where}”."


def _uploads(payload: Mapping[str, Any], source: Source, adapter: Adapter) -> list[Upload]:
    given = {key: find(payload, path) for key, path in source.documents.items()}
    return [
        as_upload(key, adapter.file(value))
        for key, value in given.items()
        if value is not None and value not in NOTHING
    ]
