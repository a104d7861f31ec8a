"""One JSON object a line on standard output, whoever logged it."""

import logging
import re
import sys
from collections.abc import Iterable
from typing import Any, Literal

import structlog
from structlog.typing import EventDict, Processor

Level = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
CHATTY = ("aio_pika", "aiormq", "faststream", "pymongo", "motor", "uvicorn.access", "asyncio")
"""Libraries whose news is ours to tell: what matters of a lost connection we log ourselves."""
_traceback = structlog.processors.ExceptionRenderer(
    # without local variables: they hold personal data, and the tokens of emailed links
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)
_ADDRESS = re.compile(r"[^\s@<>\"'(\[:;,=]+@[^\s@<>\"')\];,]+\.\w+")
"""What looks like an email address, whatever holds it."""


def without_contents(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A line without what people wrote: logs name fields, the database keeps their contents.

    What an exception says may quote anything, so of most only the kind and the place are left;
    those of the operating system and the network say what is wrong outside.
    """
    _silence(event.get("exception") or ())
    return {key: _without_addresses(value) for key, value in event.items()}


_LEFT_OUT = "(not logged: it may quote what people wrote)"
_SAY_WHAT_IS_OUTSIDE = frozenset(
    {
        "OSError",
        "ConnectionError",
        "ConnectionRefusedError",
        "ConnectionResetError",
        "ConnectionAbortedError",
        "BrokenPipeError",
        "TimeoutError",
        "PermissionError",
        "FileNotFoundError",
        "gaierror",
        "SSLError",
        "DatabaseUnavailableError",
        "ImportError",
        "ModuleNotFoundError",
    }
)


def _silence(chain: Iterable[Any]) -> None:
    """Take away what the exceptions of a chain say, and those of groups in it."""
    for found in chain:
        if not isinstance(found, dict):
            continue
        if found.get("exc_type") not in _SAY_WHAT_IS_OUTSIDE:
            found.update(exc_value=_LEFT_OUT, exc_notes=[])
        for group in found.get("exceptions") or ():
            _silence(group)


def _without_addresses(value: Any) -> Any:
    if isinstance(value, str):
        return _ADDRESS.sub("(address)", value) if "@" in value else value
    if isinstance(value, dict):
        return {key: _without_addresses(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_without_addresses(inner) for inner in value]
    return value


def configure_logging(service: str, level: Level = "INFO", *, for_good: bool = False) -> None:
    """Send structlog's and the standard library's lines through the same JSON renderer.

    What `structlog.contextvars` holds (correlation id, event id) is on every line, those of
    libraries included. `for_good` in a process that serves: its loggers are not configured again,
    so each is made once.
    """

    def name_service(_logger: object, _method: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        name_service,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _traceback,
        without_contents,
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.ERROR)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        cache_logger_on_first_use=for_good,
    )
