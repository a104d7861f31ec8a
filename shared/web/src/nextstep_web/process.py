"""What a page finds of the process that serves it."""

from typing import Any

from fastapi import Request


def here_of(request: Request) -> Any:
    """What the composition root gave `create_app` as `here`: all that this process holds.

    A service says its own type where it uses it: `here: Scheduling = here_of(request)`.
    """
    return request.app.state.here


async def here(request: Request) -> Any:
    """The same as a dependency: `Here = Annotated[Scheduling, Depends(here)]`."""
    return here_of(request)
