"""A body over the limit gets our own answer.

FastAPI and Starlette cut the body off (`max_body_size`) but reply in plain text that no page and
no problem document can replace from inside.
"""

from fastapi import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nextstep_web.problems import Problem, answer

_TOO_LARGE = 413


class TooLargeAnswer:
    """Replaces the plain 413 with a page or a problem document."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        replaced = False

        async def watch(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] == _TOO_LARGE:
                kind = dict(message["headers"]).get(b"content-type", b"")
                replaced = kind.startswith(b"text/plain")
            if not replaced:
                await send(message)

        await self.app(scope, receive, watch)
        if replaced:
            response = answer(Request(scope), Problem.of(_TOO_LARGE))
            await response(scope, receive, send)
