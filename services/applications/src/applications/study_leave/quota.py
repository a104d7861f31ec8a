"""How many files of evidence one Fellow may have kept. Pure.

Eleven dates and their corrections need about a dozen; forty files are a mistake or an attack.
"""

from collections.abc import Sequence

from applications.admissions.application import Evidence
from nextstep_contracts import Refused

MOST_FILES = 40
MOST_BYTES = 100 * 1024 * 1024


def allowance(kept: Sequence[Evidence]) -> str:
    """What somebody may send, said before they do."""
    held = sum(one.size for one in kept)
    sent = f"; you have sent {len(kept)}, {_megabytes(held)} together" if kept else ""
    return f"You can send up to {MOST_FILES} files, {_megabytes(MOST_BYTES)} together{sent}."


def refuse_beyond(kept: Sequence[Evidence], coming: int) -> None:
    """Refuse one more file, of `coming` bytes, to who has used up what they may send.

    Raises:
        Refused: beside the field `file`.

    """
    if len(kept) >= MOST_FILES:
        raise Refused.field("file", f"You have sent {MOST_FILES} files already. {ASK}")
    if sum(one.size for one in kept) + coming > MOST_BYTES:
        raise Refused.field(
            "file", f"With this file you would have sent more than {_megabytes(MOST_BYTES)}. {ASK}"
        )


ASK = "Write to the programme office if you need to send more."


def _megabytes(size: int) -> str:
    return f"{-(-size // (1024 * 1024))} MB"
