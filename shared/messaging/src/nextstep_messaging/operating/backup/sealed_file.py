"""A file of sealed frames, written and read one at a time.

After a line that says what it is come frames, each its length (4 bytes, big-endian) and a document
sealed under its number; the last says that it is the last. A frame that was changed, moved, left
out or cut off is found.
"""

import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from nextstep_messaging.database.mongo import Document, decoded, encoded
from nextstep_messaging.operating.backup.sealing import Cipher, DamagedError, SealError

HEADER: Final = b"nextstep backup 1\n"
_SMALLER, _AS_IT_IS = b"z", b"r"
_LENGTH: Final = 4
_LEVEL: Final = 1
"""Of compression: half the time of the default for a tenth more bytes."""


class SealedWriter:
    """Writes frames to a file."""

    def __init__(self, file: BinaryIO, cipher: Cipher, name: str) -> None:
        self._file = file
        self._cipher = cipher
        self._name = name.encode()
        self.frames = 0
        file.write(HEADER)

    def write(self, document: Document, *, smaller: bool = True) -> None:
        """Add a frame; `smaller`: compress it."""
        data = encoded(document)
        plain = _SMALLER + zlib.compress(data, _LEVEL) if smaller else _AS_IT_IS + data
        sealed = self._cipher.seal(self.frames, plain, self._name)
        self._file.write(len(sealed).to_bytes(_LENGTH))
        self._file.write(sealed)
        self.frames += 1

    def end(self) -> None:
        """Say that this is all."""
        self.write({"frames": self.frames})


def read_frames(path: Path, cipher: Cipher) -> Iterator[Document]:
    """The documents of a file, one after another.

    Raises:
        DamagedError: it is not there, no such file, cut off, or was changed.

    """
    name = path.name
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise DamagedError(f"{path} is not there") from None
    with file:
        if file.read(len(HEADER)) != HEADER:
            raise DamagedError(f"{path} is no file of a backup that this release can read")
        number = 0
        while True:
            length = file.read(_LENGTH)
            sealed = file.read(int.from_bytes(length))
            if len(length) < _LENGTH or len(sealed) < int.from_bytes(length):
                raise DamagedError(f"{path} is cut off after {file.tell()} bytes")
            document = _opened(path, cipher, number, sealed, name)
            if document.get("frames") == number:
                break
            yield document
            number += 1
        if file.read(1):
            raise DamagedError(f"{path} goes on after its end")


def _opened(path: Path, cipher: Cipher, number: int, sealed: bytes, name: str) -> Document:
    try:
        plain = cipher.open(number, sealed, name.encode())
        data = plain[1:]
        return decoded(zlib.decompress(data) if plain[:1] == _SMALLER else data)
    except (SealError, ValueError, zlib.error) as error:
        raise DamagedError(f"{path} was changed: frame {number + 1} does not open") from error
