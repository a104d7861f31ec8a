"""Forms with files: read only for who holds the form's token, and never before it has come.

Starlette reads a whole form, files and all, before anybody can look at its fields. Here the token
must come first, as it does in every form of ours, and what is sent is read no further without it.
"""

from collections.abc import Callable
from typing import Any, Final

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException, MultiPartParser
from typing_extensions import override

from nextstep_web.bodies import SMALL, arriving_of

MULTIPART: Final = "multipart/form-data"
MOST_FILES: Final = 10
MOST_FIELDS: Final = 500
MOST_TEXT: Final = 500_000
"""Bytes of all fields that are no files."""
BEFORE_TOKEN: Final = 4_000
"""Bytes of fields that may come before the token."""
Proves = Callable[[str], bool]


class NoTokenError(Exception):
    """The form has no token, a wrong one, or its token comes after a file."""


class _TokenFirst(MultiPartParser):
    spool_max_size = SMALL

    def __init__(self, request: Request, field: str, proves: Proves) -> None:
        super().__init__(
            request.headers,
            request.stream(),
            max_files=MOST_FILES,
            max_fields=MOST_FIELDS,
            max_part_size=MOST_TEXT,
        )
        self._field, self._proves, self._proved = field, proves, False
        self._text = 0
        self._ended = False

    @override
    def on_headers_finished(self) -> None:
        _, options = parse_options_header(self._current_part.content_disposition)
        if b"filename" in options and not self._proved:
            raise NoTokenError
        super().on_headers_finished()

    @override
    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._current_part.file is None:
            self._text += end - start
            if not self._proved and self._text > BEFORE_TOKEN:
                raise NoTokenError
            if self._text > MOST_TEXT:
                raise MultiPartException("The form holds more text than any of ours.")
        super().on_part_data(data, start, end)

    @override
    def on_part_end(self) -> None:
        super().on_part_end()
        name, value = self.items[-1]
        if name == self._field and isinstance(value, str):
            self._proved = self._proves(value)
            if not self._proved:
                raise NoTokenError

    @override
    def on_end(self) -> None:
        self._ended = True

    @override
    async def parse(self) -> FormData:
        form = await super().parse()
        if not self._ended:
            await form.close()
            for file in self._files_to_close_on_error:
                file.close()
            raise MultiPartException("The form broke off on its way. Send it again.")
        if not self._proved:
            await form.close()
            raise NoTokenError
        return form


async def read_with_token(request: Request, field: str, proves: Proves) -> None:
    """Read a multipart form whose field `field` must satisfy `proves` before any file comes.

    `request.form()` then has it; whoever calls this closes the request.

    Raises:
        NoTokenError: it does not, and nothing more was read.
        HTTPException: 400, it is not the form that it says it is.
    """
    arriving_of(request).spooled = True
    parser: Any = _TokenFirst(request, field, proves)
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise HTTPException(400, error.message) from error
    # where Starlette keeps what `form()` has read, in 1.10; `test_uploads` fails if it moves
    request._form = form  # noqa: SLF001
