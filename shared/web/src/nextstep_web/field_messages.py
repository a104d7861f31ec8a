"""What is wrong with a field, in words for the person who filled it in."""

from typing import Any, Final, Literal, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

_ADVICE: Final = {
    "string_too_short": "use at least {min_length} characters",
    "string_too_long": "use at most {max_length} characters",
    "string_pattern_mismatch": "this is not in the right form",
    "too_long": "choose at most {max_length}",
    "int_parsing": "enter a whole number, for example 3",
    "int_from_float": "enter a whole number, for example 3",
    "float_parsing": "enter a number, for example 3.5",
    "decimal_parsing": "enter a number, for example 3.5",
    "date_from_datetime_parsing": "enter a real date, for example 2024-10-08",
    "date_parsing": "enter a real date, for example 2024-10-08",
    "datetime_from_date_parsing": "enter a date and time, for example 2024-10-08T17:00",
    "datetime_parsing": "enter a date and time, for example 2024-10-08T17:00",
    "time_parsing": "enter a time, for example 17:00",
    "bool_parsing": "choose yes or no",
    "literal_error": "choose one of the options",
    "enum": "choose one of the options",
    "greater_than": "enter more than {gt}",
    "greater_than_equal": "enter {ge} or more",
    "less_than": "enter less than {lt}",
    "less_than_equal": "enter {le} or less",
}
"""By pydantic's name for the error; its context fills in the limits."""


def field_message(field: FieldInfo | None, name: str, error: ErrorDetails) -> str:
    """Write the message for one error that pydantic found."""
    label = (field.title if field else None) or name.replace("_", " ")
    if error["type"] == "value_error":
        return error["msg"].removeprefix("Value error, ")
    if error["type"] in ("missing", "too_short"):
        return f"{'Choose' if field and _is_choice(field.annotation) else 'Enter'} {_inside(label)}"
    known = _ADVICE.get(error["type"])
    advice = known.format(**error.get("ctx", {})) if known else _inside(error["msg"])
    return f"{label[:1].upper()}{label[1:]}: {advice}"


def _inside(text: str) -> str:
    """Write a label within a sentence; an abbreviation such as GMC keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _is_choice(annotation: Any) -> bool:
    choices = (Literal, list, tuple, set, frozenset)
    return get_origin(annotation) in choices or any(_is_choice(a) for a in get_args(annotation))
