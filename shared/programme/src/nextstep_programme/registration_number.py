"""One reader of GMC and GDC numbers, as people and spreadsheets write them."""

import re
import unicodedata
from typing import Final

_LABELS: Final = re.compile(
    r"^(?:(?:my|gmc|gdc|uk|registration|registered|reg|reference|ref|numbers?|num|no|nr|is)"
    r"(?![a-z])|[\s.:#\-=/])*",
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"[0-9](?:[\s\-.]?[0-9])*")
_OF_A_CELL: Final = re.compile(r"([0-9]+)\.0+")
NONE: Final = frozenset(
    (
        "",
        "-",
        "n/a",
        "n / a",
        "na",
        "n.a.",
        "n.a",
        "none",
        "nil",
        "no",
        "not applicable",
        "null",
        "x",
    )
)
"""What people enter where a number must be entered and they have none."""


def registration_number(written: str) -> str | None:
    """The digits of a number, without what people write around them.

    Returns:
        the digits; text that holds no number, as written; or None if it says that there is none.

    """
    text = " ".join(unicodedata.normalize("NFKC", written).split())
    if text.casefold().strip(" .") in NONE or text.casefold() in NONE:
        return None
    bare = _LABELS.sub("", text).strip(" .;,")
    cell = _OF_A_CELL.fullmatch(bare)
    if cell:
        return cell.group(1)
    return re.sub(r"[^0-9]", "", bare) if _DIGITS.fullmatch(bare) else text
