"""What is inside a DOCX or ODT, told without unpacking more than a document can hold.

Both are ZIP archives. A hostile one may be tiny and unpack to terabytes, hold a million entries,
or lie about its sizes; every limit here is checked before or while reading, never after. Archives
inside are not opened.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"

MOST_ENTRIES = 2_000
"""A long document with pictures has a few hundred."""
MOST_UNPACKED = 100 * 1024 * 1024
"""Bytes of all entries together."""
MOST_RATIO = 100
"""Of all entries together to the file. Text packs about 10 to 1, monotonous tables 50 to 1."""
SMALL = 5 * 1024 * 1024
"""Bytes below which no ratio matters: an almost empty template packs very well."""
PIECE = 256 * 1024
LARGEST_PART = 1024 * 1024
"""Bytes read of a part that is looked into."""
TYPES = "[Content_Types].xml"
RELATIONSHIPS = "_rels/.rels"
LOCAL_ENTRY = b"PK\x03\x04"
CENTRAL_ENTRY = b"PK\x01\x02"
ENCRYPTED_ENTRY = 0x1
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Begins a compound file ([MS-CFB]): an old Word document, or an encrypted new one."""

PROTECTED = "it is protected by a password; save it without one"
MACROS = "it contains macros; save it without them, or as a PDF"
TOO_MANY = f"it is made of more than {MOST_ENTRIES:,} parts; save it as a PDF"
TOO_MUCH = "it unpacks to far more than a document should"
DAMAGED = "the file is damaged and cannot be opened"
OLD_WORD = "it is in the old Word format (DOC); save it as DOCX or PDF"


@dataclass(frozen=True)
class Found:
    """What a file turned out to be inside."""

    problem: str | None = None
    notes: tuple[str, ...] = ()
    """For the office: not a reason to refuse it."""


class _RefusedError(Exception):
    """The archive is not read further; the message is the problem."""


def ole_problem(data: bytes) -> str | None:
    """What to say of a compound file, or None when it is something else."""
    if not data.startswith(OLE):
        return None
    encrypted = "EncryptedPackage".encode("utf-16-le") in data
    word = "WordDocument".encode("utf-16-le") in data
    return PROTECTED if encrypted else OLD_WORD if word else None


def damaged_problem(data: bytes) -> str | None:
    """What to say of a ZIP archive that did not come whole, or None."""
    if not data.startswith(LOCAL_ENTRY):
        return None
    try:
        with _opened(data):
            return None
    except (_RefusedError, *UNREADABLE):
        return DAMAGED


def too_many_problem(data: bytes) -> str | None:
    """What to say of an archive that is not even opened, or None."""
    return TOO_MANY if data[:2] == b"PK" and data.count(CENTRAL_ENTRY) > MOST_ENTRIES else None


def zipped_type(data: bytes) -> str | None:
    """Which accepted type of document an archive is, by its list of contents and its mark."""
    try:
        with _opened(data) as archive:
            names = set(archive.namelist())
            if TYPES in names and word_part(archive) is not None:
                return DOCX
            if "mimetype" in names and part(archive, "mimetype", len(ODT) + 1) == ODT.encode():
                return ODT
    except (_RefusedError, *UNREADABLE):
        return None
    return None


def word_part(archive: zipfile.ZipFile) -> str | None:
    """The main part of a Word document, which the relationships name as they like, or None.

    ECMA-376, part 2: a package says by its relationships which part it begins with, and by its
    types what that is.
    """
    names = archive.namelist()
    if "word/document.xml" in names:
        return "word/document.xml"
    if RELATIONSHIPS not in names:
        return None
    for found in re.findall(rb"<Relationship\b[^>]{0,4000}>", part(archive, RELATIONSHIPS)):
        target = re.search(rb"Target\s*=\s*[\"']/?([^\"']+)", found)
        if target and re.search(rb"/relationships/officeDocument[\"']", found):
            main = target.group(1).decode("utf-8", "replace")
            named = (
                re.escape(f"/{main}".encode()) + rb"[\"'][^>]{0,400}(?:wordprocessingml|ms-word)\."
            )
            types = part(archive, TYPES)
            return main if main in names and re.search(named, types) else None
    return None


def look_inside(data: bytes, content_type: str) -> Found:
    """Whether an archive of this type can be used."""
    try:
        with _opened(data) as archive:
            if any(entry.flag_bits & ENCRYPTED_ENTRY for entry in archive.infolist()):
                return Found(PROTECTED)
            _check_sizes(archive, len(data))
            problem = _word_problem(archive) if content_type == DOCX else _odt_problem(archive)
            return Found(problem, () if problem else tuple(_notes(archive)))
    except _RefusedError as refused:
        return Found(str(refused))
    except UNREADABLE:
        return Found(DAMAGED)


UNREADABLE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    ValueError,
    EOFError,
    OSError,
    RuntimeError,
    KeyError,
)
"""Whatever the archive reader raises for input that is broken or odd."""


def _opened(data: bytes) -> zipfile.ZipFile:
    """The archive, unless its list of contents alone would fill the memory."""
    if data.count(CENTRAL_ENTRY) > MOST_ENTRIES:
        raise _RefusedError(TOO_MANY)
    return zipfile.ZipFile(io.BytesIO(data))


def part(archive: zipfile.ZipFile, name: str, most: int = LARGEST_PART) -> bytes:
    """The beginning of a part."""
    with archive.open(name) as entry:
        return entry.read(most)


def _check_sizes(archive: zipfile.ZipFile, packed: int) -> None:
    """First what the entries say of themselves, then what they hold, a piece at a time."""
    most = MOST_UNPACKED if packed * MOST_RATIO > MOST_UNPACKED else max(SMALL, packed * MOST_RATIO)
    if sum(entry.file_size for entry in archive.infolist()) > most:
        raise _RefusedError(TOO_MUCH)
    held = 0
    for entry in archive.infolist():
        with archive.open(entry) as opened:
            while piece := opened.read(PIECE):
                held += len(piece)
                if held > most:
                    raise _RefusedError(TOO_MUCH)


def _word_problem(archive: zipfile.ZipFile) -> str | None:
    """ECMA-376: macros are in a part of their own, and the types of the parts say so."""
    if any(re.search(r"vba(Project|Data)", name, re.IGNORECASE) for name in archive.namelist()):
        return MACROS
    types = part(archive, TYPES).lower()
    return MACROS if b"macroenabled" in types or b"vbaproject" in types else None


def _odt_problem(archive: zipfile.ZipFile) -> str | None:
    """OpenDocument 1.3, part 2: encryption is told by the manifest; macros are in two folders.

    Lists of libraries (`script-lc.xml`, `script-lb.xml`) are there without any macro, too.
    """
    names = archive.namelist()
    manifest = "META-INF/manifest.xml"
    if manifest in names and b"encryption-data" in part(archive, manifest):
        return PROTECTED
    if "encrypted-package" in names:
        return PROTECTED
    scripts = [n for n in names if re.match(r"(Basic|Scripts)/.*[^/]$", n)]
    return MACROS if any(not re.search(r"/script-l[bc]\.xml$", n) for n in scripts) else None


def _notes(archive: zipfile.ZipFile) -> Iterator[str]:
    names = archive.namelist()
    if any(re.match(r"word/(embeddings|activeX)/|Object ", name) for name in names):
        yield "It has other files inside."
    rels = [name for name in names if name.endswith(".rels")]
    outside = any(_loads_from_outside(part(archive, name)) for name in rels)
    if outside:
        yield "It loads a template or another part from elsewhere when it is opened."


def _loads_from_outside(relationships: bytes) -> bool:
    """Links that a reader clicks are harmless; parts that load by themselves are told."""
    for found in re.findall(rb"<Relationship\b[^<>]{0,4000}>", relationships):
        external = re.search(rb'TargetMode\s*=\s*["\']External', found)
        if external and not re.search(rb"relationships/hyperlink[\"']", found):
            return True
    return False
