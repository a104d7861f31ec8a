"""A form shown again with what a rule refused."""

from typing import Any

from nextstep_contracts import Refused
from nextstep_web import Form


def refused_form(typed: dict[str, Any], refusal: Refused) -> Form[Any]:
    """The form as it was sent, with what a rule found wrong beside its fields."""
    form: Form[Any] = Form(
        {k: v if isinstance(v, list) else [v] for k, v in typed.items()}, None, {}
    )
    form.show(refusal)
    return form
