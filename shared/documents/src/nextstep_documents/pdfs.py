"""What is inside a PDF: can it be opened, has it a page, does it do anything by itself?

Read by qpdf (pikepdf), which mends what viewers mend too. A PDF that only restricts printing or
copying opens without a password and is not "protected" for our purpose.
"""

import io
from collections.abc import Iterator
from itertools import islice

import pikepdf

from nextstep_documents.archives import DAMAGED, PROTECTED, Found

MOST_OBJECTS = 50_000
"""Looked through for actions. A thesis has a few thousand."""
NO_PAGES = "it has no pages"
ACTIONS = {
    "/JavaScript": "It contains JavaScript.",
    "/Launch": "It tries to start a program.",
    "/SubmitForm": "It tries to send data to a web address.",
    "/ImportData": "It tries to load other data.",
}
"""ISO 32000-2, 12.6.4: actions that a CV has no use for."""


def look_inside(data: bytes) -> Found:
    """Whether a PDF can be used."""
    try:
        with pikepdf.open(io.BytesIO(data), suppress_warnings=True) as pdf:
            if len(pdf.pages) == 0:
                return Found(NO_PAGES)
            return Found(notes=tuple(_notes(pdf)))
    except pikepdf.PasswordError:
        return Found(PROTECTED)
    except (pikepdf.PdfError, pikepdf.ForeignObjectError, ValueError, TypeError, KeyError):
        return Found(DAMAGED)
    except (RuntimeError, AttributeError, RecursionError, OverflowError):
        return Found(DAMAGED)


def _notes(pdf: pikepdf.Pdf) -> Iterator[str]:
    """What the office should know before it opens the file with another program."""
    seen: set[str] = set()
    for thing in islice(pdf.objects, MOST_OBJECTS):
        seen |= _actions(thing)
    yield from (said for action, said in ACTIONS.items() if action in seen)
    if pdf.attachments:
        yield "It has other files inside."


def _actions(thing: object) -> set[str]:
    """The actions in an object and in what is written directly inside it."""
    found: set[str] = set()
    waiting = [thing]
    while waiting:
        here = waiting.pop()
        if isinstance(here, pikepdf.Array):
            waiting += [item for item in here if _inner(item)]
        elif isinstance(here, (pikepdf.Dictionary, pikepdf.Stream)):
            found |= {str(here.get("/S", ""))} & ACTIONS.keys()
            found |= {"/JavaScript"} if "/JS" in here else set()
            waiting += [item for _, item in here.items() if _inner(item)]
    return found


def _inner(item: object) -> bool:
    """Whether it is written here; what is only referred to has its own turn."""
    nested = isinstance(item, (pikepdf.Array, pikepdf.Dictionary))
    return nested and not getattr(item, "is_indirect", False)
