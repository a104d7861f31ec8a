"""Columns of tables, items of choices, and a form shown again with what a rule refused."""

from collections.abc import Sequence
from typing import Any

from nextstep_contracts import Refused
from nextstep_web import Form


def column(key: str, label: str, *, sort: bool = True, numeric: bool = False) -> dict[str, Any]:
    """A column of a table."""
    return {"key": key, "label": label, "sort": sort, "numeric": numeric}


def options(pairs: Sequence[tuple[str, str]], prompt: str = "") -> list[dict[str, str]]:
    """The items of a select or of radios, with a prompt first if given."""
    first = [{"value": "", "text": prompt}] if prompt else []
    return first + [{"value": value, "text": text} for value, text in pairs]


def refused_form(typed: dict[str, Any], refusal: Refused) -> Form[Any]:
    """The form as it was sent, with what a rule found wrong beside its fields."""
    form: Form[Any] = Form(
        {k: v if isinstance(v, list) else [v] for k, v in typed.items()}, None, {}
    )
    form.show(refusal)
    return form
