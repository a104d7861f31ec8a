"""What is held about a person as an archive that they can read: HTML, the same as JSON, and files.

Each service writes its part; `python -m nextstep_messaging.operating.archive OUT.zip PART.zip ...`
puts the parts of all services into one. HTML for people, without scripts and without anything from
elsewhere; JSON because it is theirs to take along (UK GDPR, article 20).
"""

import argparse
import asyncio
import io
import json
import os
import re
import sys
import zipfile
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import IO, Any

from nextstep_contracts import Event, ListedFile, PersonDataGathered, PersonDataRequested

PersonFile = tuple[str, bytes]
"""The name a file came under, and its bytes."""
_STYLE = (
    "body{font:16px/1.5 Arial,sans-serif;max-width:60em;margin:2em auto;padding:0 1em}"
    "dt{font-weight:bold;margin-top:.5em}dd{margin:0 0 0 1.5em}"
    "section{border-left:3px solid #d8dde0;padding-left:1em;margin:1em 0}"
)
_NAME = 80
"""Characters kept of a file's name: some systems unpack no longer ones."""


@dataclass(frozen=True)
class Part:
    """What one service holds about a person."""

    service: str
    held: Mapping[str, Any]
    files: AsyncIterator[PersonFile]
    """One is in memory at a time."""
    lacking: Sequence[str] = ()
    """Names of files that should be here and are not."""


def for_owner_alone(path: Path) -> IO[bytes]:
    """Open a file for an archive, which nobody else on this machine can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.fchmod(handle, 0o600)  # if it was there before
    return os.fdopen(handle, "wb")


def part_of(
    service: str, person_id: str, held: Mapping[str, Any], files: Sequence[PersonFile]
) -> bytes:
    """The ZIP of what one service holds."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        names = [
            _add_file(archive, service, number, one) for number, one in enumerate(files, start=1)
        ]
        page = readable(f"Held by {service} about {person_id}", held, names)
        _add_pages(archive, service, held, page)
    return made.getvalue()


async def write_archive(
    to: IO[bytes], person_id: str, parts: Iterable[Part], missing: Sequence[str] = ()
) -> None:
    """Write the ZIP of what several services hold, a file at a time and beside the event loop.

    `missing` names services that have not answered; the first page says so.
    """
    services = []
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            names: list[str] = []
            async for one in part.files:
                adding = (archive, part.service, len(names) + 1, one)
                names.append(await asyncio.to_thread(_add_file, *adding))
            title = f"Held by {part.service} about {person_id}"
            page = readable(title, part.held, names, part.lacking)
            _add_pages(archive, part.service, part.held, page)
            services.append(part.service)
        archive.writestr("index.html", _first_page(services, missing))


def _add_file(archive: zipfile.ZipFile, service: str, number: int, file: PersonFile) -> str:
    """Add a file; the name that it has there."""
    name, data = file
    kept = f"{number:02d}-{_safe(name)}"
    archive.writestr(f"{service}/files/{kept}", data)
    return kept


def _add_pages(archive: zipfile.ZipFile, service: str, held: Mapping[str, Any], page: str) -> None:
    archive.writestr(f"{service}/index.html", page)
    archive.writestr(f"{service}/data.json", json.dumps(held, indent=2, default=str))


def gathered(
    asked: PersonDataRequested,
    held: Mapping[str, Any],
    now: datetime,
    files: Sequence[ListedFile] = (),
) -> Event:
    """What a service says it holds, fit for the bus."""
    plain: dict[str, Any] = json.loads(json.dumps(held, default=str))
    about = {"request_id": asked.request_id, "person_id": asked.person_id}
    return PersonDataGathered(**about, held=plain, files=tuple(files), gathered_at=now)


def merged(parts: Sequence[bytes]) -> bytes:
    """The ZIPs of several services in one, with a page that leads to each.

    Raises:
        zipfile.BadZipFile: one is no ZIP.

    """
    made = io.BytesIO()
    services = []
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for part in parts:
            with zipfile.ZipFile(io.BytesIO(part)) as opened:
                for name in opened.namelist():
                    archive.writestr(name, opened.read(name))
                    if name.endswith("/index.html"):
                        services.append(name.split("/")[0])
        archive.writestr("index.html", _first_page(services))
    return made.getvalue()


def _first_page(services: Sequence[str], missing: Sequence[str] = ()) -> str:
    day = datetime.now(UTC).date().isoformat()
    links = "".join(f'<li><a href="{one}/index.html">{one}</a></li>' for one in services)
    text = "Each part has the same as data.json, and the files that are held."
    gaps = f"<p>Not answered: {', '.join(missing)}.</p>" if missing else ""
    return _page("What is held about you", f"<p>As of {day}. {text}</p><ul>{links}</ul>{gaps}")


def readable(
    title: str, held: Mapping[str, Any], files: Sequence[str] = (), lacking: Sequence[str] = ()
) -> str:
    """A page with everything in `held`, whatever its shape, and links to the files beside it."""
    links = "".join(f'<li><a href="files/{escape(name)}">{escape(name)}</a></li>' for name in files)
    listed = f"<h2>Files</h2><ul>{links}</ul>" if files else ""
    absent = "".join(f"<li>{escape(name)}</li>" for name in lacking)
    gaps = f"<h2>Files that are not in this archive</h2><ul>{absent}</ul>" if lacking else ""
    return _page(title, listed + gaps + _shown(held))


def _page(title: str, body: str) -> str:
    head = f'<meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
    return f'<!doctype html><html lang="en">{head}<h1>{escape(title)}</h1>{body}</html>'


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        kept = {key: one for key, one in value.items() if one not in (None, "", [], {}, ())}
        if not kept:
            return "<p>Nothing.</p>"
        rows = "".join(f"<dt>{_words(key)}</dt><dd>{_shown(one)}</dd>" for key, one in kept.items())
        return f"<dl>{rows}</dl>"
    if isinstance(value, (list, tuple)):
        if all(not isinstance(one, (Mapping, list, tuple)) for one in value):
            return escape(", ".join(map(str, value)))
        return "".join(f"<section>{_shown(one)}</section>" for one in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return escape(str(value)).replace("\n", "<br>")


def _words(key: object) -> str:
    text = str(key).strip("_").replace("_", " ")
    return escape(text[:1].upper() + text[1:])


def _safe(name: str) -> str:
    """A file's name that unpacks inside its folder, on any system."""
    last = re.split(r"[/\\]", name)[-1]
    plain = re.sub(r"[^\w.\- ]", "_", last).strip(". ") or "file"
    stem, dot, ending = plain.rpartition(".")
    return plain if len(plain) <= _NAME else f"{stem[: _NAME - 10]}{dot}{ending[:9]}"


def main(arguments: Sequence[str] | None = None) -> None:
    """Put the parts of several services into one archive."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("parts", type=Path, nargs="+")
    asked = parser.parse_args(arguments)
    try:
        asked.out.write_bytes(merged([part.read_bytes() for part in asked.parts]))
    except (OSError, zipfile.BadZipFile) as error:
        sys.exit(f"The archive cannot be made: {error}")


if __name__ == "__main__":
    main()
