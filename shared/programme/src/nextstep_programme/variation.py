"""A cohort with some fields changed, for the question "what if?". Nothing is written anywhere."""

import json
from collections.abc import Mapping
from typing import Any

from nextstep_programme.consistency import inconsistencies
from nextstep_programme.document import Document
from nextstep_programme.findings import CohortError, Problem, spelled
from nextstep_programme.model import Cohort
from nextstep_programme.shape import shaped


def varied(cohort: Cohort, changes: Mapping[str, str]) -> Cohort:
    """The cohort with fields set to other values, each checked as in a file.

    That a change no longer fits to something else in the file does not matter to a question.

    Args:
        cohort: what to start from.
        changes: from a field such as `eligibility.commencement` to its value as text; a list is
            written as JSON or with commas.

    Raises:
        CohortError: there is no such field, or the result is no usable cohort.

    """
    data = json.loads(cohort.model_dump_json())
    problems = [p for name, text in changes.items() if (p := _set(data, name, text))]
    found, misshapen = shaped(Document(data, {}, ()))
    problems += misshapen
    if found is not None:
        problems += [
            Problem(wrong.message, spelled(wrong.path), allowed=wrong.allowed)
            for wrong in inconsistencies(found)
            if spelled(wrong.path).partition("[")[0] in changes
        ]
    if problems or found is None:
        raise CohortError("these changes", tuple(problems))
    return found


def _set(data: dict[str, Any], name: str, text: str) -> Problem | None:
    *parents, last = name.split(".")
    part: Any = data
    for parent in parents:
        part = part.get(parent) if isinstance(part, dict) else None
    if not isinstance(part, dict) or last not in part:
        return Problem("there is no such field.", name)
    part[last] = _value(part[last], text.strip())
    return None


def _value(present: Any, text: str) -> Any:
    """The text as the kind of value that stands there now; what does not fit is found later."""
    if isinstance(present, str):
        return text
    try:
        return json.loads(text)
    except ValueError:
        listed = isinstance(present, list)
        return [one.strip() for one in text.split(",") if one.strip()] if listed else text
