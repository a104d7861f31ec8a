"""What people type, taken as it is but for blanks and case."""

from nextstep_contracts import Refused


def required(value: str, what: str, field: str = "reason") -> str:
    """`value` without surrounding blanks.

    Raises:
        Refused: nothing is left; `what` says what to enter.

    """
    text = value.strip()
    if not text:
        raise Refused.field(field, what)
    return text


def same_text(left: str | None, right: str | None) -> bool:
    """Whether two entries are the same but for case and spacing. Nothing fuzzier is tried."""
    if not left or not right:
        return False
    return " ".join(left.split()).casefold() == " ".join(right.split()).casefold()
