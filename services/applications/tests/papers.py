"""Files as applicants and attackers send them: real, protected, hostile, or not what they say."""

import io
import zipfile
from functools import cache
from typing import Any

import pikepdf

EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + rb"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The harmless file that every scanner must find (eicar.org), in two pieces so that none finds
this one."""
CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Override PartName="/word/document.xml" ContentType="{}"/></Types>'
)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 500


def pdf(*, password: str = "", owner: str = "", pages: int = 1, script: str = "") -> bytes:
    """A real PDF, the same bytes whenever it is made (an encrypted one cannot be)."""
    held = io.BytesIO()
    with pikepdf.new() as made:
        for _ in range(pages):
            made.add_blank_page()
        if script:
            made.Root.OpenAction = pikepdf.Dictionary(
                Type=pikepdf.Name.Action, S=pikepdf.Name.JavaScript, JS=script
            )
        if password or owner:
            made.save(held, encryption=pikepdf.Encryption(user=password, owner=owner or password))
        else:
            made.save(held, deterministic_id=True)
    return held.getvalue()


def zipped(parts: dict[str, Any], *, packed: bool = True) -> bytes:
    """An archive of these parts, in this order: the same bytes whenever it is made."""
    held = io.BytesIO()
    how = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(held, "w") as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, how)
    return held.getvalue()


def docx(text: str = "Why I apply", kind: str = WORD, **more: Any) -> bytes:
    """A Word document of one paragraph, with more parts by their names."""
    document = (
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:body></w:document>"
    )
    parts = {"[Content_Types].xml": CONTENT_TYPES.format(kind), "word/document.xml": document}
    return zipped(parts | more)


def costly(things: int = 1_500_000) -> bytes:
    """A PDF of a few megabytes that takes seconds to look through: 1.5 million things, 8 s."""
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/X["
        + b"[]" * things
        + b"]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def infected() -> bytes:
    """A Word document that carries the harmless virus."""
    return docx(**{"word/media/picture.bin": EICAR})


def odt(text: str = "What I bring", **more: Any) -> bytes:
    """An OpenDocument text of one paragraph, with more parts by their names."""
    content = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:text>'
        f"<text:p>{text}</text:p></office:text></office:body></office:document-content>"
    )
    mark = "application/vnd.oasis.opendocument.text"
    return zipped({"mimetype": mark, "content.xml": content} | more)


@cache
def bomb() -> bytes:
    """A Word document of a quarter of a megabyte whose parts unpack to a thousand times that."""
    parts = {f"word/media/{n}.bin": bytes(50_000_000) for n in range(5)}
    return docx(**parts)
