"""One JSON object a line on standard output, whoever logged it."""

import logging
import sys
from typing import Literal

import structlog
from structlog.typing import EventDict, Processor

Level = Literal["DEBUG", "INFO", "WARNING", "ERROR"]
CHATTY = ("aio_pika", "aiormq", "faststream", "pymongo", "motor", "uvicorn.access", "asyncio")
"""Libraries whose news is ours to tell: what matters of a lost connection we log ourselves."""
_traceback = structlog.processors.ExceptionRenderer(
    # without local variables: they hold personal data, and the tokens of emailed links
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


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
