"""What any route may answer, for the description of the interface at `/docs`."""

from typing import Any, Final

from nextstep_web.downloads import TABLES
from nextstep_web.problems import ADVICE

Answers = dict[int | str, dict[str, Any]]

_PROBLEM: Final = {"application/problem+json": {"schema": {"type": "object"}}}
_PAGE: Final = {"text/html": {"schema": {"type": "string"}}}


def _answers(statuses: tuple[int, ...], content: dict[str, Any]) -> Answers:
    return {status: {"description": ADVICE[status][0], "content": content} for status in statuses}


MACHINE_ANSWERS: Final[Answers] = _answers((400, 405, 408, 413, 422, 503), _PROBLEM)
"""Of routes for machines: a problem document (RFC 9457)."""

PAGE_ANSWERS: Final[Answers] = {
    303: {"description": "Done, or sign in first: continue at the address in `Location`"},
    # a page, or a problem document for those who ask for JSON
    **_answers((400, 401, 403, 404, 405, 408, 409, 413, 415, 422, 429, 503), _PAGE | _PROBLEM),
}
"""Of pages for people."""


def files(*types: str) -> Answers:
    """A route that answers with a file of one of these types, beside a page or instead of one."""
    return {200: {"content": {one: {} for one in types}}}


TABLE_FILES: Final = files(*TABLES)
"""Of pages that show a table, which can be taken as a file."""
