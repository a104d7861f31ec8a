"""Small real PDFs for the uploads, and the file names that people and attackers give them."""

HOSTILE_NAMES = (
    "../../../../etc/passwd.pdf",
    "C:\\Users\\me\\Desktop\\my cv.pdf",
    'cv"; filename="evil.exe.pdf',
    "statement\r\nContent-Type: text/html.pdf",
    "\u202efdp.exe",
    "Ünïcode — “quotes” & spaces 简历.pdf",
    "a" * 300 + ".pdf",
    ".pdf",
    "<img src=x onerror=alert(1)>.pdf",
    "con.pdf ",
)


def pdf(title: str, lines: list[str]) -> bytes:
    """A one-page PDF 1.4 with a title and lines of text, cross-reference table included."""
    text = ["BT /F1 18 Tf 56 780 Td 24 TL", f"({_escaped(title)}) Tj T*", "/F1 11 Tf 16 TL"]
    text += [f"({_escaped(line)}) Tj T*" for line in lines]
    stream = "\n".join([*text, "ET"]).encode("cp1252", "replace")
    fonts = b"/Resources << /Font << /F1 5 0 R >> >>"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R %s >>" % fonts,
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(bodies) + 1,
        table,
    )
    return bytes(out)


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")
