"""What a backup says of itself in clear, and its folder.

The folder is made under another name and renamed when it is whole: what was cut off is no backup.
"""

import json
import os
import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from nextstep_messaging.operating.backup.sealing import (
    Cipher,
    DamagedError,
    MasterKeys,
    SealError,
    key_for,
)

FORMAT: Final = 1
"""Of the whole backup. A later release that changes it reads this one too, or says so."""
MANIFEST: Final = "manifest.json"
DOCUMENTS: Final = "documents.sealed"
FILES: Final = "files.sealed"
PARTS: Final = (DOCUMENTS, FILES)
UNFINISHED: Final = ".part"


@dataclass(frozen=True)
class Manifest:
    """A backup in clear: no name, no address, no id of a person."""

    service: str
    backup: str
    """Its id."""
    taken_at: str
    """The moment of the database that it holds, in ISO 8601 on the wall clock."""
    moment: str
    """How the reads saw one moment: `snapshot` or `transaction`."""
    key: dict[str, str]
    """What seals it but for what is people's, wrapped by the master key."""
    documents: int = 0
    files: int = 0
    gone: int = 0
    """Files that were removed while it was made, after its moment."""
    people: int = 0
    """Who has something sealed in it."""
    format: int = FORMAT

    @property
    def about(self) -> str:
        """What its key is bound to: with another service or moment it does not open."""
        return f"{self.format} {self.service} {self.backup} {self.taken_at}"

    def cipher(self, masters: MasterKeys, part: str) -> Cipher:
        """What seals one of its files.

        Raises:
            DamagedError: the settings have another master key, or this was changed.

        """
        try:
            key = masters.unwrap(self.key, self.about)
        except SealError as error:
            raise DamagedError(f"the backup {self.backup} does not open: {error}") from error
        return Cipher(key_for(key, f"{self.backup} {part}"))

    def text(self) -> str:
        """As it is stored."""
        return json.dumps(asdict(self), indent=2) + "\n"


def folder_name(service: str, at: datetime, backup: str) -> str:
    """By name in the order of time, for whoever keeps some and throws others away."""
    return f"{service}-{at:%Y%m%dT%H%M%SZ}-{backup[:8]}"


def read_manifest(folder: Path) -> Manifest:
    """What a backup says of itself.

    Raises:
        DamagedError: there is none, it was not finished, or is of a release that this one cannot
            read.

    """
    if folder.name.endswith(UNFINISHED):
        raise DamagedError(f"the backup in {folder} was not finished: take another one")
    try:
        said: Any = json.loads((folder / MANIFEST).read_text())
    except FileNotFoundError:
        raise DamagedError(f"{folder} is no backup: it has no {MANIFEST}") from None
    except (OSError, ValueError) as error:
        raise DamagedError(f"{folder / MANIFEST} cannot be read: {error}") from error
    known = said.get("format") if isinstance(said, dict) else None
    if known != FORMAT:
        raise DamagedError(
            f"{folder} has the format {known!r}; this release reads {FORMAT}. Restore it with the "
            "release that made it, then upgrade."
        )
    try:
        return Manifest(**said)
    except TypeError as error:
        raise DamagedError(f"{folder / MANIFEST} is not what a backup says of itself") from error


def finish(making: Path, manifest: Manifest) -> Path:
    """Write what it says of itself, and give the folder its name; the last steps of a backup."""
    with (making / MANIFEST).open("x") as file:
        file.write(manifest.text())
        file.flush()
        os.fsync(file.fileno())
    whole = making.with_name(making.name.removesuffix(UNFINISHED))
    making.rename(whole)
    handle = os.open(whole.parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    return whole


def unfinished(folder: Path, service: str) -> list[Path]:
    """What earlier backups of the service left that were cut off."""
    name = re.compile(rf"{re.escape(service)}-\d{{8}}T\d{{6}}Z-\w+{re.escape(UNFINISHED)}")
    return [one for one in sorted(folder.iterdir()) if name.fullmatch(one.name)]
