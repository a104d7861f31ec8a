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
from applications.documents.given_file import as_upload
from applications.intake.adapter import Adapter
from applications.intake.field_map.answer_readers import (
    ABSURD,
    Customs,
    as_written,
    is_vague,
    plain,
    read_moment,
    reader,
    says_nothing,
    translated,
    why_no_address,
)
from applications.intake.sources import SPLIT_NAME, Source
from nextstep_documents.clean_text import LONGEST, clean
from nextstep_documents.inspection import Upload

NOTHING: tuple[Any, ...] = ("", [], {}, [""])
"""How forms say that a question was not answered."""
LONGEST_POSITION = 9
"""Digits of a position in a list."""
LONGEST_TIME = 60
"""Characters of a time of submission that are quoted to the office."""


class MappingError(ValueError):
    """No application can be made of the submission. `faults` has a sentence for each reason.

    The sentences quote what was sent; `fields` only names the answers, as a log may.
    """

    def __init__(self, faults: tuple[str, ...], fields: tuple[str, ...] = ()) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults
        self.fields = fields


@dataclass(frozen=True)
class Mapped:
    """A submission in the programme's own terms."""

    answers: Answers
    uploads: tuple[Upload, ...]
    submitted_at: datetime | None
    """As the form says it, wherever that is; None: it does not say, or cannot be read."""
    time_as_written: str = ""


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
        _keep(name, typed, Customs(zone=zone), read, unread)  # typed as people in the office write
    missing = tuple(name for name in ("name", "email") if name not in read)
    if missing:
        faults = tuple(_missing(name, source, payload, unread) for name in missing)
        raise MappingError(faults, missing)
    time = find(payload, source.submitted_at)
    return Mapped(
        answers=Answers(**read, unread=unread),
        uploads=tuple(_uploads(payload, source, adapter)),
        submitted_at=read_moment(time, customs),
        time_as_written="" if time is None else clean(str(time)[:ABSURD])[:LONGEST_TIME],
    )


def _read(
    payload: Mapping[str, Any], source: Source, customs: Customs
) -> tuple[dict[str, Any], dict[str, str]]:
    """The answers that can be read, and those that cannot, as written."""
    read: dict[str, Any] = {}
    unread: dict[str, str] = {}
    for name, path in source.fields.items():
        given = translated(plain(find(payload, path)), source.values.get(name, {}))
        if given is None or given in NOTHING or says_nothing(name, given):
            continue
        _keep(name, given, customs, read, unread)
    parts = [read.pop(part) for part in SPLIT_NAME if part in read]
    if parts and "name" not in read:
        read["name"] = " ".join(parts)
    return read, unread


def _keep(
    name: str, given: Any, customs: Customs, read: dict[str, Any], unread: dict[str, str]
) -> None:
    """Put an answer where it belongs: among those that can be read, or not."""
    value = reader(name)(given, customs)
    if value is None:
        read.pop(name, None)
        unread[name] = _for_people(name, given)
        return
    unread.pop(name, None)
    read[name] = value
    vague = read.setdefault("vague", {})
    vague.pop(name, None)
    if name == "cct_date" and is_vague(given, customs):
        vague[name] = _for_people(name, given)


def _for_people(name: str, given: Any) -> str:
    text = as_written(given)[:ABSURD]
    if name == "email":  # shown as it came: what is wrong with it may be what cleaning takes away
        text = "".join(c if c.isprintable() else f"<U+{ord(c):04X}>" for c in text)
    return clean(text)[:LONGEST]


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
    return (
        key.isascii() and key.isdecimal() and len(key) <= LONGEST_POSITION and int(key) < len(found)
    )


def submission_id(payload: Mapping[str, Any], source: Source) -> str | None:
    """The form's own id of the submission, if its map names one and it is there."""
    given = find(payload, source.submission_id)
    return str(given) if isinstance(given, (str, int)) and str(given).strip() else None


def _missing(
    name: str, source: Source, payload: Mapping[str, Any], unread: Mapping[str, str]
) -> str:
    path = source.fields.get(name) or source.fields[SPLIT_NAME[0]]
    where = ".".join(path)
    if name in unread:
        given = plain(find(payload, path)) if name == "email" else None
        why = f" It {why_no_address(given)}." if isinstance(given, str) else ""
        return f"The {name} at “{where}” cannot be used: “{unread[name][:80]}”.{why}"
    return f"There is no {name} at “{where}”."


def _uploads(payload: Mapping[str, Any], source: Source, adapter: Adapter) -> list[Upload]:
    given = {key: find(payload, path) for key, path in source.documents.items()}
    return [
        as_upload(key, adapter.file(value))
        for key, value in given.items()
        if value is not None and value not in NOTHING
    ]
