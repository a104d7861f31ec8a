"""Forms: what a person typed, checked against a pydantic model; errors go beside their fields."""

from collections.abc import Mapping, Sequence
from typing import Any, Generic, TypeVar, get_origin

from fastapi import Request
from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from starlette.datastructures import UploadFile

from nextstep_contracts import Refused
from nextstep_web.field_messages import field_message

Model = TypeVar("Model", bound=BaseModel)
Value = str | UploadFile


class Form(Generic[Model]):
    """A form that was sent: what was typed, the model it makes, or what is wrong with it."""

    def __init__(
        self, typed: Mapping[str, Sequence[Any]], data: Model | None, errors: Mapping[str, str]
    ) -> None:
        self.typed = typed
        self.errors = dict(errors)
        """Field name to message; "" for the form as a whole."""
        self._data = data

    @property
    def valid(self) -> bool:
        """Whether everything was right."""
        return self._data is not None and not self.errors

    @property
    def data(self) -> Model:
        """What the form says. Only for a valid form."""
        if self._data is None:
            raise ValueError("the form is not valid")
        return self._data

    def value(self, name: str) -> str:
        """What was typed into a field, to show it again."""
        values = self.values_of(name)
        return values[-1] if values else ""

    def values_of(self, name: str) -> list[str]:
        """What was chosen in a field with several values."""
        return [str(value) for value in self.typed.get(name, ()) if isinstance(value, str)]

    def refuse(self, name: str, message: str) -> None:
        """Add an error that only a rule could find; `name` "" means the form as a whole."""
        self.errors.setdefault(name, message)

    def show(self, no: Refused) -> None:
        """Add what a rule refused: to its fields if it names any, else to the form as a whole."""
        for name, message in (no.fields or {"": no.message}).items():
            self.refuse(name, message)


def blank(**values: Any) -> Form[Any]:
    """A form before anybody typed, with what is known filled in."""
    typed = {
        name: [str(one) for one in value] if isinstance(value, (list, tuple)) else [str(value)]
        for name, value in values.items()
        if value is not None
    }
    return Form(typed, None, {})


async def read_form(request: Request, model: type[Model]) -> Form[Model]:
    """Read the form of `request` as `model`. An empty field counts as not filled in."""
    sent = await request.form()
    return parse({name: sent.getlist(name) for name in sent}, model)


def parse(typed: Mapping[str, Sequence[Value]], model: type[Model]) -> Form[Model]:
    """Check what was typed. Pure; `read_form` does the reading."""
    filled = {
        name: value
        for name, field in model.model_fields.items()
        if (value := _filled(field, typed.get(field.alias or name, ()))) is not None
    }
    try:
        return Form(typed, model.model_validate(filled, by_name=True), {})
    except ValidationError as error:
        return Form(typed, None, _messages(model, error))


def _filled(field: FieldInfo, values: Sequence[Value]) -> Any:
    """The value of a field as pydantic wants it; None when nothing was filled in."""
    kept = [value.strip() if isinstance(value, str) else value for value in values]
    kept = [value for value in kept if value != "" and getattr(value, "filename", True)]
    if get_origin(field.annotation) in (list, tuple, set, frozenset):
        return kept
    return kept[-1] if kept else None


def _messages(model: type[BaseModel], error: ValidationError) -> dict[str, str]:
    messages: dict[str, str] = {}
    for found in error.errors():
        name = str(found["loc"][0]) if found["loc"] else ""
        messages.setdefault(name, field_message(model.model_fields.get(name), name, found))
    return messages
