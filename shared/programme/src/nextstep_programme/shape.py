"""Does the file have the fields of a cohort, each of the right type? In words for a person."""

import json
from collections.abc import Iterator
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from nextstep_programme.document import Document
from nextstep_programme.findings import FieldPath, Problem, spelled
from nextstep_programme.model import Cohort

_ALLOWED = {
    "int": "a whole number without quotes, for example 70",
    "float": "a number, for example 1.5",
    "date": "a date as YYYY-MM-DD, for example 2024-09-09",
    "time": 'a local time in quotes as "HH:MM", for example "17:00"',
    "bool": "true or false",
    "string": "text",
    "tuple": "a list",
    "model": "a mapping of fields",
    "dict": "a mapping",
}


def shaped(document: Document) -> tuple[Cohort | None, list[Problem]]:
    """The cohort and what is wrong with its shape.

    Unknown fields are reported and then left out, so that the rest can still be examined; with any
    other problem there is no cohort.
    """
    try:
        return _validated(document.data), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems = [_problem(detail, document) for detail in details]
    if any(detail["type"] != "extra_forbidden" for detail in details):
        return None, problems
    known = document.data
    for detail in details:
        known = _without(known, detail["loc"])
    return _validated(known), problems


def _validated(data: Any) -> Cohort:
    # Strict JSON takes dates and times as text and refuses guesses such as "yes" or "70".
    return Cohort.model_validate_json(json.dumps(data), strict=True)


def _without(data: Any, path: FieldPath) -> Any:
    head, *rest = path
    if isinstance(data, list):
        return [_without(item, tuple(rest)) if n == head else item for n, item in enumerate(data)]
    if not rest:
        return {key: value for key, value in data.items() if key != head}
    return {key: _without(v, tuple(rest)) if key == head else v for key, v in data.items()}


def _problem(detail: ErrorDetails, document: Document) -> Problem:
    path = tuple(part for part in detail["loc"] if part != "[key]")
    message, allowed = _words(detail, path)
    return Problem(message, spelled(path), document.line(path), allowed)


def _words(detail: ErrorDetails, path: FieldPath) -> tuple[str, str]:
    kind, given, context = detail["type"], detail["input"], detail.get("ctx", {})
    if kind == "missing":
        words = "missing.", _expected_at(path)
    elif kind == "extra_forbidden":
        words = _unknown(path)
    elif kind == "literal_error":
        words = f"{given!r} is not one of the choices.", str(context["expected"])
    elif kind == "greater_than_equal":
        words = f"{given} is too small.", f"{context['ge']} or more"
    elif allowed := _ALLOWED.get(kind.split("_")[0]):
        shown = "what stands here" if isinstance(given, (dict, list)) else repr(given)
        words = f"{shown} does not fit.", allowed
    else:
        words = f"{detail['msg']}.", ""
    return words


def _unknown(path: FieldPath) -> tuple[str, str]:
    fields = sorted(_fields_at(path[:-1]))
    close = get_close_matches(str(path[-1]), fields, n=1)
    hint = f" Did you mean `{close[0]}`?" if close else ""
    return f"there is no such field.{hint}", ", ".join(fields)


def _expected_at(path: FieldPath) -> str:
    fields = _fields_at(path[:-1])
    annotation = fields.get(str(path[-1]))
    for kind in _models(annotation):
        return f"a part with {', '.join(sorted(kind.model_fields))}"
    name = getattr(annotation, "__name__", "")
    return _ALLOWED.get({"str": "string"}.get(name, name), "") or "see the newest cohort file"


def _fields_at(path: FieldPath) -> dict[str, Any]:
    """The names and types of the fields of the part of the cohort at `path`."""
    model: type[BaseModel] = Cohort
    for part in path:
        if isinstance(part, int):
            continue
        field = model.model_fields.get(part)
        model = next(_models(field.annotation), model) if field else model
    return {name: field.annotation for name, field in model.model_fields.items()}


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """The model classes inside an annotation such as `tuple[Session, ...]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    elif get_origin(annotation) in (tuple, list, dict, Union, UnionType):
        for argument in get_args(annotation):
            yield from _models(argument)
